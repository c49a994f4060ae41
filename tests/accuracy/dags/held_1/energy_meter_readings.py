"""Smart meter readings -> settlement.

The operators below used to live in plugins/, they moved here for the MWAA migration.
"""
from datetime import datetime
from typing import Any, Optional, Sequence

from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.base import BaseSensorOperator

READINGS = "collect_readings"


class HeadEndOperator(BaseOperator):
    """Talks to the head-end system; pushes {"batch": ..., "count": ...}."""

    template_fields: Sequence[str] = ("query", "since")

    def __init__(self, *, query: str, since: str = "{{ data_interval_start }}", head_end: str = "north", **kwargs):
        super().__init__(**kwargs)
        self.query = query
        self.since = since
        self.head_end = head_end

    def execute(self, context):
        return {"batch": self.query, "count": 1, "quality": {"missing": 0, "estimated": 2}}


class SettlementOperator(HeadEndOperator):
    """Settles one batch."""

    template_fields: Sequence[str] = (*HeadEndOperator.template_fields, "batch", "options")
    ui_color = "#cde"

    def __init__(
        self,
        *,
        source_task: str = READINGS,
        batch: Optional[str] = None,
        options: Optional[dict] = None,
        note: str = "",
        **kwargs: Any,
    ):
        kwargs.setdefault("query", "settle")
        super().__init__(**kwargs)
        self.source_task = source_task
        self.batch = batch or "{{ ti.xcom_pull(task_ids='" + source_task + "')['batch'] }}"
        self.options = {"estimated": "{{ ti.xcom_pull(task_ids='%s')['quality']['estimated'] }}" % source_task, **(options or {})}
        self.note = note

    def execute(self, context):
        previous = context["ti"].xcom_pull(task_ids="previous_settlement", key="settled_until")
        self.log.info("settling %s after %s", self.batch, previous)


class BatchArrivedSensor(BaseSensorOperator):
    template_fields = ("batch_id",)

    def __init__(self, batch_id, **kwargs):
        super().__init__(**kwargs)
        self.batch_id = batch_id

    def poke(self, context):
        return bool(self.batch_id)


def previous(ti):
    ti.xcom_push(key="settled_until", value="2024-01-01")


def balance(ti, areas, tolerance):
    """Sum of what was collected against what was settled."""
    collected = {area: ti.xcom_pull(task_ids=task_id)["count"] for area, task_id in areas.items()}
    until = ti.xcom_pull(task_ids="previous_settlement", key="settled_until")
    settled = [ti.xcom_pull(task_ids=t) for t in ("settle", "settle_south", "resettle")]
    return collected, until, settled, tolerance


with DAG("energy_meter_readings", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    prev = PythonOperator(task_id="previous_settlement", python_callable=previous)
    collect = HeadEndOperator(task_id=READINGS, query="SELECT * FROM readings")
    collect_south = HeadEndOperator(
        task_id=READINGS + "_south",
        query="SELECT * FROM readings WHERE id > {{ ti.xcom_pull(task_ids='collect_readings')['count'] }}",
        since="{{ ti.xcom_pull(task_ids='previous_settlement', key='settled_until') }}",
        # not a template field:
        head_end="{{ ti.xcom_pull(task_ids='previous_settlement', key='head_end') }}",
    )
    arrived = BatchArrivedSensor(task_id="batch_arrived", batch_id=collect_south.output["batch"], mode="reschedule")
    settle = SettlementOperator(task_id="settle", note="{{ ti.xcom_pull('nothing') }}")
    settle_south = SettlementOperator(
        task_id="settle_south",
        source_task=collect_south.task_id,
        options={"missing": "{{ ti.xcom_pull(task_ids='collect_readings_south').quality.missing }}", "arrived": arrived.output},
    )
    resettle = SettlementOperator(task_id="resettle", batch=collect.output, since="{{ macros.ds_add(ds, -30) }}")

    bal = PythonOperator(
        task_id="balance",
        python_callable=balance,
        op_kwargs={"areas": dict(north=collect.task_id, south=f"{READINGS}_south"), "tolerance": resettle.output},
    )
    resettle >> bal
    prev >> collect >> collect_south >> arrived >> [settle, settle_south] >> resettle
