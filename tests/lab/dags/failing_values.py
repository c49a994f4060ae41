"""Pulls whose value is not what they take it for, and templates that are wrong in themselves."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, task

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}


@task
def part(n: int, run_id: str) -> dict[str, str]:
    """One of several parts."""
    return {"uri": f"s3://lab/part-{n}-{run_id}"}


def subscripts_wrongly(ti: Any) -> str:
    """Reads a key that is not there."""
    return str(ti.xcom_pull(task_ids="make")["pth"])


with DAG("failing_values", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=[
            (
                '{"path": "s3://lab/made-{{ run_id }}", "stats": {"total": 42}, "gone": null,'
                ' "nested": {"owner": {"name": "owner-{{ run_id }}"}}}'
            ),
        ],
        do_xcom_push=True,
    )
    encoded = KubernetesPodOperator(
        task_id="encoded",
        image="registry.local/give:1.0",
        arguments=["""{{ ('{"path": "s3://lab/encoded-' ~ run_id ~ '"}') | tojson }}"""],
        do_xcom_push=True,
    )
    parts = part.expand(n=[1, 2])

    missing_attribute = KubernetesPodOperator(
        task_id="missing_attribute",
        arguments=["{{ ti.xcom_pull('make').pth }}"],
    )
    missing_deep = KubernetesPodOperator(
        task_id="missing_deep",
        env_vars={"OWNER": "{{ ti.xcom_pull(task_ids='make')['nested']['owner']['nam'] }}"},
    )
    one_deeper = KubernetesPodOperator(
        task_id="one_deeper",
        arguments=["{{ ti.xcom_pull(task_ids='make')['total'] }}"],
    )
    below_null = KubernetesPodOperator(
        task_id="below_null",
        arguments=["{{ ti.xcom_pull(task_ids='make')['gone']['path'] }}"],
    )
    list_for_one = KubernetesPodOperator(
        task_id="list_for_one",
        arguments=["{{ ti.xcom_pull(task_ids=['make'])['path'] }}"],
    )
    mapped_for_one = KubernetesPodOperator(
        task_id="mapped_for_one",
        arguments=["{{ ti.xcom_pull(task_ids='part')['uri'] }}"],
    )
    encoded_twice = KubernetesPodOperator(
        task_id="encoded_twice",
        arguments=["{{ ti.xcom_pull(task_ids='encoded')['path'] }}"],
    )
    key_in_python = PythonOperator(task_id="key_in_python", python_callable=subscripts_wrongly)
    whole_dict = KubernetesPodOperator(task_id="whole_dict", arguments=[make.output])
    no_such_name = KubernetesPodOperator(
        task_id="no_such_name",
        arguments=["{{ run_idd }}", "{{ ti.xcom_pull('make')['path'] }}"],
    )
    bare_pull = KubernetesPodOperator(
        task_id="bare_pull",
        arguments=["{{ xcom_pull(task_ids='make')['path'] }}"],
    )
    unquoted = KubernetesPodOperator(
        task_id="unquoted",
        arguments=["{{ ti.xcom_pull(task_ids=make)['path'] }}"],
    )
    unclosed = KubernetesPodOperator(
        task_id="unclosed",
        arguments=["{{ ti.xcom_pull('make')['path' }}"],
    )
    no_such_filter = KubernetesPodOperator(
        task_id="no_such_filter",
        arguments=["{{ ti.xcom_pull('make') | tojsn }}"],
    )
    no_template_field = KubernetesPodOperator(
        task_id="no_template_field",
        service_account_name="{{ ti.xcom_pull('make')['path'] }}",
    )

    make >> missing_attribute
    make >> missing_deep
    make >> one_deeper
    make >> below_null
    make >> list_for_one
    parts >> mapped_for_one
    encoded >> encoded_twice
    make >> key_in_python
    make >> no_such_name
    make >> bare_pull
    make >> unquoted
    make >> unclosed
    make >> no_such_filter
    make >> no_template_field
