"""The pod writes return.json, but `do_xcom_push` was forgotten: nobody fetches it."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}

with DAG("push_forgotten", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=['{"key1": "s3://lab/forgotten-{{ run_id }}"}'],
    )
    read = KubernetesPodOperator(
        task_id="read",
        env_vars={"PATH_IN": "{{ ti.xcom_pull(task_ids='make')['key1'] }}"},
    )
    read_silently = KubernetesPodOperator(
        task_id="read_silently",
        env_vars={"PATH_IN": "{{ ti.xcom_pull(task_ids='make') }}"},
    )

    make >> [read, read_silently]
