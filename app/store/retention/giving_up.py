"""Runs given up: in one short transaction nobody sees them any more, wherever they are looked for.

Their rows go afterwards, step by step (`removing`). A process that is killed in between leaves runs
that are given up, and whoever removes rows next goes on with them: no run is ever half there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import String, cast, delete, select, update

from app.store import tables as t
from app.store import touched
from app.store.causes import refresh_causes_of_fewer_runs
from app.store.retention.choosing import Doomed
from app.store.session import WriteSession


def give_up(
    session: WriteSession, *, deployment_pk: int, runs: Sequence[Doomed], at: datetime
) -> tuple[Doomed, ...]:
    """Those of the runs that are given up: all but what has changed since they were chosen."""
    taken = _mark(session, [run.pk for run in runs], at)
    gone = tuple(run for run in runs if run.pk in taken)
    if gone:
        _forget_problems(session, [run.pk for run in gone], at)
        _note(session, deployment_pk, gone, at)
        _tell(session, deployment_pk, {run.dag_pk for run in gone})
    return gone


def _mark(session: WriteSession, pks: Collection[int], at: datetime) -> frozenset[int]:
    # Without its name and its place among the others: nobody finds it, and when Airflow lists the
    # run again it is a new one.
    name = cast(t.dag_run.c.id, String).concat(" (being deleted)")
    rows = session.execute(
        update(t.dag_run)
        .where(
            t.dag_run.c.id.in_(pks),
            t.dag_run.c.sealed_at.is_not(None),
            t.dag_run.c.pruned_at.is_(None),
        )
        .values(pruned_at=at, run_id=name, run_after=None, logical_date=None)
        .returning(t.dag_run.c.id)
    )
    return frozenset(rows.scalars())


def _forget_problems(session: WriteSession, pks: Collection[int], at: datetime) -> None:
    problem = t.problem.c
    rows = session.execute(
        delete(t.problem).where(problem.run_pk.in_(pks)).returning(problem.dag_pk, problem.cause)
    )
    causes: dict[int, set[str]] = {}
    for dag_pk, cause in rows:
        causes.setdefault(dag_pk, set()).add(cause)
    for dag_pk, names in causes.items():
        refresh_causes_of_fewer_runs(session, dag_pk=dag_pk, names=names, at=at)


def _note(
    session: WriteSession, deployment_pk: int, gone: Collection[Doomed], at: datetime
) -> None:
    deployment = t.deployment.c
    ends = [run.ended for run in gone if run.ended is not None]
    before = session.scalar(select(deployment.pruned_to).where(deployment.id == deployment_pk))
    session.execute(
        update(t.deployment)
        .where(deployment.id == deployment_pk)
        .values(
            pruned_to=max((*ends, *((before,) if before else ())), default=None),
            pruned_at=at,
            pruned_runs=deployment.pruned_runs + len(gone),
            pruned_bytes=deployment.pruned_bytes + sum(run.bytes for run in gone),
        )
    )


def _tell(session: WriteSession, deployment_pk: int, dag_pks: Collection[int]) -> None:
    rows = session.execute(select(t.dag.c.dag_id).where(t.dag.c.id.in_(dag_pks)))
    names = sorted(rows.scalars())
    touched.note(session, [touched.Touched(deployment_pk, dag_id) for dag_id in names])
