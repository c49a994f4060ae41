"""DAGs, their versions and their tasks."""

import re

from app.airflow.payloads import DagItem, TaskItem
from app.ingest.masking import is_sensitive
from app.ingest.shapes import MASK
from app.model.facts import Dag, DagVersion, Task

# A string given to a name, in any of Python's ways: `password="x"`, `"password": "x"`.
_NAMED_STRING = re.compile(
    r"""(?P<name>\b\w{1,80})(?P<between>["']?\s{0,8}[:=]\s{0,8}[rbfRBF]?)"""
    r"""(?P<quote>["'])(?P<text>[^"'\n{}]{1,4000})(?P=quote)"""
)
_SECRET_KEYS = ("api_key", "apikey", "access_key", "private_key", "secret_key", "service_key")
# Names of these things are no secrets, even a token's: TOKEN_TASK = "fetch_token".
_NAMES_A_NAME = ("task", "key", "xcom", "conn_id", "name", "path", "dag")


def dag_from(item: DagItem, *, latest_version: int | None) -> Dag:
    return Dag(
        dag_id=item.dag_id,
        display_name=item.dag_display_name or item.dag_id,
        schedule=item.timetable_summary,
        is_paused=bool(item.is_paused),
        is_stale=bool(item.is_stale),
        fileloc=item.relative_fileloc or item.fileloc or "",
        latest_version=latest_version,
        tags=tuple(tag.name for tag in item.tags or ()),
    )


def version_from(
    dag_id: str, version_number: int, *, source: str | None, tasks: tuple[TaskItem, ...]
) -> DagVersion:
    """A DAG's version; `tasks` empty when they are those of another version."""
    return DagVersion(
        dag_id,
        version_number,
        source=None if source is None else masked_source(source),
        tasks=tuple(task_from(task) for task in tasks if task.task_id),
    )


def task_from(item: TaskItem) -> Task:
    return Task(
        task_id=item.task_id,
        operator=item.operator_name or "",
        template_fields=item.template_fields or (),
        downstream=frozenset(item.downstream_task_ids or ()),
        is_mapped=bool(item.is_mapped),
        trigger_rule=item.trigger_rule or "all_success",
        retries=int(item.retries or 0),
    )


def masked_source(source: str) -> str:
    """The source with string literals masked that are given to a name like `password`.

    Only what stands between two quotation marks is touched, so that the source stays the Python it
    was; templates are left alone, and so is what names a task, a key or a connection.
    """
    return _NAMED_STRING.sub(_masked_string, source)


def _masked_string(found: re.Match[str]) -> str:
    name = found["name"].lower()
    if not is_sensitive(name) or any(
        name.endswith((word, f"{word}_id", f"{word}s"))
        for word in _NAMES_A_NAME
        if not name.endswith(_SECRET_KEYS)
    ):
        return found.group()
    return f"{found['name']}{found['between']}{found['quote']}{MASK}{found['quote']}"
