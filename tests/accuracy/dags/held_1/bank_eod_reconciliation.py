"""End-of-day reconciliation.

Framework layer (AbstractStep, ReconciliationFlow) by the integration partner; flows at the bottom.
"""
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from enum import Enum, unique

from airflow import DAG
from airflow.operators.python import PythonOperator, ShortCircuitOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.utils.task_group import TaskGroup


@unique
class Ledger(Enum):
    GENERAL = "gl"
    TREASURY = "trs"
    CARDS = "crd"

    @property
    def extract_task_id(self):
        return f"extract_{self.value}"


class StepKeys:
    BALANCE = "balance"
    BREAKS = "breaks"


class AbstractStep(ABC):
    step_name: str = None
    retries = 1

    def __init__(self, flow, ledger):
        self.flow = flow
        self.ledger = ledger

    @property
    def task_id(self):
        return "_".join([self.step_name, self.ledger.value])

    @property
    def full_id(self):
        return f"{self.flow.GROUP}.{self.task_id}"

    def xcom(self, key=None):
        key_part = "" if key is None else f", key='{key}'"
        return f"{{{{ ti.xcom_pull(task_ids='{self.full_id}'{key_part}) }}}}"

    @abstractmethod
    def build(self):
        ...


class ExtractStep(AbstractStep):
    step_name = "extract"
    SQL = "SELECT account, sum(amount) FROM {schema}.postings WHERE value_date = '{{{{ ds }}}}' GROUP BY 1"

    def build(self):
        return SQLExecuteQueryOperator(
            task_id=self.task_id,
            conn_id="core_banking",
            sql=self.SQL.format(schema=self.ledger.name.lower()),
            retries=self.retries,
        )


class MatchStep(AbstractStep):
    step_name = "match"

    def __init__(self, flow, ledger, upstream):
        super().__init__(flow, ledger)
        self.upstream = upstream

    def run(self, rows, tolerance=0.01, **context):
        reference = context["ti"].xcom_pull(task_ids="reference_rates", key="rates")
        breaks = [r for r in rows if abs(r[1]) > tolerance * reference]
        context["ti"].xcom_push(key=StepKeys.BREAKS, value=len(breaks))
        return breaks

    def build(self):
        return PythonOperator(
            task_id=self.task_id,
            python_callable=self.run,
            op_kwargs={"rows": self.upstream.xcom(), "tolerance": self.flow.tolerance},
        )


class BookStep(AbstractStep):
    step_name = "book"
    retries = 0

    @classmethod
    def after(cls, match):
        step = cls(match.flow, match.ledger)
        step.match = match
        return step

    def build(self):
        return SQLExecuteQueryOperator(
            task_id=self.task_id,
            conn_id="core_banking",
            sql="CALL book_breaks(%(ledger)s, %(n)s)",
            parameters={"ledger": self.ledger.value, "n": self.match.xcom(StepKeys.BREAKS), "rows": self.match.xcom()},
        )


class ReconciliationFlow:
    GROUP = "recon"

    def __init__(self, dag_id, ledgers, tolerance=0.01):
        self.dag_id = dag_id
        self.ledgers = ledgers
        self.tolerance = tolerance
        self.tasks = []

    @staticmethod
    def _rates(ti, **_):
        ti.xcom_push(key="rates", value=1.0)

    def _gate(self, **context):
        ti = context["ti"]
        total = 0
        for key in (StepKeys.BREAKS,):
            total += ti.xcom_pull(task_ids="recon.match_gl", key=key)
        return total > 0

    def to_dag(self):
        with DAG(
            self.dag_id,
            start_date=datetime(2022, 9, 1),
            schedule=timedelta(days=1),
            catchup=False,
            default_args={"owner": "recon", "retries": 1},
        ) as dag:
            rates = PythonOperator(task_id="reference_rates", python_callable=self._rates)
            with TaskGroup(self.GROUP) as group:
                for ledger in self.ledgers:
                    extract = ExtractStep(self, ledger)
                    match = MatchStep(self, ledger, upstream=extract)
                    book = BookStep.after(match)
                    built = [step.build() for step in (extract, match, book)]
                    built[0] >> built[1] >> built[2]
                    self.tasks.extend(built)
            gate = ShortCircuitOperator(task_id="any_breaks", python_callable=self._gate)
            rates >> group >> gate
        return dag


eod = ReconciliationFlow("bank_eod_reconciliation", list(Ledger)).to_dag()
