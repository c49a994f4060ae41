"""The producer fails before it writes; one reader waits for success, one runs all the same."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}

with DAG("producer_failed", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make = KubernetesPodOperator(
        task_id="make",
        cmds=["sh", "-c"],
        arguments=["echo 'ERROR: disk full' >&2; exit 3"],
        do_xcom_push=True,
    )
    read = KubernetesPodOperator(
        task_id="read",
        arguments=["{{ ti.xcom_pull(task_ids='make')['key1'] }}"],
    )
    read_anyway = KubernetesPodOperator(
        task_id="read_anyway",
        arguments=["{{ ti.xcom_pull(task_ids='make')['key1'] }}"],
        trigger_rule="all_done",
    )

    make >> [read, read_anyway]
