"""Nightly revenue management: occupancy -> price -> channel manager."""
import json
from datetime import datetime

from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.http.operators.http import HttpOperator

CONN = "warehouse"


def choose_strategy(rows, threshold):
    rate = rows[0][1]
    return "raise_prices" if rate > threshold else "discount"


def prices(factor, answer, **context):
    ti = context["ti"]
    occupancy = ti.xcom_pull(task_ids="occupancy")[0]
    competitors = json.loads(answer)
    base = sum(c["price"] for c in competitors) / len(competitors)
    return {"price": base * factor, "currency": "EUR", "occupancy": occupancy}


with DAG(
    dag_id="hotel_revenue",
    start_date=datetime(2024, 2, 1),
    schedule="0 3 * * *",
    catchup=False,
    tags=["revenue"],
) as dag:
    occupancy = SQLExecuteQueryOperator(
        task_id="occupancy",
        conn_id=CONN,
        sql="select hotel_id, rooms_sold / rooms_total from occupancy where day = '{{ ds }}'",
    )
    competitors = HttpOperator(
        task_id="competitors",
        http_conn_id="ratescout",
        endpoint="v2/prices",
        method="GET",
        data={"hotel": "{{ ti.xcom_pull(task_ids='occupancy')[0][0] }}"},
    )
    branch = BranchPythonOperator(
        task_id="choose_strategy",
        python_callable=choose_strategy,
        op_kwargs={"rows": occupancy.output, "threshold": 0.8},
    )
    raise_prices = PythonOperator(
        task_id="raise_prices", python_callable=prices, op_kwargs={"factor": 1.1, "answer": competitors.output}
    )
    discount = PythonOperator(
        task_id="discount", python_callable=prices, op_kwargs={"factor": 0.92, "answer": competitors.output}
    )
    join = EmptyOperator(task_id="join", trigger_rule="none_failed_min_one_success")
    store = SQLExecuteQueryOperator(
        task_id="store",
        conn_id=CONN,
        sql="""
            insert into price_proposals (day, price, currency)
            values (
                '{{ ds }}',
                {{ (ti.xcom_pull(task_ids='raise_prices') or ti.xcom_pull(task_ids='discount'))['price'] }},
                %(currency)s
            )
        """,
        parameters={"currency": "{{ ti.xcom_pull(task_ids='discount')['currency'] }}"},
    )
    channels = TriggerDagRunOperator(
        task_id="push_channels",
        trigger_dag_id="channel_manager",
        trigger_run_id="revenue__{{ ti.xcom_pull(task_ids='choose_strategy') }}__{{ ds }}",
        conf={"occupancy": occupancy.output, "day": "{{ ds }}"},
    )
    occupancy >> competitors >> branch >> [raise_prices, discount] >> join >> store >> channels
