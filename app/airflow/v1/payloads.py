"""The JSON of API v1 where it differs from v2's, and what it is in v2's words."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from app.airflow import payloads
from app.airflow.literals import native_fields
from app.model.ids import RunKey

_NOT_BEGUN = frozenset({"scheduled", "queued"})
_MADE_WAY = frozenset({"up_for_reschedule", "deferred"})


class Schedule(msgspec.Struct, frozen=True):
    kind: str = msgspec.field(default="", name="__type")
    value: Any = None  # Of a cron line.
    days: float | None = None
    seconds: float | None = None


class DagItem(msgspec.Struct, frozen=True):
    dag_id: str = ""
    dag_display_name: str | None = None
    schedule_interval: Schedule | None = None
    timetable_description: str | None = None
    is_paused: bool | None = None
    is_active: bool | None = None
    fileloc: str | None = None
    file_token: str | None = None
    tags: tuple[payloads.DagTag, ...] | None = None


class DagPage(msgspec.Struct, frozen=True):
    dags: tuple[DagItem, ...] = ()
    total_entries: int | None = None


class DagRunItem(msgspec.Struct, frozen=True):
    dag_id: str = ""
    dag_run_id: str = ""
    state: str | None = None
    run_type: str | None = None
    logical_date: datetime | None = None
    execution_date: datetime | None = None
    data_interval_end: datetime | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None
    conf: Any = None


class DagRunPage(msgspec.Struct, frozen=True):
    dag_runs: tuple[DagRunItem, ...] = ()
    total_entries: int | None = None


def dag_from(item: DagItem) -> payloads.DagItem:
    return payloads.DagItem(
        dag_id=item.dag_id,
        dag_display_name=item.dag_display_name,
        timetable_summary=_summary(item),
        is_paused=item.is_paused,
        is_stale=None if item.is_active is None else not item.is_active,
        fileloc=item.fileloc,
        tags=item.tags,
    )


def run_from(item: DagRunItem) -> payloads.DagRunItem:
    """When the run was due is not told: it is the end of its data interval, or its logical date.

    The later one, since the interval of a run that was started by hand ended before it.
    """
    logical_date = item.logical_date or item.execution_date
    times = [time for time in (logical_date, item.data_interval_end) if time is not None]
    return payloads.DagRunItem(
        dag_id=item.dag_id,
        dag_run_id=item.dag_run_id,
        state=item.state,
        run_type=item.run_type,
        logical_date=logical_date,
        run_after=max(times, default=None),
        start_date=item.start_date,
        end_date=item.end_date,
        conf=item.conf,
    )


def instance_from(item: payloads.TaskInstanceItem) -> payloads.TaskInstanceItem:
    """The task instance with the fields native that Airflow 2 tells as Python prints them."""
    return msgspec.structs.replace(item, rendered_fields=native_fields(item.rendered_fields))


def counted_ahead(item: payloads.TaskInstanceItem) -> payloads.TaskInstanceItem:
    """The task instance as the try that it waits for, as Airflow 2.10 and newer tell it.

    Before that the number is counted up when the try begins, and down again when it makes way (a
    sensor that looks again later, a task that is deferred). Its times are those of the try before.
    """
    before = item.try_number or 0
    if item.state in _MADE_WAY:
        return msgspec.structs.replace(item, try_number=before + 1)
    if item.state in _NOT_BEGUN or (item.state is None and before):
        return msgspec.structs.replace(
            item, try_number=before + 1, start_date=None, end_date=None, hostname=None
        )
    return item


def xcom_from(item: payloads.XComItem, run: RunKey) -> payloads.XComItem:
    """The row with its run's id, which API v1 leaves out: it is known, the list was that run's."""
    return msgspec.structs.replace(item, run_id=run.run_id)


def _summary(item: DagItem) -> str | None:
    schedule = item.schedule_interval
    if schedule is None:
        # Without a schedule of its own a DAG waits for datasets, or for somebody to start it.
        told = item.timetable_description or ""
        return "Dataset" if "dataset" in told.lower() else None
    if isinstance(schedule.value, str):
        return schedule.value
    if schedule.kind == "TimeDelta":
        return str(timedelta(days=schedule.days or 0, seconds=schedule.seconds or 0))
    return item.timetable_description
