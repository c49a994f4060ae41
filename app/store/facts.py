"""Everything lineage may know about one run, in a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select, true

from app.model.errors import StoreError
from app.model.facts import Reach, Run, RunFacts, Task, Try, TryLog, XCom
from app.model.ids import RunKey
from app.store import tables as t
from app.store.dags import task_from
from app.store.logs import log_from
from app.store.reaches import followed, stored_reaches
from app.store.runs import run_from, select_run
from app.store.session import AnyRow, ReadSession
from app.store.tries import TRY_COLUMNS, select_tries, try_from, try_key
from app.store.xcoms import xcom_from

# What Airflow we assume before it has told us its version.
_USUAL_MAJOR = 3


def read_run_facts(
    session: ReadSession, *, deployment_pk: int, run: RunKey, reaches: Collection[Reach] = ()
) -> RunFacts:
    """The facts of one run, with those of other runs that its pulls reach.

    Those are what its last analysis was after, and `reaches`: to load what any pull might be after
    would be without bounds, as scheduled runs of all DAGs share their run_id.

    Raises StoreError when the run is not stored.
    """
    row = _run_row(session, deployment_pk, run)
    definition = read_definition(session, row.dag_pk, row.version_number)
    major = major_of(row.airflow_version)
    reached = followed(
        session,
        deployment_pk=deployment_pk,
        run=row,
        airflow_major=major,
        reaches=stored_reaches(session, run_pk=row.id) | frozenset(reaches),
    )
    others = {pk: key for runs in reached.values() for pk, key in runs.items() if pk != row.id}
    task_ids = {reach.task_id for reach in reached}
    tries, logs = _tries(session, {row.id: run})
    other_tries, _ = _tries(session, others, task_ids)
    return RunFacts(
        run=run_from(run, row),
        tasks=definition.tasks,
        source=definition.source,
        version_number=definition.version_number,
        tries=tries,
        xcoms=_xcoms(session, {row.id: run}),
        logs=logs,
        airflow_major=major,
        other_dags=read_other_dags(session, deployment_pk, row.dag_pk),
        reached={reach: tuple(runs.values()) for reach, runs in reached.items()},
        other_xcoms=_xcoms(session, others, task_ids),
        other_tries=other_tries,
    )


def read_run(session: ReadSession, *, deployment_pk: int, run: RunKey) -> Run:
    """The run itself. Raises StoreError when it is not stored."""
    return run_from(run, _run_row(session, deployment_pk, run))


def read_tries(session: ReadSession, *, deployment_pk: int, run: RunKey) -> tuple[Try, ...]:
    """Every stored try of a run. Raises StoreError when the run is not stored."""
    row = _run_row(session, deployment_pk, run)
    return _tries(session, {row.id: run})[0]


def _run_row(session: ReadSession, deployment_pk: int, run: RunKey) -> AnyRow:
    row = session.execute(
        select_run(run, t.dag_run, t.deployment.c.airflow_version).where(
            t.deployment.c.id == deployment_pk
        )
    ).one_or_none()
    if row is None:
        raise StoreError(f"run {run.run_id} of DAG {run.dag_id} is not stored")
    return row


@dataclass(frozen=True, slots=True)
class Definition:
    version_number: int | None
    source: str | None
    problem: str | None  # Why the source tells nothing.
    tasks: tuple[Task, ...]


def read_definition(session: ReadSession, dag_pk: int, version_number: int | None) -> Definition:
    """The source of that version of the DAG (of the latest when it is not known), and its tasks.

    Airflow tells the tasks of the latest version only: a version that was never the latest while
    we looked borrows those of the nearest one that has them, the newer one of two.
    """
    has_tasks = exists().where(t.task.c.dag_version_pk == t.dag_version.c.id)
    versions = session.execute(
        select(t.dag_version.c.id, t.dag_version.c.version_number, has_tasks.label("has_tasks"))
        .where(t.dag_version.c.dag_pk == dag_pk)
        .order_by(t.dag_version.c.version_number.desc())
    ).all()
    newest = versions[0].version_number if versions else None
    wanted = newest if version_number is None else version_number
    own = [row.id for row in versions if row.version_number == wanted]
    with_tasks = [row for row in versions if row.has_tasks]
    near = sorted(with_tasks, key=lambda row: abs(row.version_number - (wanted or 0)))
    source, problem = session.execute(
        select(t.dag_version.c.source, t.dag_version.c.problem).where(t.dag_version.c.id.in_(own))
    ).one_or_none() or (None, None)
    tasks = session.execute(
        select(t.task)
        .where(t.task.c.dag_version_pk.in_([row.id for row in near[:1]]))
        .order_by(t.task.c.id)
    )
    return Definition(wanted, source, problem, tuple(task_from(row) for row in tasks))


def read_other_dags(
    session: ReadSession, deployment_pk: int, dag_pk: int
) -> dict[str, frozenset[str]]:
    """Task ids of every other DAG, in its newest version whose tasks are known."""
    newest = (
        select(t.dag_version.c.dag_pk, func.max(t.dag_version.c.version_number).label("number"))
        .where(exists().where(t.task.c.dag_version_pk == t.dag_version.c.id))
        .group_by(t.dag_version.c.dag_pk)
        .subquery()
    )
    rows = session.execute(
        select(t.dag.c.dag_id, t.task.c.task_id)
        .outerjoin(newest, newest.c.dag_pk == t.dag.c.id)
        .outerjoin(
            t.dag_version,
            (t.dag_version.c.dag_pk == t.dag.c.id)
            & (t.dag_version.c.version_number == newest.c.number),
        )
        .outerjoin(t.task, t.task.c.dag_version_pk == t.dag_version.c.id)
        .where(t.dag.c.deployment_id == deployment_pk, t.dag.c.id != dag_pk)
        .order_by(t.dag.c.dag_id)
    )
    found: dict[str, set[str]] = {}
    for dag_id, task_id in rows:
        found.setdefault(dag_id, set()).update(() if task_id is None else (task_id,))
    return {dag_id: frozenset(task_ids) for dag_id, task_ids in found.items()}


def _tries(
    session: ReadSession, runs: dict[int, RunKey], task_ids: Collection[str] | None = None
) -> tuple[tuple[Try, ...], tuple[TryLog, ...]]:
    """Those of all tasks, or of the named ones."""
    c = t.task_instance.c
    rows: list[Any] = list(
        session.execute(
            select_tries(*TRY_COLUMNS, t.task_try.c.log)
            .where(c.run_pk.in_(runs), true() if task_ids is None else c.task_id.in_(task_ids))
            .order_by(
                t.task_instance.c.run_pk,
                t.task_instance.c.task_id,
                t.task_instance.c.map_index,
                t.task_try.c.try_number,
            )
        )
    )
    keyed = [(try_key(runs[row.run_pk], row), row) for row in rows]
    tries = tuple(try_from(key, row) for key, row in keyed)
    return tries, tuple(log_from(key, row) for key, row in keyed if row.log is not None)


def _xcoms(
    session: ReadSession, runs: dict[int, RunKey], task_ids: Collection[str] | None = None
) -> tuple[XCom, ...]:
    c = t.xcom.c
    rows = session.execute(
        select(t.xcom)
        .where(c.run_pk.in_(runs), true() if task_ids is None else c.task_id.in_(task_ids))
        .order_by(c.run_pk, c.task_id, c.map_index, c.key, c.timestamp)
    )
    return tuple(xcom_from(runs[row.run_pk], row) for row in rows)


def major_of(version: str | None) -> int:
    """Airflow's major version, the usual one while it is not known."""
    first = (version or "").partition(".")[0]
    return int(first) if first.isdigit() else _USUAL_MAJOR
