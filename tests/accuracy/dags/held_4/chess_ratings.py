"""Rating lists of the federation. A little framework of our own: steps are declared with @step."""
from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

REGISTRY: dict[str, Step] = {}


@dataclass
class Step:
    name: str
    function: object
    after: list[str] = field(default_factory=list)
    retries: int = 1

    def build(self, dag):
        return PythonOperator(
            task_id=self.name,
            python_callable=self.function,
            op_kwargs={name: f"{{{{ ti.xcom_pull(task_ids='{name}') }}}}" for name in self.after},
            retries=self.retries,
            dag=dag,
        )


def step(*after, **options):
    def register(function):
        REGISTRY[function.__name__] = Step(function.__name__, function, list(after), **options)
        return function

    return register


def logged(message):
    def decorate(function):
        @functools.wraps(function)
        def run(*args, **kwargs):
            print(message)
            return function(*args, **kwargs)

        return run

    return decorate


@step()
def tournaments():
    return [{"id": 5, "games": 220}]


@step()
def members(ti=None):
    ti.xcom_push(key="active", value=[1, 2, 3])
    return {"count": 3}


@step("tournaments", "members", retries=3)
def rate(tournaments, members, ti=None):
    active = ti.xcom_pull(task_ids="members", key="active")
    return {"changes": {player: 0 for player in active}, "list": "2024-08"}


@step("rate")
@logged("publishing")
def publish(rate, **context):
    previous = context["ti"].xcom_pull(dag_id="chess_ratings_archive", task_ids="store")
    return f"/lists/{previous}.csv"


@step("rate", "publish")
def check(rate, publish, **context):
    found = context["ti"].xcom_pull(task_ids=["tournaments", "members"])
    print(rate, publish, found)


with DAG("chess_ratings", start_date=datetime(2024, 8, 1), schedule="@monthly", catchup=False) as dag:
    built = {name: each.build(dag) for name, each in REGISTRY.items()}
    for name, each in REGISTRY.items():
        for upstream in each.after:
            built[upstream] >> built[name]

    BashOperator(
        task_id="upload",
        bash_command="upload {{ ti.xcom_pull(task_ids='publish') }} --list={{ ti.xcom_pull(task_ids='rate')['list'] }}",
    ).set_upstream(built["publish"])
