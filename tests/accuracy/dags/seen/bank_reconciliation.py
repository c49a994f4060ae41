"""Reconciles the ledgers of the core banking system with the statements of correspondent banks."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from airflow import DAG

try:
    from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
except ImportError:
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator

log = logging.getLogger(__name__)


class Step(str, Enum):
    FETCH = "fetch"
    PARSE = "parse"
    MATCH = "match"


class Keys:
    STATEMENT = "statement_path"
    OPEN_ITEMS = "open_items"
    TOTALS = "totals"


class Account(NamedTuple):
    iban_suffix: str
    currency: str = "EUR"


@dataclass(frozen=True)
class Bank:
    bic: str
    accounts: list = field(default_factory=list)
    format: str = "camt.053"

    @property
    def slug(self):
        return self.bic[:4].lower()

    def task(self, step):
        return f"{step.value}_{self.slug}"


BANKS = [
    Bank("DEUTDEFF", [Account("0012"), Account("0047", "USD")]),
    Bank("BNPAFRPP", [Account("9981")], format="mt940"),
    Bank(bic="CHASUS33", accounts=[Account("4410", currency="USD")]),
    Bank("UBSWCHZH", [Account("7001", "CHF"), Account("7002"), Account("7003")]),
]
LEDGER = "export_ledger"


def fetch_statement(bic, file_format, **kwargs):
    path = f"/mnt/sftp/{bic}/{kwargs['ds']}.{file_format}"
    kwargs["ti"].xcom_push(key=Keys.STATEMENT, value=path)


def parse_statement(fetch_id, **context):
    path = context["ti"].xcom_pull(task_ids=fetch_id, key=Keys.STATEMENT)
    log.info("parsing %s", path)
    return {"bookings": 0, "path": path}


def match_account(bank, suffix, currency, **context):
    ti = context["ti"]
    parsed = ti.xcom_pull(task_ids=f"{Step.PARSE.value}_{bank}")
    ledger = ti.xcom_pull(key="ledger_" + currency.lower(), task_ids=LEDGER)
    print("matching", suffix, parsed["bookings"], ledger)
    ti.xcom_push(key=Keys.OPEN_ITEMS, value=[])


def interest(suffix, currency, ti, **_):
    rates = ti.xcom_pull(task_ids="rates", key=currency)
    items, rates_again = (ti.xcom_pull(task_ids=t, key=k) for t, k in ((suffix, Keys.OPEN_ITEMS), ("rates", "all")))
    return rates, items, rates_again


def summarise(ti, **_):
    totals = {}
    for bank in BANKS:
        for account in bank.accounts:
            task_id = f"{bank.task(Step.MATCH)}_{account.iban_suffix}"
            totals[task_id] = ti.xcom_pull(task_ids=task_id, key=Keys.OPEN_ITEMS)
    ti.xcom_push(key=Keys.TOTALS, value=totals)


def anything_open(**kwargs):
    task_instance = kwargs["task_instance"]
    if task_instance.xcom_pull("summarise", key=Keys.TOTALS):
        return "open_ticket"
    return "all_settled"


with DAG(
    dag_id="bank_reconciliation",
    start_date=datetime(2023, 6, 1),
    schedule="0 6 * * 1-5",
    catchup=False,
    tags=["finance"],
) as dag:
    rates = PythonOperator(task_id="rates", python_callable=lambda ti: ti.xcom_push(key="EUR", value=0.03))
    ledger = PythonOperator(task_id=LEDGER, python_callable=lambda: None)
    summary = PythonOperator(task_id="summarise", python_callable=summarise)

    tasks = {}
    for bank in BANKS:
        fetch = PythonOperator(
            task_id=bank.task(Step.FETCH),
            python_callable=fetch_statement,
            op_args=[bank.bic],
            op_kwargs={"file_format": bank.format},
        )
        tasks[bank.slug] = PythonOperator(
            task_id=bank.task(Step.PARSE),
            python_callable=parse_statement,
            op_kwargs={"fetch_id": fetch.task_id},
        )
        fetch >> tasks[bank.slug]

    for bank in BANKS:
        for account in bank.accounts:
            match = PythonOperator(
                task_id="%s_%s" % (bank.task(Step.MATCH), account.iban_suffix),
                python_callable=match_account,
                op_kwargs=dict(
                    bank=bank.slug,
                    suffix=account.iban_suffix,
                    currency=account.currency,
                    audit={
                        "parsed": "{{ ti.xcom_pull(task_ids='" + tasks[bank.slug].task_id + "')['path'] }}",
                        "ledger": tasks[bank.slug].output,
                    },
                ),
            )
            accrual = PythonOperator(
                task_id=f"interest_{account.iban_suffix}",
                python_callable=interest,
                op_args=[match.task_id],
                op_kwargs={"currency": account.currency, "open": match.output[Keys.OPEN_ITEMS]},
            )
            [tasks[bank.slug], ledger] >> match >> accrual >> summary

    branch = BranchPythonOperator(task_id="anything_open", python_callable=anything_open)
    ticket = PythonOperator(
        task_id="open_ticket",
        python_callable=lambda ti, subject: print(ti.xcom_pull(task_ids="summarise", key=Keys.TOTALS)),
        op_kwargs={
            "subject": "Open items {{ ds }}: {{ ti.xcom_pull(task_ids='summarise', key='totals') | length }}",
        },
    )
    summary >> branch >> [ticket, EmptyOperator(task_id="all_settled")]
