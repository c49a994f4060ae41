"""Hourly intake of weighbridge tickets from the four elevators along the river."""

import csv
import json
import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator

log = logging.getLogger(__name__)

INBOX = "/srv/weighbridge/inbox"
MOISTURE_LIMIT = 14.5

default_args = {
    "owner": "intake",
    "retries": 2,
    "retry_delay": timedelta(minutes=3),
    "email_on_failure": False,
}


def collect_tickets(**kwargs):
    ti = kwargs["ti"]
    path = f"{INBOX}/{kwargs['ds_nodash']}.csv"
    with open(path) as handle:
        tickets = list(csv.DictReader(handle))
    ti.xcom_push(key="ticket_count", value=len(tickets))
    ti.xcom_push(key="source_path", value=path)
    return tickets


def check_moisture(**kwargs):
    ti = kwargs["ti"]
    tickets = ti.xcom_pull(task_ids="collect_tickets")
    wet = [t for t in tickets if float(t["moisture"]) > MOISTURE_LIMIT]
    log.info("%s of %s loads are too wet", len(wet), len(tickets))
    ti.xcom_push(key="wet_loads", value=wet)
    if wet:
        return "book_dryer"
    return "skip_dryer"


def book_dryer(**kwargs):
    ti = kwargs["ti"]
    wet = ti.xcom_pull(key="wet_loads", task_ids="check_moisture")
    tonnes = sum(float(load["net_tonnes"]) for load in wet)
    return {"tonnes": tonnes, "hours": round(tonnes / 22.0, 1)}


def settle(ti, **_):
    tickets = ti.xcom_pull(task_ids="collect_tickets")
    dryer = ti.xcom_pull(task_ids="book_dryer")
    source = ti.xcom_pull(key="source_path")
    log.info("settling %s", source)
    fee = 0 if dryer is None else dryer["hours"] * 41.0
    settlement = {t["ticket"]: float(t["net_tonnes"]) for t in tickets}
    return json.dumps({"fee": fee, "settlement": settlement})


with DAG(
    dag_id="grain_elevator_intake",
    default_args=default_args,
    start_date=datetime(2024, 7, 1),
    schedule="@hourly",
    catchup=False,
    tags=["intake", "grain"],
) as dag:
    collect = PythonOperator(task_id="collect_tickets", python_callable=collect_tickets)

    moisture = BranchPythonOperator(task_id="check_moisture", python_callable=check_moisture)

    dryer = PythonOperator(task_id="book_dryer", python_callable=book_dryer)
    skip = EmptyOperator(task_id="skip_dryer")

    settlement = PythonOperator(
        task_id="settle",
        python_callable=settle,
        trigger_rule="none_failed_min_one_success",
    )

    def send_invoice(settlement, wet_loads, **context):
        count = context["ti"].xcom_pull(task_ids="collect_tickets", key="ticket_count")
        log.info("invoice for %s tickets, %s dried: %s", count, len(wet_loads), settlement)

    invoice = PythonOperator(
        task_id="send_invoice",
        python_callable=send_invoice,
        op_kwargs={"settlement": settlement.output, "wet_loads": moisture.output["wet_loads"]},
    )

    archive = BashOperator(
        task_id="archive_source",
        bash_command=(
            "gzip -c {{ ti.xcom_pull(task_ids='collect_tickets', key='source_path') }} "
            "> /srv/weighbridge/archive/{{ ds_nodash }}.csv.gz && "
            "echo {{ ti.xcom_pull(task_ids='collect_tickets', key='ticket_count') }} tickets"
        ),
    )

    collect >> moisture >> [dryer, skip] >> settlement >> [invoice, archive]
