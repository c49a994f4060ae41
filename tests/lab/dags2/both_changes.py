"""A DAG that a test changes between two runs."""

from datetime import UTC, datetime

from airflow import DAG
from airflow.providers.standard.operators.python import PythonOperator

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def give() -> str:
    """Gives what the file says."""
    return "first"


with DAG("both_changes", schedule=None, start_date=BEGIN):  # noqa: AIR311
    PythonOperator(task_id="give", python_callable=give)
