"""A DAG that is deployed anew between two of its runs."""

from datetime import UTC, datetime

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # Airflow 2.9
    from airflow.operators.bash import BashOperator

with DAG("recorded_changes", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):  # noqa: AIR311 # Airflow 2 too
    gives = BashOperator(task_id="gives", bash_command="echo s3://lab/changes/{{ run_id }}")
    takes = BashOperator(
        task_id="takes",
        bash_command="test -n {{ ti.xcom_pull(task_ids='gives') }}",
        do_xcom_push=False,
    )
    gives >> takes
