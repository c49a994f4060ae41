"""Nightly occupancy and rate figures of the hotel group."""
import json
import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator
from airflow.operators.empty import EmptyOperator

log = logging.getLogger(__name__)

PROPERTIES = ["lisbon", "porto", "faro"]

default_args = {
    "owner": "revenue",
    "retries": 2,
    "retry_delay": timedelta(minutes=3),
}


def fetch_bookings(property_name, ti, **kwargs):
    bookings = [{"room": 101, "rate": 120.0}]
    ti.xcom_push(key="booking_count", value=len(bookings))
    ti.xcom_push(key="bookings_file", value=f"/data/{property_name}/{kwargs['ds']}.json")
    return {"rooms": len(bookings), "revenue": sum(b["rate"] for b in bookings)}


def summarise(**kwargs):
    ti = kwargs["ti"]
    total = 0
    for name in PROPERTIES:
        figures = ti.xcom_pull(task_ids=f"fetch_{name}")
        total += figures["revenue"]
        log.info("%s: %s", name, figures)
    counts = ti.xcom_pull(key="booking_count", task_ids=["fetch_lisbon", "fetch_porto", "fetch_faro"])
    return {"total": total, "bookings": sum(c or 0 for c in counts)}


def decide(ti):
    summary = ti.xcom_pull(task_ids="summarise")
    if summary["bookings"] == 0:
        return "no_bookings"
    return "publish"


def mail_text(summary, house_rates, ti, **_):
    previous = ti.xcom_pull("summarise", include_prior_dates=True)
    lisbon = ti.xcom_pull(task_ids="fetch_lisbon")["rooms"]
    return json.dumps([str(summary), str(previous), str(lisbon), str(house_rates)], indent=2)


with DAG(
    dag_id="hotel_nightly",
    default_args=default_args,
    start_date=datetime(2024, 3, 1),
    schedule="30 3 * * *",
    catchup=False,
    tags=["hotel", "revenue"],
) as dag:
    fetches = []
    summary = PythonOperator(task_id="summarise", python_callable=summarise)

    for prop in PROPERTIES:
        fetch = PythonOperator(
            task_id=f"fetch_{prop}",
            python_callable=fetch_bookings,
            op_kwargs={"property_name": prop},
        )
        archive = BashOperator(
            task_id=f"archive_{prop}",
            bash_command=f"gzip -k {{{{ ti.xcom_pull(task_ids='fetch_{prop}', key='bookings_file') }}}} "
            f"&& echo {prop}",
        )
        fetches.append(fetch)
        fetch >> [archive, summary]

    branch = BranchPythonOperator(task_id="decide", python_callable=decide)
    none = EmptyOperator(task_id="no_bookings")
    publish = BashOperator(
        task_id="publish",
        bash_command="curl -X POST -d 'total={{ ti.xcom_pull(task_ids=\"summarise\")[\"total\"] }}' "
        "http://reports.internal/occupancy",
    )
    text = PythonOperator(
        task_id="mail_text", python_callable=mail_text,
        op_kwargs={"summary": summary.output, "house_rates": [fetched.output for fetched in fetches]},
    )

    summary >> branch >> [none, publish]
    publish >> text
