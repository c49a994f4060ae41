"""Weekly recruiting funnel.

Pulls candidates from the ATS, joins them with interviews and sends the funnel to the leads.
"""
from datetime import datetime, timedelta

from airflow.decorators import task
from airflow.models import DAG
from airflow.models.xcom_arg import XComArg
from airflow.operators.bash import BashOperator
from airflow.operators.email import EmailOperator
from airflow.operators.python import PythonOperator

STAGES = ["applied", "screened", "interviewed", "hired"]

args = {
    "owner": "people-analytics",
    "start_date": datetime(2024, 1, 1),
    "retries": 1,
    "retry_delay": timedelta(minutes=15),
}


def _extract(stage):
    return {"stage": stage, "file": f"/tmp/{stage}.csv", "count": 10}


def _join(files, **kwargs):
    return {"funnel": "/tmp/funnel.csv", "weeks": 6, "files": files}


def _rates(applied, hired, **kwargs):
    ti = kwargs["ti"]
    joined = ti.xcom_pull(task_ids="join")
    print(joined["weeks"])
    return hired["count"] / applied["count"]


def _remember(ti):
    ti.xcom_push(key="rate", value=ti.xcom_pull(task_ids="rates"))


with DAG("recruiting_funnel", default_args=args, schedule="@weekly", catchup=False) as dag:
    extracts = {}
    for stage in STAGES:
        extracts[stage] = PythonOperator(
            task_id="extract_" + stage,
            python_callable=_extract,
            op_kwargs={"stage": stage},
        )

    join = PythonOperator(
        task_id="join",
        python_callable=_join,
        op_args=[[e.output for e in extracts.values()]],
    )

    rates = PythonOperator(
        task_id="rates",
        python_callable=_rates,
        op_kwargs={
            "applied": extracts["applied"].output,
            "hired": XComArg(extracts["hired"]),
        },
    )

    remember = PythonOperator(task_id="remember", python_callable=_remember)

    @task
    def anonymize(funnel, salt="x"):
        return funnel["funnel"] + ".anon"

    @task
    def chart(path, rate):
        return f"/charts/{rate}.png"

    anonymous = anonymize(join.output)
    picture = chart(anonymous, rates.output)

    mail = EmailOperator(
        task_id="mail",
        to=["leads@example.com"],
        subject="Funnel {{ ds }} ({{ ti.xcom_pull(task_ids='remember', key='rate') }})",
        html_content="<img src='{{ ti.xcom_pull(task_ids='chart') }}'/> over {{ ti.xcom_pull('join')['weeks'] }} weeks",
        files=[picture],
    )

    cleanup = BashOperator(
        task_id="cleanup",
        bash_command="rm -f " + " ".join("{{ ti.xcom_pull(task_ids='extract_%s')['file'] }}" % s for s in STAGES),
        trigger_rule="all_done",
    )

    join >> rates >> remember >> mail >> cleanup
