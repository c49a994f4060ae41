"""### Ticket sales

Copies the sales of the box office into the warehouse, in the order: watermark, extract, load, check.
"""
from datetime import datetime, timedelta

from airflow import DAG
from airflow.models.xcom_arg import XComArg
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import (
    BranchSQLOperator,
    SQLCheckOperator,
    SQLExecuteQueryOperator,
)

SRC_CONN = "box_office"
DWH_CONN = "warehouse"


def first_cell(rows):
    return rows[0][0] if rows else "1970-01-01"


def to_parquet(rows, watermark, ti):
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["id", "event", "seat", "price", "sold_at"])
    path = f"/staging/sales_{watermark}.parquet"
    frame.to_parquet(path)
    ti.xcom_push(key="rows", value=len(frame))
    ti.xcom_push(key="revenue", value=float(frame["price"].sum()))
    return path


def log_load(ti):
    path = ti.xcom_pull(task_ids="to_parquet")
    rows, revenue = (
        ti.xcom_pull(task_ids="to_parquet", key="rows"),
        ti.xcom_pull(task_ids="to_parquet", key="revenue"),
    )
    last_dump = ti.xcom_pull(dag_id="box_office_dump", task_ids="dump", include_prior_dates=True)
    print(f"{path}: {rows} rows, {revenue:.2f}, dump {last_dump}")


with DAG(
    "ticket_sales_sync",
    start_date=datetime(2024, 9, 1),
    schedule=timedelta(minutes=30),
    catchup=False,
    doc_md=__doc__,
) as dag:
    read_watermark = SQLExecuteQueryOperator(
        task_id="read_watermark",
        conn_id=DWH_CONN,
        sql="SELECT max(sold_at)::date FROM sales",
    )

    watermark = PythonOperator(
        task_id="watermark",
        python_callable=first_cell,
        op_args=[read_watermark.output],
    )

    extract = SQLExecuteQueryOperator(
        task_id="extract",
        conn_id=SRC_CONN,
        sql="""
            SELECT id, event, seat, price, sold_at
            FROM tickets
            WHERE sold_at > '{{ ti.xcom_pull(task_ids="watermark") }}'
        """,
    )

    stage = PythonOperator(
        task_id="to_parquet",
        python_callable=to_parquet,
        op_kwargs={"rows": XComArg(extract), "watermark": XComArg(watermark)},
    )

    anything_new = BranchSQLOperator(
        task_id="anything_new",
        conn_id=SRC_CONN,
        sql="SELECT {{ ti.xcom_pull(task_ids='to_parquet', key='rows') }} > 0",
        follow_task_ids_if_true="load",
        follow_task_ids_if_false="nothing_to_do",
    )

    nothing = EmptyOperator(task_id="nothing_to_do")

    load = SQLExecuteQueryOperator(
        task_id="load",
        conn_id=DWH_CONN,
        sql="COPY sales FROM %(path)s (FORMAT parquet)",
        parameters={"path": stage.output},
    )

    check = SQLCheckOperator(
        task_id="check_revenue",
        conn_id=DWH_CONN,
        sql="SELECT abs(sum(price) - {{ ti.xcom_pull('to_parquet', key='revenue') }}) < 0.01 "
        "FROM sales WHERE sold_at > '{{ ti.xcom_pull('watermark') }}'",
    )

    done = PythonOperator(task_id="log_load", python_callable=log_load)

    stage >> anything_new >> [nothing, load]
    load >> check >> done
