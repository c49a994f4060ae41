"""One DAG per country that we file taxes in."""
from datetime import datetime
from enum import Enum

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sensors.external_task import ExternalTaskSensor


class Step(str, Enum):
    COLLECT = "collect"
    CALCULATE = "calculate"
    SUBMIT = "submit"


class Country(Enum):
    NL = ("nl", "EUR", 0.21)
    SE = ("se", "SEK", 0.25)

    def __init__(self, code, currency, rate):
        self.code = code
        self.currency = currency
        self.rate = rate


def calculate(rate, ti):
    rows = ti.xcom_pull(task_ids=Step.COLLECT.value)
    due = sum(r[1] for r in rows) * rate
    ti.xcom_push(key="due", value=due)
    ti.xcom_push(key="basis", value=len(rows))
    return {"due": due, "form": {"id": "F1", "fields": {"turnover": 1}}}


def submit(form_id, turnover, **context):
    ti = context["ti"]
    due = ti.xcom_pull(task_ids=Step.CALCULATE.value, key="due")
    previous = ti.xcom_pull(
        task_ids=Step.SUBMIT.value, key="receipt", include_prior_dates=True
    )
    ti.xcom_push(key="receipt", value=f"{form_id}/{due}/{previous}")


def check_filing(rows, filing, country, ti):
    basis = ti.xcom_pull(task_ids=Step.CALCULATE.value, key="basis")
    if basis != len(rows):
        raise ValueError(f"{country}: {basis} rows in {filing['form']}")


def build_dag(country: Country) -> DAG:
    with DAG(
        dag_id=f"tax_filing_{country.code}",
        start_date=datetime(2024, 1, 1),
        schedule="0 4 5 * *",
        catchup=False,
        tags=["tax", country.currency],
    ) as dag:
        closed = ExternalTaskSensor(
            task_id="books_closed",
            external_dag_id="ledger",
            external_task_id="close_month",
        )
        collect = SQLExecuteQueryOperator(
            task_id=Step.COLLECT.value,
            conn_id="ledger",
            sql=f"SELECT id, amount FROM sales WHERE country = '{country.code}' "
            f"AND closing = '{{{{ ti.xcom_pull(dag_id='ledger', task_ids='close_month')['closing_id'] }}}}'",
        )
        tax = PythonOperator(
            task_id=Step.CALCULATE.value, python_callable=calculate, op_args=[country.rate]
        )
        send = PythonOperator(
            task_id=Step.SUBMIT.value,
            python_callable=submit,
            op_kwargs={
                "form_id": "{{ ti.xcom_pull(task_ids='%s')['form']['id'] }}" % Step.CALCULATE.value,
                "turnover": "{{{{ ti.xcom_pull(task_ids='{}').form.fields.turnover }}}}".format(Step.CALCULATE.value),
            },
        )
        pay = TriggerDagRunOperator(
            task_id="pay",
            trigger_dag_id="payments",
            conf={
                "amount": tax.output["due"],
                "currency": country.currency,
                "reference": f"{{{{ ti.xcom_pull(task_ids='{Step.SUBMIT.value}', key='receipt') }}}}",
            },
        )
        check = PythonOperator(
            task_id="check",
            python_callable=check_filing,
            op_kwargs={"rows": collect.output, "filing": tax.output, "country": country.code},
        )
        closed >> collect >> tax >> check >> send >> pay
    return dag


for country in Country:
    globals()[f"tax_filing_{country.code}"] = build_dag(country)

with DAG("tax_overview", start_date=datetime(2024, 1, 1), schedule="0 12 5 * *", catchup=False):
    PythonOperator(
        task_id="overview",
        python_callable=lambda ti, **_: [
            ti.xcom_pull(dag_id=f"tax_filing_{c.code}", task_ids="calculate", key="due") for c in Country
        ],
    )
