"""Stored problems without their proofs, and what each list needs to know about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app.model.findings import Problem
from app.model.ids import RunKey
from app.store.openness import is_open, problems_with_runs
from app.store.problems import is_open_of_few, problem_from
from app.store.session import AnyRow, ReadSession
from app.store.tables import dag, dag_run, deployment, problem


@dataclass(frozen=True, slots=True)
class Sighting:
    """One stored problem without its proof: what a list needs to name it."""

    pk: int
    run_pk: int | None  # None: found in the DAG, before a run has it.
    dag_pk: int
    deployment: str
    run: RunKey
    cause: str
    kind: str
    severity: str
    is_open: bool
    task_id: str
    map_index: int
    field: str | None
    silent: bool
    is_victim: bool
    title: str
    #: When the run ended, or began while it is under way; when it was found in the DAG.
    at: datetime | None


#: What `sighting` reads, from `problem` with its `dag_run`, `dag` and `deployment`.
SIGHTING = (
    *(column for column in problem.c if column.name not in {"body", "others", "alone"}),
    dag_run.c.run_id,
    func.coalesce(dag_run.c.end, dag_run.c.start, dag_run.c.run_after, problem.c.last_seen).label(
        "at"
    ),
    dag.c.dag_id,
    deployment.c.name.label("deployment"),
)


def read_sightings_like(session: ReadSession, pk: int) -> tuple[Sighting, ...]:
    """Every run's problem of the same cause, victims too, newest run first.

    Empty when there is no such problem.
    """
    one = select(problem.c.dag_pk, problem.c.cause).where(problem.c.id == pk).subquery()
    same = and_(one.c.dag_pk == problem.c.dag_pk, one.c.cause == problem.c.cause)
    rows = session.execute(
        select(*SIGHTING, is_open().label("is_open"))
        .select_from(problems_with_runs())
        .join(dag, problem.c.dag_pk == dag.c.id)
        .join(deployment, dag.c.deployment_id == deployment.c.id)
        .join(one, same)
        .order_by(
            dag_run.c.run_after.desc().nulls_last(),
            dag_run.c.id.desc().nulls_last(),
            problem.c.is_victim,
            problem.c.id,
        )
    )
    return tuple(sighting(row, is_open=bool(row.is_open)) for row in rows)


def read_bodies(session: ReadSession, pks: Collection[int]) -> dict[int, Problem]:
    """The whole problems of these numbers."""
    rows = session.execute(select(problem.c.id, problem.c.body).where(problem.c.id.in_(pks)))
    return {row.id: problem_from(row.body) for row in rows}


def read_victims(
    session: ReadSession, pks: Collection[int]
) -> dict[int, frozenset[tuple[str, int]]]:
    """The other task instances, in its run, that each of these problems harms."""
    other = problem.alias("other")
    same = and_(
        other.c.dag_pk == problem.c.dag_pk,
        other.c.cause == problem.c.cause,
        other.c.run_pk.is_not_distinct_from(problem.c.run_pk),
        other.c.is_victim,
        is_open_of_few(other.c.status),
        or_(other.c.task_id != problem.c.task_id, other.c.map_index != problem.c.map_index),
    )
    rows = session.execute(
        select(problem.c.id, other.c.task_id, other.c.map_index)
        .join(other, same)
        .where(problem.c.id.in_(pks))
    )
    found: dict[int, set[tuple[str, int]]] = {}
    for pk, task_id, map_index in rows:
        found.setdefault(pk, set()).add((task_id, map_index))
    return {pk: frozenset(instances) for pk, instances in found.items()}


def sighting(row: AnyRow, *, is_open: bool) -> Sighting:
    return Sighting(
        pk=row.id,
        run_pk=row.run_pk,
        dag_pk=row.dag_pk,
        deployment=row.deployment,
        run=RunKey(row.dag_id, row.run_id or ""),
        cause=row.cause,
        kind=row.kind,
        severity=row.severity,
        is_open=is_open,
        task_id=row.task_id,
        map_index=row.map_index,
        field=row.field,
        silent=row.silent,
        is_victim=row.is_victim,
        title=row.title,
        at=row.at,
    )
