from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.models.baseoperator import chain
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator, BranchPythonOperator
from airflow.providers.smtp.operators.smtp import EmailOperator

ALLERGENS = ["gluten", "nuts", "milk"]


def on_failure(context):
    ti = context["ti"]
    order = ti.xcom_pull(task_ids="order_food")
    print("failed after the order", order)


def count_pupils(**context):
    return {"small": 120, "big": 210}


def plan_menu(ti, days):
    pupils = ti.xcom_pull(task_ids="count_pupils")
    portions = pupils["small"] * 0.7 + pupils["big"]
    ti.xcom_push(key="portions", value=portions)
    ti.xcom_push(key="days", value=days)
    return ["soup", "pasta"]


def check_allergen(allergen, menu, ti):
    portions = ti.xcom_pull(task_ids="plan_menu", key="portions")
    return {"allergen": allergen, "affected": portions * 0.02, "menu": menu}


def has_warnings(ti):
    checks = ti.xcom_pull(task_ids=[f"check_{a}" for a in ALLERGENS])
    if any(c["affected"] > 5 for c in checks):
        return "mail_parents"
    return "order_food"


with DAG(
    "school_menu",
    schedule="0 8 * * MON",
    start_date=datetime(2024, 9, 2),
    catchup=False,
    default_args={"on_failure_callback": None, "retries": 0},
) as dag:
    pupils = PythonOperator(task_id="count_pupils", python_callable=count_pupils)
    menu = PythonOperator(task_id="plan_menu", python_callable=plan_menu, op_kwargs={"days": 5})
    checks = [
        PythonOperator(
            task_id=f"check_{allergen}",
            python_callable=check_allergen,
            op_kwargs={"allergen": allergen, "menu": menu.output},
        )
        for allergen in ALLERGENS
    ]
    branch = BranchPythonOperator(task_id="has_warnings", python_callable=has_warnings)
    mail = EmailOperator(
        task_id="mail_parents",
        to="parents@school.example",
        subject="Menu of the week {{ ds }}",
        html_content="""
            <p>Menu: {{ ti.xcom_pull(task_ids='plan_menu') | join(', ') }}</p>
            <ul>
            {% for name in ['gluten', 'nuts'] %}
              <li>{{ name }}: see the board</li>
            {% endfor %}
            </ul>
            <p>Gluten: {{ ti.xcom_pull(task_ids='check_gluten')['affected'] }} children,
               nuts: {{ ti.xcom_pull(task_ids='check_nuts')['affected'] }} children.</p>
        """,
    )
    order = BashOperator(
        task_id="order_food",
        bash_command="order --portions {{ ti.xcom_pull(task_ids='plan_menu', key='portions') }} "
        "--days {{ ti.xcom_pull(task_ids='plan_menu', key='days') }}",
        trigger_rule="none_failed_min_one_success",
    )

    @task(on_failure_callback=on_failure, retries=timedelta(minutes=2).seconds // 60)
    def book(cost: str, ti=None):
        print(cost, ti.xcom_pull(task_ids="count_pupils")["big"])

    chain(pupils, menu, checks, branch, [mail, order])
    mail >> order
    book(order.output)
