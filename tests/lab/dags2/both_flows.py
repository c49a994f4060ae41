"""What both versions of Airflow run: flows by every way, pulls that fail, values of every kind."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from kubernetes.client import models as k8s

MADE = """{
    "key1": "s3://lab/alpha-{{ run_id }}/part-7",
    "key2": "s3://lab/beta-{{ run_id }}/part-8",
    "nested": {"rows": [{"id": "row-a-{{ run_id }}"}, {"id": "row-b-{{ run_id }}"}]},
    "count": 42,
    "password": "pw-of-{{ run_id }}"
}"""

POD = {
    "image": "registry.local/show:1.0",
    "startup_check_interval_seconds": 0.3,
    "retry_delay": timedelta(seconds=1),
}


def push_values(ti: Any) -> None:
    """Pushes one value of each kind that API v1 tells in a way of its own."""
    ti.xcom_push("text of a number", "42")
    ti.xcom_push("big", 12345678901234567890)
    ti.xcom_push("nothing", None)
    ti.xcom_push("tuple", (1, 2))
    ti.xcom_push("time", datetime(2026, 1, 2, tzinfo=UTC))
    ti.xcom_push("not a number", {"loss": float("nan")})
    ti.xcom_push("a/b", {"Zürich": ["東京", 1.5, True, None]})
    ti.xcom_push("long", "x" * 50_000)


def part(n: int) -> dict[str, str]:
    """One of several parts."""
    return {"uri": f"s3://lab/part-{n}"}


def fail_once(ti: Any) -> str:
    """Fails in its first try."""
    if ti.try_number == 1:
        raise ValueError("not yet: the first try")
    return f"try {ti.try_number}"


BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

with DAG("both_flows", schedule=None, start_date=BEGIN, default_args=POD):  # noqa: AIR311
    make = KubernetesPodOperator(
        task_id="make", image="registry.local/give:1.0", arguments=[MADE], do_xcom_push=True
    )
    by_arguments = KubernetesPodOperator(
        task_id="by_arguments",
        arguments=[
            "{{ ti.xcom_pull(task_ids='make')['key1'] }}",
            "--row={{ ti.xcom_pull('make')['nested']['rows'][1]['id'] }}",
        ],
        annotations={"lab/path": "{{ ti.xcom_pull(task_ids='make')['key2'] }}"},
    )
    by_env = KubernetesPodOperator(
        task_id="by_env",
        env_vars=[
            k8s.V1EnvVar(name="PATH_IN", value="{{ ti.xcom_pull('make')['key1'] }}"),
            k8s.V1EnvVar(name="DB_PASSWORD", value="{{ ti.xcom_pull('make')['password'] }}"),
            k8s.V1EnvVar(
                name="POD_IP",
                value_from=k8s.V1EnvVarSource(
                    field_ref=k8s.V1ObjectFieldSelector(field_path="status.podIP")
                ),
            ),
        ],
        container_resources=k8s.V1ResourceRequirements(
            requests={"memory": "{{ ti.xcom_pull('make')['count'] }}Mi"}
        ),
    )
    mistyped = KubernetesPodOperator(
        task_id="mistyped", env_vars={"PATH_IN": "{{ ti.xcom_pull(task_ids='maek') }}"}
    )
    mistyped_strict = KubernetesPodOperator(
        task_id="mistyped_strict",
        env_vars={"PATH_IN": "{{ ti.xcom_pull(task_ids='maek')['key1'] }}"},
    )
    wrong_key = KubernetesPodOperator(
        task_id="wrong_key", arguments=["{{ ti.xcom_pull(task_ids='make')['key_1'] }}"]
    )
    too_long = KubernetesPodOperator(
        task_id="too_long",
        arguments=["{{ ti.xcom_pull(task_ids='make')['key1'] }}", "y" * 6_000],
    )
    values = PythonOperator(task_id="values", python_callable=push_values)
    parts = PythonOperator.partial(task_id="parts", python_callable=part).expand(op_args=[[1], [2]])
    of_parts = KubernetesPodOperator(
        task_id="of_parts",
        arguments=["{{ ti.xcom_pull(task_ids='parts') }}", "{{ ti.xcom_pull('parts')[1]['uri'] }}"],
    )
    retried = PythonOperator(task_id="retried", python_callable=fail_once, retries=1)

    make >> [by_arguments, by_env, mistyped, mistyped_strict, wrong_key, too_long]
    parts >> of_parts
