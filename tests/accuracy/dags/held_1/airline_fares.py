"""Fare collection and pricing signals."""
import functools
import logging
from datetime import datetime, timedelta
from functools import partial, wraps

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

log = logging.getLogger(__name__)

Op = partial(PythonOperator, retries=2, retry_delay=timedelta(minutes=1))
Shell = functools.partial(BashOperator, env={"TZ": "UTC", "MARKET": "{{ ti.xcom_pull(task_ids='markets')['default'] }}"}, append_env=True)


def timed(fn):
    @wraps(fn)
    def wrapper(*args, **kwargs):
        log.info("start %s", fn.__name__)
        try:
            return fn(*args, **kwargs)
        finally:
            log.info("end %s", fn.__name__)

    return wrapper


def airline_task(**task_kwargs):
    """Our own @task: timed, and named without the leading underscore."""

    def decorate(fn):
        return task(task_id=fn.__name__.lstrip("_"), **task_kwargs)(timed(fn))

    return decorate


def pulls_from(task_id):
    def make(step):
        return "{{ ti.xcom_pull(task_ids='" + task_id + "')['" + step + "'] }}"

    return make


@timed
def markets(**context):
    return {"default": "ZRH", "routes": [("ZRH", "LIS"), ("GVA", "OPO")]}


@timed
def crawl(carrier, **context):
    routes = context["ti"].xcom_pull(task_ids="markets")["routes"]
    return {"fares": len(routes), "file": f"/fares/{carrier}.jsonl"}


def compare(ours, theirs, ti, **_):
    mine = ti.xcom_pull(task_ids=ours)
    other = ti.xcom_pull(task_ids=f"crawl_{theirs}")
    return mine["fares"] - other["fares"]


def _closure(carrier):
    source = f"crawl_{carrier}"

    def inner(ti=None):
        return ti.xcom_pull(task_ids=source, key="return_value")["file"]

    return inner


with DAG("airline_fares", start_date=datetime(2024, 2, 2), schedule="@hourly", catchup=False) as dag:
    m = Op(task_id="markets", python_callable=markets)
    lx = Op(task_id="crawl_lx", python_callable=partial(crawl, "lx"))
    u2 = Op(task_id="crawl_u2", python_callable=crawl, op_args=["u2"])

    gap = Op(task_id="gap", python_callable=compare, op_kwargs=dict(ours="crawl_lx", theirs="u2"))

    load = {}
    for carrier in ("lx", "u2"):
        of = pulls_from(f"crawl_{carrier}")
        path = Op(task_id=f"path_{carrier}", python_callable=_closure(carrier))
        load[carrier] = Shell(task_id=f"load_{carrier}", bash_command=f"load {of('file')} --expect {of('fares')}")
        dag.get_task(f"crawl_{carrier}") >> path >> load[carrier]

    @airline_task(multiple_outputs=False)
    def _signal(gap_value, sizes):
        return {"signal": gap_value, "sizes": sizes}

    @task
    @timed
    def elasticity(sig, carrier="lx"):
        return sig["signal"] * 2

    sig = _signal(gap.output, [lx.output, u2.output])
    el = elasticity(sig=sig, carrier="u2")

    Shell(task_id="announce", bash_command="announce '" + str(el) + "'") << load["lx"]
    m >> [lx, u2] >> gap
