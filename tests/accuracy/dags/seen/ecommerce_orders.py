"""Orders of the web shop: extract from three countries, clean, join with customers, load."""

from __future__ import annotations

import pendulum
from airflow.decorators import dag, task

COUNTRIES = ["de", "at", "ch"]


@dag(
    schedule="0 * * * *",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    tags=["shop"],
)
def ecommerce_orders():
    """### Orders"""

    @task
    def extract(country: str) -> dict:
        return {"country": country, "orders": [], "cursor": "0"}

    @task()
    def clean(raw, *, currency="EUR"):
        return [o for o in raw]

    @task(multiple_outputs=True)
    def customers():
        return {"active": [], "blocked": []}

    @task
    def join(orders, active, blocked=None):
        return {"rows": orders, "active": active, "blocked": blocked}

    @task
    def load(table: str, rows, **context):
        previous = context["ti"].xcom_pull(task_ids="load", include_prior_dates=True)
        print(table, rows, previous)
        return len(rows)

    @task
    def report(loaded, note: str = ""):
        print(loaded, note)

    @task
    def audit(ti=None):
        joined = ti.xcom_pull(task_ids="join")
        first = ti.xcom_pull(task_ids="extract")["orders"]
        second = ti.xcom_pull(task_ids="extract__1")["orders"]
        return joined["rows"], first, second

    people = customers()
    cleaned = []
    for country in COUNTRIES:
        raw = extract(country)
        cleaned.append(clean(raw["orders"], currency="CHF" if country == "ch" else "EUR"))

    joined = join(cleaned, people["active"], blocked=people["blocked"])
    loaded = {
        table: load.override(task_id=f"load_{table}" if table != "orders" else "load")(table, joined[key])
        for table, key in {"orders": "rows", "customers": "active"}.items()
    }
    report(
        list(loaded.values()),
        note="{{ ti.xcom_pull(task_ids='load') }} orders, {{ ti.xcom_pull('load_customers') }} customers",
    )
    joined >> audit()


ecommerce_orders()
