"""A DAG that has its file for itself."""

from airflow.sdk import DAG, task

with DAG("alone", schedule=None):

    @task
    def make() -> dict[str, str]:
        return {"uri": "s3://lab/tiles"}

    make()
