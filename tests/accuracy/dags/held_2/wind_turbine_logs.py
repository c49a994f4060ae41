"""Turbine logs: one mapped instance per turbine."""
from __future__ import annotations

import json
from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

DECODER = "wind/decoder:1.8"


@dag(
    dag_id="wind_turbine_logs",
    start_date=datetime(2024, 8, 1),
    schedule="10 * * * *",
    catchup=False,
    max_active_tasks=16,
)
def wind_turbine_logs():
    turbines = SQLExecuteQueryOperator(
        task_id="turbines",
        conn_id="assets",
        sql="SELECT name, host, model FROM turbine WHERE online",
    )

    @task
    def decoder_arguments(rows: list) -> list[list[str]]:
        return [["decode", f"--host={host}", f"--model={model}"] for _, host, model in rows]

    @task
    def decoder_env(rows: list) -> list[dict]:
        return [{"TURBINE": name} for name, *_ in rows]

    @task
    def alarm_pods(decoded: list[dict]) -> list[dict]:
        return [
            {"arguments": ["alarms", json.dumps(each)], "env_vars": {"LEVEL": each["level"]}}
            for each in decoded
        ]

    @task
    def power(decoded: dict, factor: float) -> float:
        return decoded["kwh"] * factor

    @task
    def total(each) -> float:
        return sum(each)

    download = KubernetesPodOperator.partial(
        task_id="decode",
        name="decode",
        namespace="wind",
        image=DECODER,
        cmds=["python", "-m", "decoder"],
        do_xcom_push=True,
        labels={"run": "{{ ti.xcom_pull(task_ids='turbines') | length }}-turbines"},
    ).expand(arguments=decoder_arguments(turbines.output), env_vars=decoder_env(turbines.output))

    alarms = KubernetesPodOperator.partial(
        task_id="alarms",
        name="alarms",
        namespace="wind",
        image=DECODER,
    ).expand_kwargs(alarm_pods(download.output))

    @task
    def availability(rows: list, decoded: list, ti=None) -> float:
        alarms_of = ti.xcom_pull(task_ids="alarm_pods")
        arguments = ti.xcom_pull(task_ids="decoder_arguments")
        return 1 - len(alarms_of) / max(len(rows), len(list(decoded)), len(arguments))

    @task
    def report(share: float, produced: float) -> str:
        return f"{share:.1%} available, {produced} kWh"

    kwh = total(power.partial(factor=1.02).expand(decoded=download.output))

    report(availability(turbines.output, decoded=download.output), kwh)

    def tell(limit: int, ti=None):
        decoded = ti.xcom_pull(task_ids="decode", map_indexes=[0, 1])
        produced = ti.xcom_pull(task_ids="total")
        print(limit, len(decoded), produced)

    PythonOperator.partial(task_id="tell", python_callable=tell).expand(
        op_kwargs=[{"limit": 100}, {"limit": 1000}]
    ).set_upstream([kwh, alarms])

    BashOperator.partial(task_id="plot", env={"KWH": "{{ ti.xcom_pull(task_ids='total') }}"}).expand(
        bash_command=[
            "plot --daily $KWH",
            "plot --turbine {{ ti.xcom_pull(task_ids='turbines')[0][0] }}",
            "plot --last '{{ ti.xcom_pull(task_ids='decode')[-1]['at'] }}'",
        ]
    ).set_upstream(kwh)

    TriggerDagRunOperator.partial(task_id="inform", trigger_dag_id="grid_operator").expand_kwargs(
        [
            {"conf": {"kind": "total", "kwh": "{{ ti.xcom_pull(task_ids='total') }}"}},
            {"conf": {"kind": "first", "kwh": "{{ ti.xcom_pull(task_ids='decode')[0]['kwh'] }}"}},
        ]
    ).set_upstream(kwh)


wind_turbine_logs()
