"""DAGs, their versions and their tasks."""

from app.airflow.payloads import DagItem, TaskItem
from app.ingest.masking import Masking
from app.model.facts import Dag, DagVersion, Task


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
    dag_id: str,
    version_number: int,
    *,
    source: str | None,
    tasks: tuple[TaskItem, ...],
    masking: Masking,
) -> DagVersion:
    """A DAG's version; `tasks` empty when they are those of another version."""
    return DagVersion(
        dag_id,
        version_number,
        source=None if source is None else masking.source(source),
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
