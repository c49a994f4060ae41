"""Month end of the payroll: freeze, compute, book, pay."""

import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

from payroll.engine import compute_run, freeze_timesheets
from payroll.ledger import book_run

TASK_FREEZE = "freeze"
TASK_COMPUTE = "compute"
TASK_BOOK = "book"
TASK_FILE = "bank_file"

PERIOD = "{{ ti.xcom_pull(task_ids='" + TASK_FREEZE + "', key='period') }}"
RUN_ID = "{{ ti.xcom_pull(task_ids='" + TASK_COMPUTE + "')['run_id'] }}"
TOTAL = "{{ ti.xcom_pull(task_ids='" + TASK_COMPUTE + "')['totals']['net'] }}"

default_args = {"owner": "hr", "retries": 0, "email": ["hr@example.org"], "email_on_failure": True}


def check_totals(**context):
    ti = context["ti"]
    computed = ti.xcom_pull(task_ids=TASK_COMPUTE)
    booked = ti.xcom_pull(task_ids=TASK_BOOK, key="booked_total")
    if computed["totals"]["gross"] != booked:
        raise ValueError(f"{booked} were booked, {computed['totals']['gross']} computed")
    logging.info("run %s is balanced", computed["run_id"])


def archive_slips(bank_file, run, **context):
    ti = context["ti"]
    period = ti.xcom_pull(task_ids=TASK_FREEZE, key="period")
    employees = ti.xcom_pull(task_ids=TASK_FREEZE)["employees"]
    logging.info("%s: %s slips of run %s, %s", period, len(employees), run["run_id"], bank_file)


def tell_finance(context):
    run = context["ti"].xcom_pull(task_ids=TASK_COMPUTE)
    logging.error("payroll run %s was not paid", run)


with DAG(
    "payroll_close",
    default_args=default_args,
    schedule="0 20 L * *",
    start_date=datetime(2023, 1, 31),
    catchup=False,
    dagrun_timeout=timedelta(hours=8),
) as dag:
    freeze = PythonOperator(task_id=TASK_FREEZE, python_callable=freeze_timesheets)

    compute = PythonOperator(
        task_id=TASK_COMPUTE,
        python_callable=compute_run,
        op_kwargs={
            "period": PERIOD,
            "rate": "{{ ti.xcom_pull(dag_id='fx_rates', task_ids='latest', include_prior_dates=True)['CHF'] }}",
        },
    )

    book = PythonOperator(
        task_id=TASK_BOOK,
        python_callable=book_run,
        op_kwargs={"run": compute.output, "period": PERIOD},
    )

    check = PythonOperator(task_id="check_totals", python_callable=check_totals)

    bank_file = BashOperator(
        task_id=TASK_FILE,
        bash_command="pain001 --run $RUN --total $TOTAL --out /secure/" + RUN_ID + ".xml && echo /secure/" + RUN_ID + ".xml",
        env={"RUN": RUN_ID, "TOTAL": TOTAL},
        append_env=True,
    )

    pay = BashOperator(
        task_id="pay",
        bash_command="ebics-upload {{ ti.xcom_pull(task_ids='" + TASK_FILE + "') }}",
        on_failure_callback=tell_finance,
    )

    slips = PythonOperator(
        task_id="archive_slips",
        python_callable=archive_slips,
        op_args=[bank_file.output, compute.output],
    )

    freeze >> compute >> book >> check >> bank_file >> pay >> slips
