"""Airflow's words put into ours, secrets masked: payloads in, facts out."""
