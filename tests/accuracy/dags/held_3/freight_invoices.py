from datetime import datetime, timedelta

from airflow import DAG
from airflow.models import Variable
from airflow.operators.python import PythonOperator, ShortCircuitOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.utils.task_group import TaskGroup

# --- settings --------------------------------------------------------------
SCHEMA = "finance"
STAGING = SCHEMA + "_staging"
CONN_ID = "dwh"
CARRIERS = {
    "dhl": {"currency": "EUR", "table": "dhl_invoices"},
    "ups": {"currency": "USD", "table": "ups_invoices"},
}


def download_invoices(carrier, currency, **context):
    context["ti"].xcom_push(key="currency", value=currency)
    return [f"s3://invoices/{carrier}/a.csv"]


def has_files(task_id, ti):
    files = ti.xcom_pull(task_ids=task_id)
    return bool(files)


def archive_files(files, ti):
    currency = ti.xcom_pull(task_ids=ti.task.task_id.replace("archive", "download"), key="currency")
    for name in files:
        print("archived", name, currency)
    return len(files)


def reconcile(ti):
    loaded = {}
    for carrier in CARRIERS:
        loaded[carrier] = ti.xcom_pull(task_ids=f"{carrier}.count_rows")
    return loaded


def notify(**context):
    result = context["task_instance"].xcom_pull(task_ids="reconcile")
    print(f"sent to {Variable.get('finance_mail', default_var='finance@example.com')}: {result}")


with DAG(
    "freight_invoices",
    description="Invoices of the carriers into the warehouse",
    start_date=datetime(2023, 9, 1),
    schedule="0 6 * * 1-5",
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},
) as dag:
    reconcile_task = PythonOperator(task_id="reconcile", python_callable=reconcile)
    notify_task = PythonOperator(task_id="notify", python_callable=notify)

    for carrier, settings in CARRIERS.items():
        with TaskGroup(group_id=carrier) as group:
            download = PythonOperator(
                task_id="download",
                python_callable=download_invoices,
                op_kwargs={"carrier": carrier, "currency": settings["currency"]},
            )
            check = ShortCircuitOperator(
                task_id="has_files",
                python_callable=has_files,
                op_args=[f"{carrier}.download"],
            )
            load = SQLExecuteQueryOperator(
                task_id="load",
                conn_id=CONN_ID,
                sql=f"""
                    COPY {STAGING}.{settings['table']}
                    FROM '{{{{ ti.xcom_pull(task_ids='{carrier}.download')[0] }}}}'
                    CSV HEADER;
                """,
            )
            convert = SQLExecuteQueryOperator(
                task_id="convert",
                conn_id=CONN_ID,
                sql="CALL " + SCHEMA + ".convert('" + settings["table"] + "', %(currency)s, %(day)s)",
                parameters={
                    "currency": "{{ ti.xcom_pull(task_ids='" + carrier + ".download', key='currency') }}",
                    "day": "{{ ds }}",
                },
            )
            count = SQLExecuteQueryOperator(
                task_id="count_rows",
                conn_id=CONN_ID,
                sql=f"SELECT count(*) FROM {SCHEMA}.{settings['table']}",
            )
            archive = PythonOperator(
                task_id="archive",
                python_callable=archive_files,
                op_kwargs={"files": download.output},
            )
            load >> archive
            download >> check >> load >> convert >> count
        group >> reconcile_task

    reconcile_task >> notify_task
