"""return.json is empty, or never written: the producer is green and its readers get nothing."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}

with DAG("empty_return_json", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make_empty = KubernetesPodOperator(
        task_id="make_empty",
        cmds=["sh", "-c"],
        arguments=[": > /airflow/xcom/return.json"],
        do_xcom_push=True,
    )
    make_nothing = KubernetesPodOperator(
        task_id="make_nothing",
        cmds=["sh", "-c"],
        arguments=["echo all done"],
        do_xcom_push=True,
    )
    read_empty = KubernetesPodOperator(
        task_id="read_empty",
        env_vars={"PATH_IN": "{{ ti.xcom_pull(task_ids='make_empty')['key1'] }}"},
    )
    read_nothing = KubernetesPodOperator(
        task_id="read_nothing",
        env_vars={"PATH_IN": "{{ ti.xcom_pull(task_ids='make_nothing')['key1'] }}"},
    )
    read_silently = KubernetesPodOperator(
        task_id="read_silently",
        arguments=["--in={{ ti.xcom_pull(task_ids='make_nothing') }}"],
    )

    make_empty >> read_empty
    make_nothing >> [read_nothing, read_silently]
