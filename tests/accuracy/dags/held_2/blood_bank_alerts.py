from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator, get_current_context
from airflow.providers.smtp.operators.smtp import EmailOperator
from airflow.utils.trigger_rule import TriggerRule

GROUPS = ["0-", "0+", "A-", "A+", "B-", "B+", "AB-", "AB+"]


def alert_on_call(context):
    stock = context["ti"].xcom_pull(task_ids="stock")
    print("stock when it failed:", stock)


def level(stock):
    short = [g for g in GROUPS if stock.get(g, 0) < 20]
    return "critical" if "0-" in short else ("low" if short else "fine")


with DAG(
    dag_id="blood_bank_alerts",
    start_date=datetime(2024, 6, 1),
    schedule="*/15 * * * *",
    catchup=False,
    default_args={"retries": 0, "execution_timeout": timedelta(minutes=5)},
) as dag:
    stock = PythonOperator(
        task_id="stock",
        python_callable=lambda: {group: 25 for group in GROUPS},
    )

    rate = PythonOperator(
        task_id="rate",
        python_callable=lambda ti: level(ti.xcom_pull(task_ids="stock")),
        on_failure_callback=alert_on_call,
    )

    branch = BranchPythonOperator(
        task_id="branch",
        python_callable=lambda ti: "call_donors" if ti.xcom_pull(task_ids="rate") == "critical" else "no_call",
    )

    no_call = EmptyOperator(task_id="no_call")

    @task
    def call_donors():
        ti = get_current_context()["ti"]
        stock = ti.xcom_pull(task_ids="stock")
        needed = 20 - stock["0-"]
        return {"needed": needed, "called": needed * 6, "group": "0-"}

    @task(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
    def close_round(rating, **context):
        called = context["ti"].xcom_pull(task_ids="call_donors", default={"called": 0})
        return f"{rating}: {called['called']} donors called"

    calls = call_donors()
    closing = close_round(rate.output)

    mail = EmailOperator(
        task_id="mail_duty_doctor",
        to=["duty@bloodbank.example.org"],
        subject="Blood bank: {{ ti.xcom_pull(task_ids='rate') }}",
        html_content=closing,
        from_email="noreply@bloodbank.example.org",
    )

    sms = EmailOperator(
        task_id="sms_gateway",
        to="sms@bloodbank.example.org",
        from_email="noreply@bloodbank.example.org",
        subject="{{ ti.xcom_pull(task_ids='call_donors')['group'] }}",
        html_content="{{ ti.xcom_pull(task_ids='call_donors')['needed'] }} units needed, "
        "{{ ti.xcom_pull(task_ids='call_donors')['called'] }} donors called",
    )

    stock >> rate >> branch >> [calls, no_call] >> closing
    calls >> sms
