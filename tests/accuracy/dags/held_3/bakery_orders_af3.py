"""Orders of the branches, the ovens' plan and the drivers' tours."""
from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Asset, Label, chain, dag, get_current_context, task, task_group
from pendulum import datetime, duration

BRANCHES = {"market": 3, "station": 1, "harbour": 2}
PLAN = Asset("bakery://plan")


@dag(
    schedule="0 15 * * *",
    start_date=datetime(2025, 1, 1),
    default_args={"retries": 2, "retry_delay": duration(minutes=2)},
    tags=["bakery"],
)
def bakery_orders():
    @task
    def holidays() -> list[str]:
        return []

    @task
    def stock() -> dict:
        return {"flour": 900, "yeast": 30}

    @task_group
    def orders(branch: str, counters: int, free_days):
        @task
        def collect(count: int, days: list[str]) -> dict:
            return {"rolls": count * 200, "days": days}

        @task(multiple_outputs=True)
        def correct(order: dict) -> dict:
            weather = get_current_context()["ti"].xcom_pull(
                dag_id="weather", task_ids="forecast", include_prior_dates=True
            )
            return {"rolls": order["rolls"], "bread": 40 if weather else 50}

        @task.bash
        def label(order: dict) -> str:
            return f"print_label {branch} {order}"

        collected = collect(counters, free_days)
        corrected = correct(collected)
        label(collected)
        return corrected

    @task(outlets=[PLAN])
    def plan(amounts: dict, flour: int):
        return {"batches": sum(amounts.values()), "flour": flour}

    free = holidays()
    amounts = {}
    for branch, counters in BRANCHES.items():
        result = orders.override(group_id=f"orders_{branch}")(branch, counters, free)
        amounts[branch] = result["rolls"]

    planned = plan(amounts, flour=stock()["flour"])

    ovens = BashOperator(
        task_id="ovens",
        bash_command="ovens --batches {{ ti.xcom_pull(task_ids='plan')['batches'] }} "
        "{% if ti.xcom_pull(task_ids='stock')['yeast'] < 10 %}--slow{% endif %}",
    )

    tours = TriggerDagRunOperator.partial(task_id="tours", trigger_dag_id="bakery_tours").expand(
        conf=[
            {"branch": name, "rolls": f"{{{{ ti.xcom_pull(task_ids='orders_{name}.correct', key='rolls') }}}}"}
            for name in BRANCHES
        ]
    )

    @task
    def last_call(ti):
        for name in BRANCHES:
            bread = ti.xcom_pull(task_ids=f"orders_{name}.correct", key="bread")
            print(name, bread)

    chain(planned, Label("dough"), ovens, tours, last_call())


bakery_orders()
