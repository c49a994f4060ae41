"""Orders of the web shop: extract from several countries, clean, join with customers, load."""

from __future__ import annotations

import functools

import pendulum
from airflow.decorators import dag, task, task_group

COUNTRIES = {"de": "EUR", "at": "EUR", "ch": "CHF", "pl": "PLN"}
CLEANING = ["trim", "currency", "returns"]
TABLES = {"orders": "rows", "customers": "active", "blocklist": "blocked"}


@task
def extract(country: str) -> dict:
    return {"country": country, "orders": [], "cursor": "0"}


@task
def trim(rows):
    return rows


@task
def currency(rows, target="EUR"):
    return [r for r in rows if target]


@task
def returns(rows, /):
    return rows


@task(multiple_outputs=True)
def customers():
    return {"active": [], "blocked": []}


@task
def join(orders, active, blocked=None):
    return {"rows": orders, "active": active, "blocked": blocked}


STEPS = {"trim": trim, "currency": currency, "returns": returns}


def report(figures, ti, note=""):
    previous = ti.xcom_pull(task_ids="report", include_prior_dates=True)
    print(figures, note, previous)


def only_paid(order):
    return order


class Loading:
    """Tasks that write into the warehouse."""

    @staticmethod
    @task
    def load(table: str, rows, **context):
        previous = context["ti"].xcom_pull(task_ids="load", include_prior_dates=True)
        print(table, rows, previous)
        return len(rows)

    @classmethod
    def everywhere(cls, joined):
        return {
            table: cls.load.override(task_id=f"load_{table}" if table != "orders" else "load")(table, joined[key])
            for table, key in TABLES.items()
        }


@dag(
    schedule="0 * * * *",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    tags=["shop"],
)
def ecommerce_orders():
    """### Orders"""
    people = customers()
    cleaned = {}
    for country, money in COUNTRIES.items():
        raw = extract(country)
        rows = raw["orders"]
        for step in CLEANING:
            rows = STEPS[step](rows, target=money) if step == "currency" else STEPS[step](rows)
        cleaned[country] = rows

    joined = join(list(cleaned.values()), people["active"], blocked=people["blocked"])
    loaded = Loading.everywhere(joined)

    # Returns are worked on three times, each result being the next one's input.
    polished = functools.reduce(lambda value, step: step(value), [trim, returns, trim], cleaned["ch"])
    paid = task(task_id="only_paid")(only_paid)(polished)
    final = task.python(only_paid, task_id="paid_again")(order=paid)

    @task_group
    def reporting(counts, **named):
        @task
        def total(values, extra=()):
            return sum(values)

        @task
        def share(part, whole, labels: dict | None = None):
            return part / whole

        everything = total(list(counts.values()), extra=(named["final"], {"of": [named["people"]]}))
        shares = {t: share.override(task_id=f"share_{t}")(c, everything) for t, c in counts.items()}
        return everything, shares

    everything, shares = reporting(loaded, final=final, people=people["active"])
    figures = task(report)(
        {"all": everything, **shares, "countries": [{c: cleaned[c]} for c in ("de", "pl")]},
        note="{{ ti.xcom_pull(task_ids='load') }} orders, {{ ti.xcom_pull('load_customers') }} customers",
    )

    @task
    def audit(ti=None):
        joined = ti.xcom_pull(task_ids="join")
        first = ti.xcom_pull(task_ids="extract")["orders"]
        others = [ti.xcom_pull(task_ids=f"extract__{n}") for n in range(1, len(COUNTRIES))]
        return joined["rows"], first, others

    @task
    def compare(left, right):
        return left == right

    compare.partial(right=everything).expand(left=[cleaned[c] for c in COUNTRIES])
    compare.override(task_id="compare_shares").expand_kwargs(
        [{"left": share, "right": loaded[table]} for table, share in shares.items()]
    )
    joined >> audit() >> figures


ecommerce_orders()
