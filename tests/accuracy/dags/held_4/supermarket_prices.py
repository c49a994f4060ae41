"""Price changes per chain and department: ask, compare, decide, print labels."""
from datetime import datetime
from enum import Enum
from functools import partial
from itertools import product
from typing import NamedTuple

from airflow import DAG
from airflow.models.baseoperator import chain
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


class Chain(str, Enum):
    LOJA = "loja"
    MERCADO = "mercado"


class Department(NamedTuple):
    name: str
    sensitive: bool = False


DEPARTMENTS = (Department("fruit", sensitive=True), Department("dairy"), Department("bakery"))


class Keys:
    PRICES = "prices"
    DELTA = "delta"


def task_name(verb, brand, department):
    return "__".join([verb, brand.value, department.name])


Pod = partial(KubernetesPodOperator, namespace="pricing", image="pricing:11", do_xcom_push=True)


def compare(brand, department, ti=None):
    own = ti.xcom_pull(task_ids=task_name("ask", brand, department))
    others = {
        other: ti.xcom_pull(task_ids=task_name("ask", other, department))
        for other in Chain
        if other is not brand
    }
    ti.xcom_push(key=Keys.DELTA, value=len(others))
    return {Keys.PRICES: own, "file": f"/prices/{brand.value}.csv"}


def veto(ti, ids):
    deltas = ti.xcom_pull(task_ids=ids, key=Keys.DELTA)
    if max(deltas) > 50:
        raise ValueError("too many changes")


with DAG(
    dag_id="supermarket_prices",
    start_date=datetime(2024, 1, 1),
    schedule="0 4 * * *",
    catchup=False,
) as dag:
    checks = []
    labels = []
    for brand, department in product(Chain, DEPARTMENTS):
        ask = Pod(
            task_id=task_name("ask", brand, department),
            arguments=["ask", brand.value, department.name],
        )
        comparison = PythonOperator(
            task_id=task_name("compare", brand, department),
            python_callable=partial(compare, brand, department),
        )
        arguments = ["print", "{{ ti.xcom_pull(task_ids='%s')['file'] }}" % comparison.task_id]
        if department.sensitive:
            arguments.append(f"--delta={{{{ ti.xcom_pull(task_ids='{comparison.task_id}', key='{Keys.DELTA}') }}}}")
            checks.append(comparison.task_id)
        label = Pod(task_id=task_name("print", brand, department), arguments=arguments)
        ask >> comparison >> label
        labels.append(label)

    guard = PythonOperator(task_id="veto", python_callable=veto, op_kwargs={"ids": checks})
    done = EmptyOperator(task_id="done")
    chain(labels, guard, done)
