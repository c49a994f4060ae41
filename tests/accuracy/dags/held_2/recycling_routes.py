from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

DEPOTS = ["harbour", "airport"]


def bin_levels(depot, **kwargs):
    levels = {"glass": 80, "paper": 65}
    kwargs["ti"].xcom_push(key="fullest", value=max(levels, key=levels.get))
    return levels


def plan_route(depot, ti, **kwargs):
    levels = ti.xcom_pull(task_ids=f"{depot}.bin_levels")
    fullest = ti.xcom_pull(task_ids=f"{depot}.bin_levels", key="fullest")
    stops = [material for material, level in levels.items() if level > 60]
    return {"stops": stops, "start": fullest, "km": 12.5 * len(stops)}


def emissions(ti, **kwargs):
    plans = ti.xcom_pull(task_ids=[f"{depot}.plan_route" for depot in DEPOTS])
    factor = ti.xcom_pull(key="co2_per_km", task_ids="read_factors")
    return sum(plan["km"] for plan in plans if plan) * factor


def bill(co2, plans, ti):
    rate = ti.xcom_pull(task_ids="read_factors", key="cost_per_km")
    lines = []
    for depot, plan in zip(DEPOTS, plans):
        levels = ti.xcom_pull(task_ids=f"{depot}.bin_levels")
        lines.append((depot, plan["km"] * rate, sum(levels.values())))
    return {"lines": lines, "co2": co2}


def read_factors(ti):
    ti.xcom_push(key="co2_per_km", value=1.1)
    ti.xcom_push(key="cost_per_km", value=3.4)


with DAG(
    dag_id="recycling_routes",
    start_date=datetime(2024, 1, 1),
    schedule="0 3 * * 1-6",
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=1)},
) as dag:
    start = EmptyOperator(task_id="start")
    factors = PythonOperator(task_id="read_factors", python_callable=read_factors)
    total = PythonOperator(task_id="emissions", python_callable=emissions)

    plans = []

    for depot in DEPOTS:
        with TaskGroup(depot, tooltip=f"everything for {depot}") as group:
            levels = PythonOperator(
                task_id="bin_levels", python_callable=bin_levels, op_kwargs={"depot": depot}
            )
            plan = PythonOperator(
                task_id="plan_route", python_callable=plan_route, op_args=[depot]
            )

            with TaskGroup("dispatch"):
                print_sheet = BashOperator(
                    task_id="print_sheet",
                    bash_command="lp -d %s <<< '{{ ti.xcom_pull(task_ids=\"%s\")[\"stops\"] | join(\"\\n\") }}'"
                    % (depot, plan.task_id),
                )
                radio = BashOperator(
                    task_id="radio",
                    bash_command="radio {{ ti.xcom_pull(task_ids='"
                    + plan.task_id
                    + "')['start'] }} {{ ti.xcom_pull(task_ids='"
                    + levels.task_id
                    + "', key='fullest') }}",
                )

            levels >> plan >> [print_sheet, radio]
            plans.append(plan.output)

        [start, factors] >> group >> total

    cost = BashOperator(
        task_id="cost",
        bash_command="echo $(( {{ ti.xcom_pull(task_ids='emissions') | int }} * "
        "{{ ti.xcom_pull(task_ids='read_factors', key='cost_per_km') }} ))",
    )
    total >> cost

    PythonOperator(
        task_id="bill",
        python_callable=bill,
        op_kwargs={"co2": total.output, "plans": plans},
    )
