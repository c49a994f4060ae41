"""return.json holds Python instead of JSON: the push fails the producer, its readers never run."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {"startup_check_interval_seconds": 0.3}

with DAG("invalid_return_json", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=["{'key1': 's3://lab/invalid-{{ run_id }}'}"],
        do_xcom_push=True,
    )
    read = KubernetesPodOperator(
        task_id="read",
        image="registry.local/show:1.0",
        arguments=["{{ ti.xcom_pull(task_ids='make')['key1'] }}"],
    )
    read_anyway = KubernetesPodOperator(
        task_id="read_anyway",
        image="registry.local/show:1.0",
        arguments=["{{ ti.xcom_pull(task_ids='make') }}"],
        trigger_rule="all_done",
    )

    make >> [read, read_anyway]
