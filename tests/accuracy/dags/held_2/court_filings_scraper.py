"""Tribunal filings, three courts.

unresolvable: index.python_callable
unresolvable: index.op_kwargs.endpoint
"""
import os
from datetime import datetime, timedelta

import pendulum

from airflow import DAG
from airflow.exceptions import AirflowSkipException
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

local_tz = pendulum.timezone("Europe/Paris")

INDEX_TASK = os.environ["FILINGS_INDEX_TASK"]

args = {
    "owner": "juridique",
    "start_date": datetime(2023, 6, 1, tzinfo=local_tz),
    "retries": 3,
    "retry_delay": timedelta(minutes=20),
}


def download(court, **context):
    """Télécharge le rôle du jour."""
    day = context["ds"]
    if pendulum.parse(day).weekday() >= 5:
        raise AirflowSkipException("le tribunal est fermé")
    context["ti"].xcom_push(key="html", value=f"/tmp/{court}/{day}.html")


def parse(court, **context):
    html = context["ti"].xcom_pull(task_ids=f"{court}.download", key="html")
    print("lecture de", html)
    return [{"court": court, "number": "24/00001"}]


def merge(**context):
    ti = context["ti"]
    filings = ti.xcom_pull(task_ids=["paris.parse", "lyon.parse", "lille.parse"])
    merged = []
    for each in filings:
        merged.extend(each or [])
    return merged


def deduplicate(**context):
    rows = context["ti"].xcom_pull(task_ids=["merge"])[0]
    seen = {(row["court"], row["number"]): row for row in rows}
    context["ti"].xcom_push("duplicates", len(rows) - len(seen))
    return list(seen.values())


def index(endpoint, **context):
    documents = context["ti"].xcom_pull(task_ids=INDEX_TASK)
    print(endpoint, len(documents))


def report(duplicates, **context):
    task_instance = context["task_instance"]
    rows = task_instance.xcom_pull("deduplicate")
    everything = task_instance.xcom_pull(task_ids="merge")
    print(f"{len(rows)} affaires sur {len(everything)}, {duplicates} doublons")


with DAG("court_filings_scraper", default_args=args, schedule="0 7 * * *", catchup=False) as dag:
    merge_task = PythonOperator(task_id="merge", python_callable=merge, trigger_rule="all_done")

    for court in ("paris", "lyon", "lille"):
        with TaskGroup(group_id=court) as group:
            a = PythonOperator(task_id="download", python_callable=download, op_kwargs={"court": court})
            b = PythonOperator(task_id="parse", python_callable=parse, op_kwargs={"court": court})
            a >> b
        group >> merge_task

    dedup_task = PythonOperator(task_id="deduplicate", python_callable=deduplicate)

    index_task = PythonOperator(
        task_id="index",
        python_callable=index,
        op_kwargs={"endpoint": "{{ ti.xcom_pull(task_ids='" + INDEX_TASK + "', key='endpoint') }}"},
    )

    report_task = PythonOperator(
        task_id="report",
        python_callable=report,
        op_kwargs={"duplicates": "{{ task_instance.xcom_pull(task_ids='deduplicate', key='duplicates') }}"},
    )

    merge_task >> dedup_task >> [index_task, report_task]
