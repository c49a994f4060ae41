"""VAT returns, built by a small builder so that each country reads like a recipe.

The refund step of Italy is asked from a service whose task name is in the environment.

unresolvable: it.refund.bash_command
"""
import os
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup


def pull(task_id, *keys, key=None):
    """The template that reads a value of another task."""
    arguments = f"task_ids='{task_id}'"
    if key:
        arguments += f", key='{key}'"
    steps = "".join(f"['{k}']" for k in keys)
    return "{{ ti.xcom_pull(" + arguments + ")" + steps + " }}"


class Return:
    def __init__(self, country, dag, rate):
        self.country = country
        self.rate = rate
        self.dag = dag
        self.group = TaskGroup(group_id=country, dag=dag)
        self.last = None

    def _id(self, name):
        return f"{self.country}.{name}"

    def _add(self, operator):
        if self.last is not None:
            self.last >> operator
        self.last = operator
        return self

    def ledger(self):
        return self._add(
            PythonOperator(
                task_id="ledger",
                python_callable=self.read_ledger,
                op_kwargs={"quarter": "{{ ds }}"},
                task_group=self.group,
                dag=self.dag,
            )
        )

    def compute(self):
        return self._add(
            PythonOperator(
                task_id="compute",
                python_callable=self.compute_vat,
                task_group=self.group,
                dag=self.dag,
            )
        )

    def file(self, endpoint):
        return self._add(
            BashOperator(
                task_id="file",
                bash_command=f"vat-file --to {endpoint} --amount {pull(self._id('compute'), 'amount')} "
                f"--journal {pull(self._id('ledger'), key='journal')}",
                task_group=self.group,
                dag=self.dag,
            )
        )

    def confirm(self):
        return self._add(
            PythonOperator(
                task_id="confirm",
                python_callable=self.check_receipt,
                op_kwargs={"receipt": self.last.output},
                task_group=self.group,
                dag=self.dag,
            )
        )

    def refund(self, source):
        return self._add(
            BashOperator(
                task_id="refund",
                bash_command="vat-refund " + pull(source, "iban"),
                task_group=self.group,
                dag=self.dag,
            )
        )

    def read_ledger(self, quarter, ti):
        ti.xcom_push(key="journal", value=f"/ledger/{self.country}/{quarter}.csv")
        return {"sales": 1000.0, "purchases": 400.0}

    def compute_vat(self, ti):
        ledger = ti.xcom_pull(task_ids=self._id("ledger"))
        amount = (ledger["sales"] - ledger["purchases"]) * self.rate
        return {"amount": amount, "due": amount > 0}

    def check_receipt(self, receipt, ti):
        due = ti.xcom_pull(task_ids=self._id("compute"))["due"]
        journal = ti.xcom_pull(task_ids=self._id("ledger"), key="journal")
        print(self.country, receipt, due, journal)


with DAG("tax_filing", start_date=datetime(2024, 1, 1), schedule="0 0 1 */3 *", catchup=False) as dag:
    Return("pt", dag, 0.23).ledger().compute().file("https://at.example/iva").confirm()
    Return("es", dag, 0.21).ledger().compute().file("https://aeat.example/303").confirm().refund("es.compute")
    Return("it", dag, 0.22).ledger().compute().refund(os.environ.get("VAT_REFUND_TASK", "it.bank"))
