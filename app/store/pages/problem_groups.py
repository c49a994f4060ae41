"""A problem seen in many runs is one thing to mend: its group, and whether it is still open.

A group is every stored problem of one kind in one field of one task: `PROBLEM_GROUP`. It is open
while its problem stands in some run and no later run has shown it mended: a run that succeeded, was
analysed, and does not have it. Victims of another pod's failed push are no groups to count.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, or_, select

from app.model.findings import Problem
from app.model.ids import RunKey
from app.store.problems import problem_from
from app.store.session import AnyRow, ReadSession
from app.store.tables import dag, dag_run, deployment, problem

PROBLEM_GROUP = (dag_run.c.dag_pk, problem.c.kind, problem.c.task_id, problem.c.field)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One stored problem without its proof: what a list needs to group and to name it."""

    pk: int
    run_pk: int
    dag_pk: int
    deployment: str
    run: RunKey
    kind: str
    severity: str
    is_open: bool
    task_id: str
    field: str | None
    silent: bool
    is_victim: bool
    title: str
    at: datetime | None  # When the run ended, or began while it is under way.

    @property
    def group(self) -> tuple[int, str, str, str | None]:
        return (self.dag_pk, self.kind, self.task_id, self.field)


def open_group_count(session: ReadSession) -> int:
    """How many open problems there are to mend."""
    groups = (
        select(*PROBLEM_GROUP)
        .select_from(problems_with_runs())
        .where(is_open(), ~problem.c.is_victim, problem.c.severity != "info")
        .distinct()
        .subquery()
    )
    return session.execute(select(func.count()).select_from(groups)).scalar_one()


def read_sightings(
    session: ReadSession, *, most: int, dag_pk: int | None = None
) -> tuple[Sighting, ...]:
    """The problems of the newest runs first, victims too; of one DAG when it is given."""
    found = _sightings() if dag_pk is None else _sightings().where(dag_run.c.dag_pk == dag_pk)
    return tuple(_sighting(row) for row in session.execute(found.limit(most)))


def read_sightings_like(session: ReadSession, pk: int) -> tuple[Sighting, ...]:
    """The whole group of one problem, newest run first; empty when there is no such problem."""
    one = (
        select(*PROBLEM_GROUP)
        .join(dag_run, dag_run.c.id == problem.c.run_pk)
        .where(problem.c.id == pk)
        .subquery()
    )
    same = [
        mine.is_not_distinct_from(column) for mine, column in zip(PROBLEM_GROUP, one.c, strict=True)
    ]
    rows = session.execute(_sightings().join(one, and_(*same)))
    return tuple(_sighting(row) for row in rows)


def read_bodies(session: ReadSession, pks: Collection[int]) -> dict[int, Problem]:
    """The whole problems of these numbers."""
    rows = session.execute(select(problem.c.id, problem.c.body).where(problem.c.id.in_(pks)))
    return {row.id: problem_from(row.body) for row in rows}


def read_related_bodies(session: ReadSession, sightings: Iterable[Sighting]) -> dict[int, Problem]:
    """The whole problems of every run that has victims: they tell whose victims those are."""
    kept = tuple(sightings)
    runs = {one.run_pk for one in kept if one.is_victim}
    return read_bodies(session, [one.pk for one in kept if one.run_pk in runs])


def problems_with_runs() -> FromClause:
    """`problem` joined with its `dag_run` and with what `is_open` needs to know of the DAG."""
    return problem.join(dag_run, dag_run.c.id == problem.c.run_pk).outerjoin(
        _succeeded, _succeeded.c.dag_pk == dag_run.c.dag_pk
    )


def is_open() -> ColumnElement[bool]:
    """For `problems_with_runs`: it stands, and the latest run that succeeded does not lack it.

    An older run that succeeded without it proves nothing when a later one succeeded with it.
    """
    is_mended = and_(_succeeded.c.run_after > dag_run.c.run_after, ~_has_it())
    return and_(
        problem.c.status == "open",
        dag_run.c.gone_at.is_(None),
        or_(_succeeded.c.run_after.is_(None), ~is_mended),
    )


# When each DAG last succeeded in a run that was analysed.
_succeeded = (
    select(dag_run.c.dag_pk, func.max(dag_run.c.run_after).label("run_after"))
    .where(dag_run.c.state == "success", dag_run.c.analysed_by.is_not(None))
    .group_by(dag_run.c.dag_pk)
    .subquery("succeeded")
)


def _has_it() -> ColumnElement[bool]:
    later, again = dag_run.alias("later"), problem.alias("again")
    return exists().where(
        later.c.dag_pk == dag_run.c.dag_pk,
        later.c.run_after == _succeeded.c.run_after,
        later.c.state == "success",
        again.c.run_pk == later.c.id,
        again.c.kind == problem.c.kind,
        again.c.task_id == problem.c.task_id,
        again.c.field.is_not_distinct_from(problem.c.field),
        # Not through an index: most problems are open, those of one run are few.
        func.coalesce(again.c.status, "") == "open",
    )


def _sightings() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(column for column in problem.c if column.name != "body"),
            is_open().label("is_open"),
            dag_run.c.dag_pk,
            dag_run.c.run_id,
            func.coalesce(dag_run.c.end, dag_run.c.start, dag_run.c.run_after).label("at"),
            dag.c.dag_id,
            deployment.c.name.label("deployment"),
        )
        .select_from(problems_with_runs())
        .join(dag, dag_run.c.dag_pk == dag.c.id)
        .join(deployment, dag.c.deployment_id == deployment.c.id)
        .order_by(dag_run.c.run_after.desc().nulls_last(), dag_run.c.id.desc(), problem.c.id)
    )


def _sighting(row: AnyRow) -> Sighting:
    return Sighting(
        pk=row.id,
        run_pk=row.run_pk,
        dag_pk=row.dag_pk,
        deployment=row.deployment,
        run=RunKey(row.dag_id, row.run_id),
        kind=row.kind,
        severity=row.severity,
        is_open=bool(row.is_open),
        task_id=row.task_id,
        field=row.field,
        silent=row.silent,
        is_victim=row.is_victim,
        title=row.title,
        at=row.at,
    )
