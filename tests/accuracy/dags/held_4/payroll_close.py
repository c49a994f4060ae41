"""Monthly payroll close. unresolved bits: the bank client lives in finance_tools.

unresolvable: confirm.op_kwargs.reference
"""
import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator

from finance_tools.bank import confirm_payment, make_payment_task

COUNTRIES = ["PT", "ES", "DE"]
CUTOFF = "cutoff"


def cutoff_day(**context):
    return {"day": context["ds"], "open": True}


def gross(country, **context):
    cutoff = context["ti"].xcom_pull(task_ids=CUTOFF)
    return {"country": country, "amount": 100.0, "day": cutoff["day"]}


def deductions(country, gross_amount):
    return {"tax": gross_amount["amount"] * 0.2, "country": country}


def net(gross_pay, deducted, bonus=0.0):
    return gross_pay["amount"] - deducted["tax"] + bonus


def check_all(**context):
    ti = context["ti"]
    values = ti.xcom_pull(task_ids=[f"net_{c}" for c in COUNTRIES])
    if any(v is None or v < 0 for v in values):
        return "stop"
    return "pay"


with DAG(
    dag_id="payroll_close",
    start_date=pendulum.datetime(2024, 1, 25, tz="Europe/Lisbon"),
    schedule="0 8 25 * *",
    catchup=False,
) as dag:
    cutoff = PythonOperator(task_id=CUTOFF, python_callable=cutoff_day)
    check = BranchPythonOperator(task_id="check", python_callable=check_all)
    pay = BashOperator(
        task_id="pay",
        bash_command="pay --day {{ ti.xcom_pull(task_ids='cutoff')['day'] }} "
        + " ".join(f"--{c.lower()}={{{{ ti.xcom_pull(task_ids='net_{c}') }}}}" for c in COUNTRIES),
    )
    stop = EmptyOperator(task_id="stop")

    for country in COUNTRIES:
        g = PythonOperator(task_id=f"gross_{country}", python_callable=gross, op_args=[country])
        d = PythonOperator(
            task_id=f"deductions_{country}",
            python_callable=deductions,
            op_kwargs={"country": country, "gross_amount": g.output},
        )
        n = PythonOperator(
            task_id=f"net_{country}",
            python_callable=net,
            op_args=[g.output, d.output],
        )
        slip = BashOperator(
            task_id=f"slips_{country}",
            bash_command="slips --country $COUNTRY --net $NET",
            env={"COUNTRY": country, "NET": "{{ ti.xcom_pull(task_ids='net_" + country + "') }}", "TAX": d.output["tax"]},
            append_env=True,
        )
        cutoff >> g
        n >> check
        pay >> slip

    make_payment_task(dag, source="pay")
    confirm = PythonOperator(
        task_id="confirm",
        python_callable=confirm_payment,
        op_kwargs={
            "reference": "{{ ti.xcom_pull(task_ids='" + make_payment_task.TASK_ID + "') }}",
            "log": pay.output,
        },
    )
    check >> [pay, stop]
    pay >> confirm
