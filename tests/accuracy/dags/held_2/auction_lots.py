"""One DAG per auction house, all alike but for their configuration.

unresolvable: convert.op_kwargs.rates
"""
from datetime import datetime, timedelta

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

HOUSES = [
    {"name": "vienna", "schedule": "@daily", "currency": "EUR", "images": True},
    {"name": "geneva", "schedule": "@weekly", "currency": "CHF", "images": False, "departments": ["watches"]},
    {"name": "london", "schedule": "@daily", "currency": "GBP", "departments": ["books", "wine"]},
]
DEFAULT_DEPARTMENTS = ["paintings", "furniture"]


def scrape(department, **context):
    lots = [{"lot": 1, "estimate": [100, 200]}]
    context["ti"].xcom_push(key="lots_found", value=len(lots))
    return lots


def convert(lots, rates, currency):
    return [{**lot, "estimate": [e * rates[currency] for e in lot["estimate"]]} for lot in lots]


def make_merge(departments):
    def merge(ti):
        merged, found = [], 0
        for department in departments:
            merged += ti.xcom_pull(task_ids=f"scrape_{department}") or []
            found += ti.xcom_pull(task_ids=f"scrape_{department}", key="lots_found")
        ti.xcom_push(key="found", value=found)
        return merged

    return merge


def create_dag(name, schedule, currency, images=False, departments=None):
    departments = departments or DEFAULT_DEPARTMENTS
    dag = DAG(
        dag_id=f"auction_lots_{name}",
        schedule=schedule,
        start_date=datetime(2024, 1, 1),
        catchup=False,
        default_args={"retries": 2, "retry_delay": timedelta(minutes=30)},
    )
    with dag:
        merge = PythonOperator(task_id="merge", python_callable=make_merge(departments))
        for department in departments:
            PythonOperator(
                task_id=f"scrape_{department}",
                python_callable=scrape,
                op_kwargs={"department": department},
            ) >> merge

        converted = PythonOperator(
            task_id="convert",
            python_callable=convert,
            op_kwargs={
                "lots": merge.output,
                "rates": "{{ ti.xcom_pull(dag_id='" + Variable.get("rates_dag") + "', task_ids='rates') }}",
                "currency": currency,
            },
        )

        save = SQLExecuteQueryOperator(
            task_id="save",
            conn_id="lots",
            sql=f"CALL save_lots('{name}', %(lots)s, %(found)s)",
            parameters={"lots": converted.output, "found": merge.output["found"]},
        )

        if images:
            BashOperator(
                task_id="images",
                bash_command="fetch-images '{{ ti.xcom_pull(task_ids=\"merge\") | tojson }}'",
            ) << save
    return dag


for house in HOUSES:
    globals()[f"auction_lots_{house['name']}"] = create_dag(**house)
