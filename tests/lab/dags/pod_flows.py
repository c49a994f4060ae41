"""Every way a key of one pod's return.json reaches another pod, each in a task of its own."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG
from kubernetes.client import models as k8s

MADE = """{
    "key1": "s3://lab/alpha-{{ run_id }}/part-7",
    "key2": "s3://lab/beta-{{ run_id }}/part-8",
    "nested": {
        "rows": [{"id": "row-a-{{ run_id }}"}, {"id": "row-b-{{ run_id }}"}],
        "owner": {"name": "owner-of-{{ run_id }}"}
    },
    "tag": "1.4.7-{{ run_id | replace(':', '-') | replace('+', '-') }}",
    "team": "team-{{ run_id | replace(':', '-') | replace('+', '-') }}",
    "count": 42,
    "flag": true,
    "nothing": ""
}"""

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}


def read_both(ti: Any) -> str:
    """Reads two keys of one value."""
    first = ti.xcom_pull(task_ids="make")["key1"]
    made = ti.xcom_pull(task_ids="make")
    return f"{first} and {made['key2']}"


def describe(path: str, owner: str, whole: dict) -> str:
    return f"{path} of {owner}, {len(whole)} keys"


with DAG("pod_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=[MADE],
        do_xcom_push=True,
    )
    by_arguments = KubernetesPodOperator(
        task_id="by_arguments",
        arguments=["{{ ti.xcom_pull(task_ids='make')['key1'] }}", "fixed"],
    )
    by_env_dict = KubernetesPodOperator(
        task_id="by_env_dict",
        env_vars={
            "PATH_IN": "{{ ti.xcom_pull(task_ids='make')['key1'] }}",
            "FIXED": "fixed",
        },
    )
    by_env_list = KubernetesPodOperator(
        task_id="by_env_list",
        env_vars=[
            k8s.V1EnvVar(name="PATH_IN", value="{{ ti.xcom_pull('make')['key1'] }}"),
            k8s.V1EnvVar(name="OTHER", value="{{ task_instance.xcom_pull('make')['key2'] }}"),
        ],
    )
    embedded = KubernetesPodOperator(
        task_id="embedded",
        arguments=["--in={{ ti.xcom_pull(task_ids='make')['key1'] }}/data?v=1"],
    )
    by_cmds = KubernetesPodOperator(
        task_id="by_cmds",
        cmds=["echo", "{{ ti.xcom_pull(task_ids='make', key='return_value')['key1'] }}"],
    )
    by_image_tag = KubernetesPodOperator(
        task_id="by_image_tag",
        image="registry.local/show:{{ ti.xcom_pull(task_ids='make')['tag'] }}",
    )
    by_labels = KubernetesPodOperator(
        task_id="by_labels",
        labels={"team": "{{ ti.xcom_pull(task_ids='make')['team'] }}"},
        annotations={"lab/path": "{{ ti.xcom_pull(task_ids='make')['key1'] }}"},
    )
    nested = KubernetesPodOperator(
        task_id="nested",
        arguments=[
            "{{ ti.xcom_pull(task_ids='make')['nested']['rows'][1]['id'] }}",
            "{{ ti.xcom_pull(task_ids='make').nested.owner.name }}",
        ],
    )
    ambiguous = KubernetesPodOperator(
        task_id="ambiguous",
        arguments=["--n={{ ti.xcom_pull('make')['count'] }}", "42", "True"],
        env_vars={
            "FLAG": "{{ ti.xcom_pull('make')['flag'] }}",
            "NOTHING": "{{ ti.xcom_pull('make')['nothing'] }}",
        },
    )
    by_python = PythonOperator(task_id="by_python", python_callable=read_both)
    by_op_kwargs = PythonOperator(
        task_id="by_op_kwargs",
        python_callable=describe,
        op_kwargs={
            "path": "{{ ti.xcom_pull(task_ids='make')['key1'] }}",
            "owner": "{{ ti.xcom_pull(task_ids='make')['nested']['owner']['name'] }}",
            "whole": make.output,
        },
    )

    make >> [
        by_arguments,
        by_env_dict,
        by_env_list,
        embedded,
        by_cmds,
        by_image_tag,
        by_labels,
        nested,
        ambiguous,
        by_python,
        by_op_kwargs,
    ]
