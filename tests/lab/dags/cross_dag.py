"""Pulls from another DAG, and from earlier runs; it starts `cross_source` twice, once as of old."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, task

# It comes first: no other DAG waits for so much, one after the other.
POD = {
    "image": "registry.local/show:1.0",
    "startup_check_interval_seconds": 0.3,
    "priority_weight": 1000,
}


@task
def make(run_id: str) -> str:
    """Gives what `cross_source` reads."""
    return f"s3://lab/crossed-{run_id}"


def keep(**given: object) -> int:
    """Counts what it got."""
    return len(given)


with DAG("cross_dag", schedule=None, default_args=POD, tags=["lab", "failing"]):
    made = make()
    earlier = TriggerDagRunOperator(
        task_id="earlier",
        trigger_dag_id="cross_source",
        trigger_run_id="earlier-{{ run_id }}",
        logical_date="{{ logical_date - macros.timedelta(days=20) }}",
        wait_for_completion=True,
        poke_interval=1,
    )
    same = TriggerDagRunOperator(
        task_id="same",
        trigger_dag_id="cross_source",
        trigger_run_id="{{ run_id }}",
        logical_date="{{ logical_date }}",
        wait_for_completion=True,
        poke_interval=1,
    )
    same_run = PythonOperator(
        task_id="same_run",
        python_callable=keep,
        op_kwargs={"uri": "{{ ti.xcom_pull(dag_id='cross_source', task_ids='give')['uri'] }}"},
    )
    all_prior = KubernetesPodOperator(
        task_id="all_prior",
        arguments=[
            (
                "{{ ti.xcom_pull(dag_id='cross_source', task_ids='give',"
                " include_prior_dates=True)['uri'] }}"
            ),
        ],
    )
    wrong_task = KubernetesPodOperator(
        task_id="wrong_task",
        arguments=["{{ ti.xcom_pull(dag_id='cross_source', task_ids='gives')['uri'] }}"],
    )

    made >> earlier >> same >> [same_run, all_prior, wrong_task]
