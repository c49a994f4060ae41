"""Airflow 2 by its REST API, version 1."""
