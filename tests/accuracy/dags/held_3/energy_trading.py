"""Intraday trading: prices, forecasts and bids of each market."""
from __future__ import annotations

from collections import ChainMap
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from string import Template
from typing import Iterator, NamedTuple

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.utils.task_group import TaskGroup

BASE = {"image": "trading/core:8", "interval": 15, "model": "arima"}
MARKETS = {
    "epex": ChainMap({"model": "lstm"}, BASE),
    "nordpool": ChainMap({"interval": 60}, BASE),
}
PULL = Template("{{ ti.xcom_pull(task_ids='$task', key='$key')$steps }}")
STEPS: dict[str, callable] = {}


class Spec(NamedTuple):
    kind: str
    task_id: str
    inputs: tuple[tuple[str, str], ...] = ()


def register(name):
    def decorate(function):
        STEPS[name] = function
        return function

    return decorate


def pull(task, *steps, key="return_value"):
    return PULL.substitute(task=task, key=key, steps=reduce(lambda text, step: f"{text}[{step!r}]", steps, ""))


@register("bid")
def bid(ti, market, forecast_task):
    forecast = ti.xcom_pull(task_ids=forecast_task)
    limit = ti.xcom_pull(task_ids="limits", key=market)
    return {"volume": min(forecast["mean"], limit), "price": 40}


@register("limits")
def limits(ti, **_):
    for market in MARKETS:
        ti.xcom_push(key=market, value=10)


def specs(market: str) -> Iterator[Spec]:
    yield Spec("pod", "prices")
    yield Spec("pod", "forecast", (("prices", "series"), ("prices", "resolution")))
    if MARKETS[market]["model"] == "lstm":
        yield Spec("pod", "explain", (("forecast", "weights"),))
    yield Spec("bid", "bid")
    yield Spec("sql", "book", (("bid", "volume"), ("bid", "price")))


@contextmanager
def market_group(market):
    with TaskGroup(f"market_{market}") as group:
        yield lambda name: f"{group.group_id}.{name}", MARKETS[market]


def make(spec: Spec, path, settings, market):
    arguments = [pull(path(source), step) for source, step in spec.inputs]
    match spec.kind:
        case "pod":
            return KubernetesPodOperator(
                task_id=spec.task_id,
                name=spec.task_id,
                image=settings["image"],
                arguments=[spec.task_id, "--model", settings["model"], *arguments],
                env_vars={f"IN_{step.upper()}": pull(path(source), step, 0) for source, step in spec.inputs},
                do_xcom_push=True,
            )
        case "bid":
            return PythonOperator(
                task_id=spec.task_id,
                python_callable=STEPS[spec.kind],
                op_kwargs={"market": market, "forecast_task": path("forecast")},
            )
        case "sql":
            return SQLExecuteQueryOperator(
                task_id=spec.task_id,
                conn_id="trades",
                sql="INSERT INTO bids VALUES (" + ", ".join(arguments) + ")",
                parameters=dict(zip(("volume", "price"), arguments)),
            )


with DAG("energy_trading", start_date=datetime(2024, 4, 1), schedule="*/15 * * * *", catchup=False) as dag:
    checked = PythonOperator(task_id="limits", python_callable=STEPS["limits"])
    last = {}
    for market in MARKETS:
        with market_group(market) as (path, settings):
            chain_ = [make(spec, path, settings, market) for spec in specs(market)]
            reduce(lambda left, right: left >> right, chain_)
            checked >> chain_[0]
            last[path("book")] = chain_[-1]

    settle = BashOperator(
        task_id="settle",
        bash_command="settle " + " ".join(map(pull, last)),
        env={task_id.replace(".", "_").upper(): task.output for task_id, task in last.items()},
    )
    list(last.values()) >> settle

    @task
    def hedge(*booked, ti=None):
        bids = {market: ti.xcom_pull(task_ids=f"market_{market}.bid") for market in MARKETS}
        return sum(b["volume"] for b in bids.values()), booked

    @task
    def audit(hedged, settled, ti=None):
        forecasts = ti.xcom_pull(task_ids=[f"market_{m}.forecast" for m in MARKETS])
        return hedged, settled, forecasts

    audit(hedge(*(each.output for each in last.values())), settled=settle.output)
