"""What a declaration is made of: values that can be stored, sent and compared as they are."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from app.lineage.source.declare import declare

SOURCE = """
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, task

def read(ti):
    return ti.xcom_pull(task_ids="make", key="rows", dag_id="other")["path"]

with DAG("etl", default_args={"image": "show"}, params={"p": "x"}):
    make = KubernetesPodOperator(task_id="make", **{"arguments": ["a"]})
    use = KubernetesPodOperator(
        task_id="use", arguments=[make.output["k"]], env_vars={"A": "{{ ti.xcom_pull('m') }}"}
    )
    PythonOperator(task_id="read", python_callable=read, op_kwargs={"x": make.output})
    KubernetesPodOperator.partial(task_id="m").expand(arguments=make.output)
"""


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from texts(pair)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts(getattr(value, each.name))


def test_its_texts_are_plain_and_carry_no_lines_of_the_source() -> None:
    found = list(texts(declare(SOURCE)))
    assert {"make", "etl", "image", "arguments", "rows", "k"} <= set(found)
    assert [one for one in found if type(one) is not str] == []
