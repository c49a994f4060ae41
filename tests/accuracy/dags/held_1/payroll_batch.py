"""Monthly payroll run (HR-IT). Owner: hr-it@company.example"""
from datetime import datetime
from enum import Enum, IntEnum
from typing import NamedTuple, Optional

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator


class Country(str, Enum):
    DE = "de"
    FR = "fr"
    PL = "pl"


class Priority(IntEnum):
    LOW = 1
    HIGH = 10


class Stage(NamedTuple):
    task_id: str
    procedure: str
    reads: Optional[str] = None
    key: str = "return_value"
    priority: Priority = Priority.LOW


GROSS = Stage("gross", "calc_gross", reads="hours", key="total_hours")
STAGES = (
    GROSS,
    Stage("tax", "calc_tax", GROSS.task_id, priority=Priority.HIGH),
    Stage("net", "calc_net", reads="tax"),
)


def hours(country: Country, ti):
    ti.xcom_push(key="total_hours", value=160)
    return {"employees": 3, "country": country}


def payslips(ti, country, stages):
    results = [ti.xcom_pull(task_ids=f"{s}_{country}") for s in stages]
    employees = ti.xcom_pull(task_ids=f"hours_{country}")["employees"]
    return {"count": employees, "results": results}


def control_sum(**kwargs):
    ti = kwargs["ti"]
    de, fr, pl = (ti.xcom_pull(task_ids=f"net_{c.value}") for c in Country)
    return [de, fr, pl]


def year_to_date(stages, amounts, ti):
    table = {}
    for country in (c.value for c in Country):
        for stage in stages:
            table[country, stage] = ti.xcom_pull(task_ids=f"{stage}_{country}", include_prior_dates=True)
    return table, amounts


with DAG("payroll_batch", start_date=datetime(2024, 1, 1), schedule="@monthly", catchup=False) as dag:
    control = PythonOperator(task_id="control_sum", python_callable=control_sum)
    slips = []
    amounts = {}
    for index, country in enumerate(sorted(Country, key=lambda c: c.value, reverse=True)):
        h = PythonOperator(task_id=f"hours_{country.value}", python_callable=hours, op_args=[country.value], priority_weight=index + 1)
        upstream = h
        for stage in STAGES:
            current = SQLExecuteQueryOperator(
                task_id=f"{stage.task_id}_{country.value}",
                conn_id="hr_db",
                sql=[
                    f"CALL {stage.procedure}('{country.name}')",
                    f"INSERT INTO audit VALUES ('{{{{ ti.xcom_pull(task_ids='{stage.reads}_{country.value}', key='{stage.key}') }}}}')",
                ],
                priority_weight=int(stage.priority),
            )
            upstream >> current
            amounts.setdefault(country.value, {})[stage.task_id] = current.output
            upstream = current
        slip = PythonOperator(
            task_id=f"payslips_{country.value}",
            python_callable=payslips,
            op_kwargs={"country": country.value, "stages": [s.task_id for s in STAGES]},
        )
        upstream >> [slip, control]
        slips.append(slip)

    ytd = PythonOperator(
        task_id="year_to_date",
        python_callable=year_to_date,
        op_args=[[s.task_id for s in STAGES[:2]], amounts],
    )
    control >> ytd

    for country, slip in zip(reversed(Country), slips[::-1] if False else slips):
        trigger = TriggerDagRunOperator(
            task_id=f"print_{slip.task_id.rpartition('_')[2]}",
            trigger_dag_id="print_center",
            conf={
                "country": country.value,
                "count": "{{ ti.xcom_pull(task_ids='%(t)s')['count'] }}" % {"t": slip.task_id},
                "control": {"sums": control.output, "first": "{{ ti.xcom_pull(task_ids='control_sum')[0] }}"},
            },
        )
        [slip, control] >> trigger
