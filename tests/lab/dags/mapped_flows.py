"""A pod lists parts, one pod per part handles it, and others read what the mapped ones gave."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG

POD = {"startup_check_interval_seconds": 0.3}
GIVE_DONE = (
    """printf '{"done": "%s.done", "index": %s}' "$0" "$INDEX" > /airflow/xcom/return.json"""
)


def gather(ti: Any) -> int:
    """Reads all mapped instances at once."""
    done = ti.xcom_pull(task_ids="handle_part")
    return len([part["done"] for part in done])


with DAG("mapped_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    list_parts = KubernetesPodOperator(
        task_id="list_parts",
        image="registry.local/give:1.0",
        arguments=[
            (
                '[["s3://lab/part-a-{{ run_id }}"], ["s3://lab/part-b-{{ run_id }}"],'
                ' ["s3://lab/part-c-{{ run_id }}"]]'
            ),
        ],
        do_xcom_push=True,
    )
    handle_part = KubernetesPodOperator.partial(
        task_id="handle_part",
        image="registry.local/lab:1.0",
        cmds=["sh", "-c", GIVE_DONE],
        env_vars={"INDEX": "{{ ti.map_index }}"},
        do_xcom_push=True,
    ).expand(arguments=list_parts.output)
    read_one = KubernetesPodOperator(
        task_id="read_one",
        image="registry.local/show:1.0",
        arguments=["{{ ti.xcom_pull(task_ids='handle_part')[1]['done'] }}"],
        env_vars={"ALL": "{{ ti.xcom_pull(task_ids='handle_part') | tojson }}"},
    )
    read_all = PythonOperator(task_id="read_all", python_callable=gather)

    handle_part >> [read_one, read_all]
