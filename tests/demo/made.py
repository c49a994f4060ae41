"""A small recording made by hand: one DAG, one run, a pod that gives and a pod that takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.airflow.payloads import DagItem, DagRunItem, LogLine, TaskInstanceItem, TaskItem, XComItem
from app.demo.recording import (
    Header,
    RecordedDag,
    RecordedLog,
    RecordedRun,
    RecordedVersion,
    RecordedXCom,
    Recording,
)

#: When the recorded run was queued; its date is two days older, as a manual run's may be.
QUEUED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DATE = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
RUN_ID = "manual__2026-11-18T02:00:00+00:00"
#: What `extract` returns and `load` receives: it holds the run's date and id.
PATH = f"s3://made/2026-11-18/{RUN_ID}/part-7"


def second(number: float) -> datetime:
    return QUEUED + timedelta(seconds=number)


def made_try(task_id: str, start: float, end: float, **more: Any) -> TaskInstanceItem:
    described: dict[str, Any] = {
        "dag_id": "etl",
        "dag_run_id": RUN_ID,
        "task_id": task_id,
        "map_index": -1,
        "try_number": 1,
        "state": "success",
        "operator_name": "KubernetesPodOperator",
        "queued_when": second(start - 1),
        "start_date": second(start),
        "end_date": second(end),
        "rendered_fields": {"arguments": []},
    }
    return TaskInstanceItem(**described | more)


def made_xcom(task_id: str, value: Any, at: float, *, map_index: int = -1) -> RecordedXCom:
    index = XComItem("etl", RUN_ID, task_id, map_index, "return_value", second(at))
    return RecordedXCom(index, value)


def made_run(**more: Any) -> RecordedRun:
    described: dict[str, Any] = {
        "run": DagRunItem(
            dag_id="etl",
            dag_run_id=RUN_ID,
            state="failed",
            run_type="manual",
            logical_date=DATE,
            run_after=DATE,
            queued_at=QUEUED,
            start_date=second(1),
            end_date=second(60),
        ),
        "tries": (
            made_try("extract", 10, 20),
            made_try("load", 30, 40, state="failed", rendered_fields={}),
            made_try("load", 45, 50, try_number=2, rendered_fields={"arguments": [PATH]}),
        ),
        "xcoms": (made_xcom("extract", {"path": PATH, "timestamp": second(11).isoformat()}, 19),),
        "logs": (
            RecordedLog(
                "load",
                -1,
                1,
                (
                    LogLine(event="begins"),
                    LogLine(timestamp=second(39).isoformat(), event="fails", level="error"),
                ),
            ),
        ),
    }
    return RecordedRun(**described | more)


def made_recording(*runs: RecordedRun) -> Recording:
    return Recording(
        Header(airflow_version="3.3.2", recorded_at=second(100)),
        dags=(
            RecordedDag(
                DagItem(dag_id="etl"),
                tasks=(TaskItem("extract", downstream_task_ids=("load",)), TaskItem("load")),
                versions=(RecordedVersion(1, "first"), RecordedVersion(2, "second")),
            ),
        ),
        runs=runs or (made_run(),),
    )
