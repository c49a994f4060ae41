"""Parking meters: income per zone.

Zones come from zones.yaml next to the DAG when it is there.

unresolvable: zone_*.arguments*
unresolvable: bill.python_callable
unresolvable: publish.env_vars.SOURCE
"""
import os
from datetime import datetime
from pathlib import Path

import yaml
from airflow import DAG
from airflow.models import Variable
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

from city.billing import bill_zone

IMAGE = os.getenv("PARKING_IMAGE", "city/parking:latest")
CONFIG = Path(__file__).with_name("zones.yaml")
zones = yaml.safe_load(CONFIG.read_text())["zones"] if CONFIG.exists() else ["centre"]


def collect(**_):
    return {"path": "/meters/raw.csv", "meters": 320}


def validate(ti):
    raw = ti.xcom_pull(task_ids="collect")
    if raw["meters"] < 300:
        raise RuntimeError("meters missing")
    ti.xcom_push(key="valid", value=raw["path"])


def summarize(ti):
    path = ti.xcom_pull(task_ids="validate", key="valid")
    return {"income": 1234.5, "path": path, "currency": "EUR"}


def statistics(summary, raw, places=2):
    print(round(summary["income"] / raw["meters"], places))


def bill(ti):
    for zone in zones:
        bill_zone(zone, ti.xcom_pull(task_ids=f"zone_{zone}"))


with DAG(
    dag_id="parking_meters",
    start_date=datetime(2024, 1, 1),
    schedule="0 23 * * *",
    catchup=False,
) as dag:
    t1 = PythonOperator(task_id="collect", python_callable=collect)
    t2 = PythonOperator(task_id="validate", python_callable=validate)
    t3 = PythonOperator(task_id="summarize", python_callable=summarize)
    t4 = PythonOperator(task_id="bill", python_callable=bill)

    t5 = PythonOperator(
        task_id="statistics",
        python_callable=statistics,
        op_args=[t3.output],
        op_kwargs={"raw": t1.output},
    )

    t1 >> t2 >> t3 >> t5
    for zone in zones:
        per_zone = KubernetesPodOperator(
            task_id=f"zone_{zone}",
            image=IMAGE,
            arguments=["zone", zone, "{{ ti.xcom_pull(task_ids='validate', key='valid') }}"],
            do_xcom_push=True,
        )
        t2 >> per_zone >> t4

    publish = KubernetesPodOperator(
        task_id="publish",
        image=IMAGE,
        arguments=[
            "publish",
            "--income",
            "{{ ti.xcom_pull(task_ids='summarize')['income'] }}",
            "--currency={{ ti.xcom_pull(task_ids='summarize')['currency'] }}",
        ],
        env_vars={
            "INPUT": "{{ ti.xcom_pull(task_ids='validate', key='valid') }}",
            "SOURCE": "{{ ti.xcom_pull(task_ids='" + Variable.get("parking_source", default_var="collect") + "') }}",
        },
    )
    [t3, t4] >> publish
