"""Airflow 3 by its REST API, version 2."""
