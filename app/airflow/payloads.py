"""The JSON of Airflow's API v2, as much of it as we read.

Every field is optional and states are plain text: older and newer servers leave fields out, add
fields and know other states, and no such difference may cost us a page of a hundred rows.
"""

from datetime import datetime
from typing import Any

import msgspec


class Version(msgspec.Struct, frozen=True):
    version: str = ""


class Login(msgspec.Struct, frozen=True):
    access_token: str = ""


class DagTag(msgspec.Struct, frozen=True):
    name: str = ""


class DagItem(msgspec.Struct, frozen=True):
    dag_id: str = ""
    dag_display_name: str | None = None
    timetable_summary: str | None = None
    is_paused: bool | None = None
    is_stale: bool | None = None
    relative_fileloc: str | None = None
    fileloc: str | None = None
    tags: tuple[DagTag, ...] | None = None


class DagPage(msgspec.Struct, frozen=True):
    dags: tuple[DagItem, ...] = ()
    total_entries: int | None = None


class DagVersionItem(msgspec.Struct, frozen=True):
    version_number: int | None = None
    dag_id: str = ""


class DagVersionPage(msgspec.Struct, frozen=True):
    dag_versions: tuple[DagVersionItem, ...] = ()


class DagSource(msgspec.Struct, frozen=True):
    content: str | None = None


class TaskItem(msgspec.Struct, frozen=True):
    task_id: str = ""
    operator_name: str | None = None
    template_fields: tuple[str, ...] | None = None
    downstream_task_ids: tuple[str, ...] | None = None
    is_mapped: bool | None = None
    trigger_rule: str | None = None
    retries: float | None = None


class TaskPage(msgspec.Struct, frozen=True):
    tasks: tuple[TaskItem, ...] = ()


class DagRunItem(msgspec.Struct, frozen=True):
    dag_id: str = ""
    dag_run_id: str = ""
    state: str | None = None
    run_type: str | None = None
    logical_date: datetime | None = None
    run_after: datetime | None = None
    queued_at: datetime | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None
    dag_versions: tuple[DagVersionItem, ...] | None = None
    conf: Any = None


class DagRunPage(msgspec.Struct, frozen=True):
    dag_runs: tuple[DagRunItem, ...] = ()
    total_entries: int | None = None
    next_cursor: str | None = None


class TaskInstanceItem(msgspec.Struct, frozen=True):
    """One task instance's latest try, or (without rendered fields) one of its earlier tries."""

    dag_id: str = ""
    dag_run_id: str = ""
    task_id: str = ""
    map_index: int | None = None
    try_number: int | None = None
    max_tries: int | None = None
    state: str | None = None
    operator: str | None = None
    operator_name: str | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None
    queued_when: datetime | None = None
    hostname: str | None = None
    rendered_map_index: str | None = None
    rendered_fields: Any = None  # Kept exactly, whatever its shape.
    dag_version: DagVersionItem | None = None


class TaskInstancePage(msgspec.Struct, frozen=True):
    task_instances: tuple[TaskInstanceItem, ...] = ()
    total_entries: int | None = None
    next_cursor: str | None = None


class XComItem(msgspec.Struct, frozen=True):
    """One row of the XCom index; it never holds the value."""

    dag_id: str = ""
    run_id: str = ""
    task_id: str = ""
    map_index: int | None = None
    key: str = ""
    timestamp: datetime | None = None


class XComPage(msgspec.Struct, frozen=True):
    xcom_entries: tuple[XComItem, ...] = ()
    total_entries: int | None = None


class XComEntry(msgspec.Struct, frozen=True):
    timestamp: datetime | None = None
    value: Any = None


class XComValue(msgspec.Struct, frozen=True):
    """One XCom's value as it is now; a text, the beginning of its JSON, when `truncated`."""

    timestamp: datetime | None  # None: not told, the index's own holds.
    value: Any
    size: int  # Bytes of the value's JSON text; of a truncated one at least so many.
    truncated: bool = False
    sha256: str | None = None  # Of that JSON text, when it is too long to be kept.


class WaitLine(msgspec.Struct, frozen=True):
    """The first line of `/wait`: the run's state and each asked task's return value.

    A task that is not mapped has its bare value, a mapped one the list of its instances' values by
    map index; a task without an entry is left out (read in 3.3.2's DagRunWaiter).
    """

    state: str | None = None
    results: dict[str, Any] | None = None


class LogError(msgspec.Struct, frozen=True):
    exc_type: str | None = None
    exc_value: str | None = None


class LogLine(msgspec.Struct, frozen=True):
    timestamp: str | None = None  # Text: some loggers write what is not a time.
    event: str | None = None
    level: str | None = None
    logger: str | None = None
    error_detail: tuple[LogError, ...] | None = None
