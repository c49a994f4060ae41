"""
Milk quality laboratory: samples of the tankers, limits per farm, penalties.
"""
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator, get_current_context
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.common.sql.sensors.sql import SqlSensor

LAB_DB = "lab_mysql"
LIMITS = {"fat": 3.5, "protein": 3.1, "cells": 250_000}
TASK_SAMPLES = "read_samples"
TASK_LIMITS = "apply_limits"


def _pull(task_id, key="return_value"):
    """Shorthand used by the callables below."""
    context = get_current_context()
    return context["ti"].xcom_pull(task_ids=task_id, key=key)


def apply_limits():
    samples = _pull(TASK_SAMPLES)
    failed = []
    for sample in samples or []:
        for name, limit in LIMITS.items():
            if sample[name] > limit:
                failed.append((sample["farm"], name))
    get_current_context()["ti"].xcom_push(key="failed_farms", value=failed)
    return {"failed": len(failed), "limits": LIMITS}


def penalties(rate):
    farms = _pull(TASK_LIMITS, "failed_farms")
    return {farm: rate for farm, _ in farms}


def letter(**context):
    ti = context["ti"]
    amounts = ti.xcom_pull(task_ids="penalties")
    failed = ti.xcom_pull(key="failed_farms", task_ids=TASK_LIMITS)
    batch = ti.xcom_pull(TASK_SAMPLES)[0]
    print(amounts, failed, batch)


with DAG(
    dag_id="dairy_quality",
    start_date=datetime(2023, 4, 1),
    schedule="0 9 * * *",
    catchup=False,
    default_args={"owner": "lab", "retries": 1, "retry_delay": timedelta(minutes=15)},
) as dag:
    wait = SqlSensor(
        task_id="wait_for_lab",
        conn_id=LAB_DB,
        sql="SELECT 1 FROM runs WHERE day = '{{ ds }}' AND closed",
        mode="reschedule",
    )
    read = SQLExecuteQueryOperator(
        task_id=TASK_SAMPLES,
        conn_id=LAB_DB,
        sql="SELECT farm, fat, protein, cells FROM samples WHERE day = '{{ ds }}'",
    )
    limits = PythonOperator(task_id=TASK_LIMITS, python_callable=apply_limits)
    fines = PythonOperator(task_id="penalties", python_callable=penalties, op_kwargs={"rate": 25})
    store = SQLExecuteQueryOperator(
        task_id="store",
        conn_id=LAB_DB,
        sql="""
            INSERT INTO results (day, failed, details)
            VALUES ('{{ ds }}', {{ ti.xcom_pull(task_ids='apply_limits')['failed'] }},
                    '{{ ti.xcom_pull(task_ids="apply_limits")["limits"] | tojson }}')
        """,
    )
    mark = SQLExecuteQueryOperator(
        task_id="mark",
        conn_id=LAB_DB,
        sql="UPDATE runs SET penalties = %(amounts)s WHERE day = %(day)s",
        parameters={"amounts": fines.output, "day": "{{ ds }}"},
    )
    letters = PythonOperator(task_id="letter", python_callable=letter)

    trend = PythonOperator(
        task_id="trend",
        python_callable=lambda samples, fines, ti: (len(samples), fines, ti.xcom_pull(task_ids="apply_limits")),
        op_args=[read.output],
        op_kwargs={"fines": fines.output},
    )

    wait >> read >> limits >> fines >> [store, mark, trend] >> letters
