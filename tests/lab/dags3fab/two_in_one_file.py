"""Two DAGs in one file: who may read one of them may not read the file."""

from airflow.sdk import DAG, task


@task
def make() -> dict[str, str]:
    return {"uri": "s3://lab/tiles"}


for dag_id in ("shared", "vault"):
    with DAG(dag_id, schedule=None):
        make()
