"""Flows by every way within a DAG, pulls that fail, tasks that are skipped or stopped."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup
from kubernetes.client import models as k8s

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
except ImportError:  # Airflow 2.9
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator

POD = {
    "image": "registry.local/show:1.0",
    "startup_check_interval_seconds": 0.3,
    "retry_delay": timedelta(seconds=1),
}


def give(ti: Any) -> dict[str, Any]:
    """Values of every kind of JSON."""
    ti.xcom_push("table", "s3://lab/tables/orders.parquet")
    ti.xcom_push("number", 42)
    return {
        "key1": "s3://lab/alpha/part-7",
        "nested": {"rows": [{"id": "row-a-17"}, {"id": "row-b-18"}], "none": None},
        "big": 12345678901234567890,
        "ratio": 1.5,
        "ok": True,
        "password": "made-up-of-the-lab",
    }


def push_nothing(ti: Any) -> None:
    """Pushes None, which fails in Airflow 3.0."""
    ti.xcom_push("nothing", None)


def push_by_path(ti: Any) -> None:
    """Pushes under a key with a slash, which API v1 cannot be asked for before 2.10."""
    ti.xcom_push("a/b", ["Zürich", "東京"])


def take(*got: Any, **named: Any) -> None:
    """Says what it got."""
    print(got, named)  # noqa: T201


def part(n: int) -> dict[str, str]:
    """One of several parts."""
    return {"uri": f"s3://lab/parts/part-{n}"}


with DAG("recorded_flows", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):  # noqa: AIR311 # Airflow 2 too
    make = PythonOperator(task_id="make", python_callable=give)
    PythonOperator(task_id="nothing", python_callable=push_nothing)
    PythonOperator(task_id="slash", python_callable=push_by_path)
    by_args = PythonOperator(
        task_id="by_args",
        python_callable=take,
        op_args=["{{ ti.xcom_pull(task_ids='make')['key1'] }}", 7],
        op_kwargs={
            "row": "{{ ti.xcom_pull('make')['nested']['rows'][1]['id'] }}",
            "table": "{{ ti.xcom_pull(task_ids='make', key='table') }}",
        },
    )
    by_bash = BashOperator(
        task_id="by_bash",
        bash_command="echo {{ ti.xcom_pull(task_ids='make')['key1'] }}",
        env={"ROW": "{{ ti.xcom_pull('make')['nested']['rows'][0]['id'] }}"},
        do_xcom_push=False,
    )
    silent = BashOperator(task_id="silent", bash_command="echo {{ ti.xcom_pull(task_ids='maek') }}")
    mistyped = BashOperator(
        task_id="mistyped",
        bash_command="true",
        env={"PATH_IN": "{{ ti.xcom_pull(task_ids='maek')['key1'] }}"},
    )
    stopped = BashOperator(task_id="stopped", bash_command="true")
    parts = PythonOperator.partial(task_id="parts", python_callable=part).expand(op_args=[[1], [2]])
    of_parts = BashOperator(
        task_id="of_parts",
        bash_command="echo {{ ti.xcom_pull('parts')[1]['uri'] }}",
        do_xcom_push=False,
    )
    choose = BranchPythonOperator(task_id="choose", python_callable=lambda: "load.first")
    with TaskGroup("load"):
        first = BashOperator(task_id="first", bash_command="echo s3://lab/loaded/first-4711")
        second = BashOperator(
            task_id="second",
            bash_command="test -n {{ ti.xcom_pull(task_ids='load.first') }}",
            do_xcom_push=False,
        )
        first >> second
    skipped = BashOperator(task_id="skipped", bash_command="true")

    pod_gives = KubernetesPodOperator(
        task_id="pod_gives",
        arguments=['{"uri": "s3://lab/of-a-pod/part-9", "count": 3}'],
        do_xcom_push=True,
        **POD | {"image": "registry.local/give:1.0"},
    )
    pod_takes = KubernetesPodOperator(
        task_id="pod_takes",
        arguments=["--in={{ ti.xcom_pull(task_ids='pod_gives')['uri'] }}"],
        env_vars=[
            k8s.V1EnvVar(name="COUNT", value="{{ ti.xcom_pull('pod_gives')['count'] }}"),
            k8s.V1EnvVar(name="ROW", value="{{ ti.xcom_pull('make')['nested']['rows'][1]['id'] }}"),
        ],
        **POD,
    )

    make >> [by_args, by_bash, silent, mistyped, pod_takes]
    mistyped >> stopped
    parts >> of_parts
    choose >> [first, skipped]
    pod_gives >> pod_takes
