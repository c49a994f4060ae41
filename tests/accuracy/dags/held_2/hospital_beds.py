"""Bed occupancy of the hospitals of a trust, every hour.

Per hospital: census -> per ward: occupancy, forecast -> summary. Then the picture of the trust.
"""
from __future__ import annotations

from datetime import datetime, timedelta

from airflow.decorators import dag, task, task_group
from airflow.operators.empty import EmptyOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.utils.trigger_rule import TriggerRule

HOSPITALS = {
    "st_mary": ["icu", "surgery", "maternity"],
    "st_john": ["icu", "geriatrics"],
}


@task
def census(hospital: str) -> dict:
    return {"hospital": hospital, "beds": {}, "patients": {}}


@task(multiple_outputs=True)
def occupancy(counted: dict, ward: str) -> dict[str, float]:
    beds = counted["beds"].get(ward, 1)
    return {"ratio": counted["patients"].get(ward, 0) / beds, "beds": beds}


@task
def forecast(ratio: float, beds: int, hours: int = 12) -> dict:
    return {"expected": min(1.0, ratio * 1.05), "free": int(beds * (1 - ratio)), "hours": hours}


@task
def summary(hospital: str, wards: list[dict]) -> dict:
    return {"hospital": hospital, "free": sum(ward["free"] for ward in wards)}


@task.branch
def any_bed_left(summaries: dict) -> str:
    return "divert" if all(s["free"] == 0 for s in summaries.values()) else "normal"


@dag(
    schedule="@hourly",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(seconds=30)},
)
def hospital_beds():
    @task_group
    def ward_group(counted, ward: str):
        state = occupancy(counted, ward)
        return forecast(state["ratio"], state["beds"], hours=6 if ward == "icu" else 12)

    @task
    def report(ti=None):
        lines = []
        for hospital, wards in HOSPITALS.items():
            counted = ti.xcom_pull(task_ids=f"{hospital}.census")
            lines.append(f"{hospital}: {counted['patients']}")
            for ward in wards:
                expected = ti.xcom_pull(task_ids=f"{hospital}.{ward}.forecast")["expected"]
                lines.append(f"  {ward}: {expected:.0%}")
        return "\n".join(lines)

    summaries = {}
    for hospital, wards in HOSPITALS.items():

        @task_group(group_id=hospital)
        def hospital_group(name: str, ward_names: list[str]):
            counted = census(name)
            forecasts = [ward_group.override(group_id=ward)(counted, ward) for ward in ward_names]
            return summary(name, forecasts)

        summaries[hospital] = hospital_group(hospital, wards)

    way = any_bed_left(summaries)
    divert = SQLExecuteQueryOperator(
        task_id="divert",
        conn_id="ambulance_control",
        sql="INSERT INTO diversion SELECT now(), %(mary)s, %(john)s",
        parameters={"mary": summaries["st_mary"]["free"], "john": "{{ ti.xcom_pull('st_john.summary')['free'] }}"},
    )
    normal = EmptyOperator(task_id="normal")
    text = report.override(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)()

    way >> [divert, normal] >> text


hospital_beds()
