"""
Quarterly tax reporting, per country.

The countries that report themselves come from the project's settings, the clearing task from the
environment; a reader of this file knows neither.

unresolvable: remote_*
unresolvable: consolidate.op_kwargs.clearing
unresolvable: archive.python_callable
"""
from __future__ import annotations

import os
from collections import namedtuple
from datetime import datetime, timedelta
from operator import attrgetter

from airflow import DAG
from airflow.decorators import task
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from finance.settings import ARCHIVE_TASKS, CLEARING_KEY
from finance.tax import render_form

Country = namedtuple("Country", "code form rate forms_due", defaults=[()])

COUNTRIES = sorted(
    [
        Country("se", "SKV 4700", 0.25, ("vat", "payroll")),
        Country("at", "U1", 0.20, ("vat",)),
        Country("de", "USt 1 A", 0.19),
    ],
    key=attrgetter("code"),
)
BY_CODE = {country.code: country for country in COUNTRIES}
LOCAL = [code for code in BY_CODE if BY_CODE[code].forms_due]
CLEARING = os.environ.get("CLEARING_TASK", "clearing")


def turnover(code, quarter):
    return {"code": code, "quarter": quarter, "net": 0}


def due(code, ti):
    booked = ti.xcom_pull(task_ids=f"turnover_{code}")
    corrections = ti.xcom_pull(task_ids="corrections", key=code, default=0)
    return booked["net"] * BY_CODE[code].rate + corrections


def archive(ti):
    for task_id in ARCHIVE_TASKS:
        print(ti.xcom_pull(task_ids=task_id))


def consolidate(clearing, at, de, se):
    return at + de + se - clearing


with DAG(
    "tax_reporting",
    start_date=datetime(2023, 1, 1),
    schedule="0 6 10 1,4,7,10 *",
    catchup=False,
    default_args={"retries": 0, "execution_timeout": timedelta(hours=1)},
    user_defined_macros={"rate_of": lambda code: BY_CODE[code].rate},
) as dag:

    @task
    def quarter(ds=None) -> str:
        return f"{ds[:4]}Q{(int(ds[5:7]) + 2) // 3}"

    @task(multiple_outputs=True)
    def corrections() -> dict:
        return {"at": 0, "de": 12, "se": -3}

    period, corrected = quarter(), corrections()
    dues = {}

    for position, country in enumerate(COUNTRIES, start=1):
        booked = PythonOperator(
            task_id=f"turnover_{country.code}",
            python_callable=turnover,
            op_kwargs={"code": country.code, "quarter": period},
        )
        owed = PythonOperator(
            task_id=f"due_{position}", python_callable=due, op_kwargs={"code": country.code}
        )
        [booked, corrected] >> owed
        dues[country.code] = owed.output

        for form in country.forms_due:
            BashOperator(
                task_id=f"{country.code}_{form}",
                bash_command=f"form '{country.form}' --{form} {owed.output} --net "
                f"{{{{ ti.xcom_pull(task_ids='{booked.task_id}')['net'] * rate_of('{country.code}') }}}}",
            )

    together = PythonOperator(
        task_id="consolidate",
        python_callable=consolidate,
        op_kwargs=dues | {"clearing": f"{{{{ ti.xcom_pull(task_ids='{CLEARING}', key='{CLEARING_KEY}') }}}}"},
    )

    form = PythonOperator(
        task_id="render_form",
        python_callable=render_form,
        op_args=[together.output, *[dues[code] for code in LOCAL]],
        op_kwargs={"signature": corrected["de"], "quarter": "{{ ti.xcom_pull('quarter') }}"},
    )

    for code in Variable.get("remote_countries", default_var="fi,no").split(","):
        SQLExecuteQueryOperator(
            task_id=f"remote_{code}",
            conn_id="tax",
            sql="SELECT report('{{ ti.xcom_pull(task_ids='quarter') }}')",
        ).set_upstream(form)

    form >> PythonOperator(task_id="archive", python_callable=archive)
