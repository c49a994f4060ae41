"""A retry that waits for its turn, and a sensor that looks again and again, both held by gates."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.providers.standard.sensors.python import PythonSensor
except ImportError:  # Airflow 2.9
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator
    from airflow.sensors.python import PythonSensor


def is_open(gate: str) -> bool:
    """Whether whoever records has opened it."""
    return (Path(os.environ["XCOMTRACE_GATES"]) / gate).exists()


def wait(gate: str) -> None:
    """Waits for it."""
    while not is_open(gate):
        time.sleep(0.2)


def fail_once(ti: Any) -> dict[str, int]:
    """Fails in its first try, after a push."""
    ti.xcom_push("begun", ti.try_number)
    if ti.try_number == 1:
        raise ValueError("not yet: the first try")
    wait("retry")
    return {"try": ti.try_number}


with DAG("recorded_retries", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):  # noqa: AIR311 # Airflow 2 too
    # One slot: while `holds` has it, the second try of `retried` waits.
    retried = PythonOperator(
        task_id="retried",
        python_callable=fail_once,
        retries=1,
        retry_delay=timedelta(seconds=15),
        pool="narrow",
        priority_weight=10,
    )
    holds = PythonOperator(task_id="holds", python_callable=wait, op_args=["slot"], pool="narrow")
    looks = PythonSensor(
        task_id="looks",
        python_callable=is_open,
        op_args=["sensor"],
        mode="reschedule",
        poke_interval=15,
    )
    after = BashOperator(
        task_id="after",
        bash_command="echo {{ ti.xcom_pull(task_ids='retried')['try'] }}",
        do_xcom_push=False,
    )
    retried >> after
