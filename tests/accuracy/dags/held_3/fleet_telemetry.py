from __future__ import annotations

import functools
from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


def with_retries(function):
    """Retries of our own inside of the task, for the flaky gateway."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        for attempt in range(3):
            try:
                return function(*args, **kwargs)
            except ConnectionError:
                if attempt == 2:
                    raise

    return wrapper


def heavy_task(**options):
    return task(retries=4, execution_timeout=timedelta(hours=2), **options)


@with_retries
def read_gateway(gateway: str, ti=None):
    token = ti.xcom_pull(task_ids="login", key="token")
    return {"gateway": gateway, "token": token, "vehicles": ["v1", "v2"]}


def merge(first, second, *, ti):
    login = ti.xcom_pull(task_ids="login")
    return {"vehicles": [*first["vehicles"], *second["vehicles"]], "user": login}


def login(ti):
    ti.xcom_push(key="token", value="t")
    return "fleet"


@dag(start_date=datetime(2024, 1, 1), schedule="*/15 * * * *", catchup=False, max_active_runs=1)
def fleet_telemetry():
    signed_in = PythonOperator(task_id="login", python_callable=login)
    reads = {
        name: PythonOperator(
            task_id=f"read_{name}", python_callable=functools.partial(read_gateway, gateway=f"gw-{name}")
        )
        for name in ("east", "west")
    }
    merged = PythonOperator(
        task_id="merge",
        python_callable=merge,
        op_args=[reads[name].output for name in sorted(reads)],
    )

    @heavy_task(multiple_outputs=True)
    def aggregate(vehicles, window: str = "15m") -> dict:
        return {"per_vehicle": [{"id": v, "km": 3} for v in vehicles], "window": window}

    @heavy_task(task_id="detect_idle")
    @with_retries
    def idle(rows, user: str):
        return [r for r in rows if r["km"] == 0]

    @task
    def batches(rows: list[dict], size: int = 100) -> list[list[str]]:
        ids = [row["id"] for row in rows]
        return [ids[i : i + size] for i in range(0, len(ids), size)]

    figures = aggregate(merged.output["vehicles"])
    idling = idle(figures["per_vehicle"], user="{{ ti.xcom_pull(task_ids='merge')['user'] }}")

    KubernetesPodOperator.partial(
        task_id="store",
        name="store",
        image="fleet/store:1",
        env_vars={"WINDOW": figures["window"], "USER": "{{ ti.xcom_pull(task_ids='login') }}"},
    ).expand(arguments=batches(figures["per_vehicle"], size=50))

    alerts = BashOperator.partial(task_id="alert", cwd="/tmp").expand_kwargs(
        [
            {"bash_command": "alert idle {{ ti.xcom_pull(task_ids='detect_idle') | length }}", "env": {"LEVEL": "1"}},
            {"bash_command": "alert fleet", "env": {"VEHICLES": merged.output, "LEVEL": "2"}},
        ]
    )

    signed_in >> list(reads.values()) >> merged
    idling >> alerts


fleet_telemetry()
