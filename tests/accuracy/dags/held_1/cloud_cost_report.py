"""FinOps: cost reports of the clouds.

Budgets are maintained in budgets.yaml next to this file (synced by git-sync).

unresolvable: budget_*.*
unresolvable: page.op_kwargs.who
"""
from __future__ import annotations

import itertools
import os
from datetime import datetime
from typing import Callable

import pendulum
from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator

REGISTRY: dict[str, Callable] = {}
ONCALL = os.environ.get("FINOPS_ONCALL", "oncall")


def provider(name: str, **meta):
    """Registers a cost fetcher; the DAG makes a task of each."""

    def register(fn):
        fn.meta = {"currency": "USD", **meta}
        REGISTRY[name] = fn
        return fn

    return register


@provider("aws", account="1234")
def fetch_aws(**context):
    return {"total": 10.0, "by_service": {"s3": 1.0}}


@provider("gcp", currency="EUR")
def fetch_gcp(**context):
    return {"total": 8.0, "by_service": {"bigquery": 2.0}}


def load_budgets():
    try:
        import yaml

        with open(os.path.join(os.path.dirname(__file__), "budgets.yaml")) as f:
            return yaml.safe_load(f)["budgets"]
    except (ImportError, OSError, KeyError):
        return {"storage": ["aws", "s3"]}


def convert(clouds, ti, **_):
    total = 0
    for cloud in clouds:
        cost = ti.xcom_pull(task_ids=f"fetch_{cloud}")
        rate = ti.xcom_pull(task_ids="fx")[REGISTRY[cloud].meta["currency"]]
        total += cost["total"] * rate
    return total


def over_budget(ti):
    total, previous = ti.xcom_pull(task_ids="convert"), ti.xcom_pull(task_ids="convert", include_prior_dates=True)
    return "page" if total > (previous or 0) * 1.2 else "quiet"


@dag("cloud_cost_report", start_date=pendulum.datetime(2024, 1, 1), schedule="@daily", catchup=False)
def report():
    @task
    def fx(base="CHF"):
        return {"USD": 0.9, "EUR": 0.95}

    @task
    def anomalies(costs: dict, rates, window: int = 7):
        return [k for k in costs]

    @task
    def oncall():
        return {"phone": "1"}

    fetches = {name: PythonOperator(task_id=f"fetch_{name}", python_callable=fn) for name, fn in REGISTRY.items()}
    rates = fx()
    conv = PythonOperator(task_id="convert", python_callable=convert, op_args=[list(REGISTRY)])
    branch = BranchPythonOperator(task_id="over_budget", python_callable=over_budget)
    quiet = BashOperator(task_id="quiet", bash_command=f"echo total={conv.output}")
    found = anomalies({n: f.output for n, f in fetches.items()}, rates)
    page = PythonOperator(
        task_id="page",
        python_callable=print,
        op_args=["anomalies", found],
        op_kwargs={"who": "{{ ti.xcom_pull(task_ids='" + ONCALL + "')['phone'] }}"},
    )
    for name, (cloud, service) in load_budgets().items():
        BashOperator(
            task_id=f"budget_{name}",
            bash_command=f"budget {{{{ ti.xcom_pull(task_ids='fetch_{cloud}')['by_service']['{service}'] }}}}",
        ) << fetches[cloud]
    summary = BashOperator(
        task_id="summary",
        bash_command="summary "
        + " ".join(
            f"--{n}={fn.meta['currency']}:{{{{ ti.xcom_pull(task_ids='fetch_{n}')['total'] }}}}" for n, fn in REGISTRY.items()
        ),
        env={
            f"TOP_{n.upper()}": "{{ ti.xcom_pull(task_ids='" + fetches[n].task_id + "')['by_service'] | dictsort | first }}"
            for n in REGISTRY
        },
    )
    def trend(ti, pairs, costs):
        deltas = {}
        for cloud, group in itertools.groupby(sorted(pairs), key=lambda p: p[0]):
            latest = ti.xcom_pull(task_ids="fetch_" + cloud)
            for _, days in group:
                deltas[cloud, days] = latest["total"] / days
        rates_ = ti.xcom_pull(task_ids=rates.operator.task_id)
        return deltas, rates_, costs

    tr = PythonOperator(
        task_id="trend",
        python_callable=trend,
        op_kwargs={"pairs": list(itertools.product(REGISTRY, (7, 30))), "costs": [found, conv.output, {"fx": rates}]},
    )
    conv >> tr
    list(fetches.values()) >> conv >> branch >> [page, quiet]
    rates >> conv
    [oncall(), found] >> page
    conv >> summary


report()
