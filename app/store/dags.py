"""DAGs and their versions: what Airflow lists, and the source and tasks of each version."""

from collections.abc import Iterable

from sqlalchemy import delete, exists, or_, select, update

from app.model.facts import Dag, DagVersion, Task
from app.store import tables as t
from app.store import touched
from app.store.numbers import ensure_dags
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.upsert import Row, newest_known, upsert


def write_dags(session: WriteSession, *, deployment_pk: int, dags: Iterable[Dag]) -> frozenset[str]:
    """The ids of the DAGs that are new or differ from what was stored."""
    rows = [_dag_row(deployment_pk, dag) for dag in dags]
    changed = upsert(session, t.dag, rows, unique=["deployment_id", "dag_id"], returning="dag_id")
    touched.note(session, [touched.Touched(deployment_pk, dag_id) for dag_id in sorted(changed)])
    return frozenset(changed)


def write_version(session: WriteSession, *, deployment_pk: int, version: DagVersion) -> bool:
    """Whether the version is new or differs from what was stored.

    Airflow tells tasks of the latest version only, and some users may not read sources: what is
    missing here never takes away what is stored. Runs that this version explains are analysed
    again.
    """
    dag_pk = ensure_dags(session, deployment_pk=deployment_pk, dag_ids=[version.dag_id])[
        version.dag_id
    ]
    row = {
        "dag_pk": dag_pk,
        "version_number": version.version_number,
        "source": version.source,
        "problem": version.problem,
    }
    changed = upsert(
        session,
        t.dag_version,
        [row],
        unique=["dag_pk", "version_number"],
        returning="id",
        merged={"source": newest_known},
    )
    number = _version_number(session, dag_pk, version.version_number)
    is_changed = _write_tasks(session, number, version.tasks) or bool(changed)
    if is_changed:
        _analyse_again(session, dag_pk, version.version_number)
        touched.note(session, [touched.Touched(deployment_pk, version.dag_id)])
    return is_changed


def known_versions(session: ReadSession, *, deployment_pk: int) -> frozenset[tuple[str, int]]:
    """The (dag_id, version number) of every version that was written."""
    rows = session.execute(
        select(t.dag.c.dag_id, t.dag_version.c.version_number)
        .join(t.dag, t.dag_version.c.dag_pk == t.dag.c.id)
        .where(t.dag.c.deployment_id == deployment_pk)
    )
    return frozenset((dag_id, number) for dag_id, number in rows)


def dag_from(row: AnyRow) -> Dag:
    """The DAG in a row of the table `dag`."""
    return Dag(
        dag_id=row.dag_id,
        display_name=row.display_name,
        schedule=row.schedule,
        is_paused=row.is_paused,
        is_stale=row.is_stale,
        fileloc=row.fileloc,
        latest_version=row.latest_version,
        tags=tuple(row.tags),
    )


def task_from(row: AnyRow) -> Task:
    """The task in a row of the table `task`."""
    return Task(
        task_id=row.task_id,
        operator=row.operator,
        template_fields=tuple(row.template_fields),
        downstream=frozenset(row.downstream),
        is_mapped=row.is_mapped,
        trigger_rule=row.trigger_rule,
        retries=row.retries,
    )


def _dag_row(deployment_pk: int, dag: Dag) -> Row:
    return {
        "deployment_id": deployment_pk,
        "dag_id": dag.dag_id,
        "display_name": dag.display_name,
        "schedule": dag.schedule,
        "is_paused": dag.is_paused,
        "is_stale": dag.is_stale,
        "fileloc": dag.fileloc,
        "latest_version": dag.latest_version,
        "tags": list(dag.tags),
    }


def _version_number(session: ReadSession, dag_pk: int, version_number: int) -> int:
    number: int = session.execute(
        select(t.dag_version.c.id).where(
            t.dag_version.c.dag_pk == dag_pk, t.dag_version.c.version_number == version_number
        )
    ).scalar_one()
    return number


def _write_tasks(session: WriteSession, version_pk: int, tasks: tuple[Task, ...]) -> bool:
    if not tasks:
        return False
    gone = session.execute(
        delete(t.task).where(
            t.task.c.dag_version_pk == version_pk,
            t.task.c.task_id.not_in([task.task_id for task in tasks]),
        )
    )
    rows = [_task_row(version_pk, task) for task in tasks]
    changed = upsert(session, t.task, rows, unique=["dag_version_pk", "task_id"], returning="id")
    return bool(changed) or gone.rowcount > 0


def _task_row(version_pk: int, task: Task) -> Row:
    return {
        "dag_version_pk": version_pk,
        "task_id": task.task_id,
        "operator": task.operator,
        "template_fields": list(task.template_fields),
        "downstream": sorted(task.downstream),
        "is_mapped": task.is_mapped,
        "trigger_rule": task.trigger_rule,
        "retries": task.retries,
    }


def _analyse_again(session: WriteSession, dag_pk: int, version_number: int) -> None:
    # A run of a version without tasks borrows those of the nearest one, which may be this.
    has_tasks = exists().where(
        t.dag_version.c.dag_pk == dag_pk,
        t.dag_version.c.version_number == t.dag_run.c.version_number,
        t.task.c.dag_version_pk == t.dag_version.c.id,
    )
    own = t.dag_run.c.version_number
    session.execute(
        update(t.dag_run)
        .where(
            t.dag_run.c.dag_pk == dag_pk,
            or_(own.is_(None), own == version_number, ~has_tasks),
        )
        .values(analysed_by=None)
    )
