"""A value that is read, and that a test changes when it has been: by hand, and by another try."""

from typing import Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, task


@task
def make(ti: Any, run_id: str) -> dict[str, str]:
    """Gives another value in each try."""
    return {"uri": f"s3://lab/try-{ti.try_number}-{run_id}"}


def keep(**given: object) -> None:
    """Takes what it gets."""


with DAG("changed_values", schedule=None, tags=["lab", "flows"]):
    read = PythonOperator(
        task_id="read",
        python_callable=keep,
        op_kwargs={"uri": "{{ ti.xcom_pull(task_ids='make')['uri'] }}"},
    )

    make() >> read
