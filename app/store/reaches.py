"""What the pulls of a run are after in other runs: kept, followed, and asked back."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, insert, select

from app.model.facts import AIRFLOW_3, MOST_PRIOR_RUNS, Reach
from app.model.ids import RunKey
from app.store import tables as t
from app.store.numbers import run_rows
from app.store.session import AnyRow, ReadSession, WriteSession

#: Reaches into earlier runs that are followed for one run, each by a query of its own.
_MOST_PRIOR = 50
_run_date = func.coalesce(t.dag_run.c.logical_date, t.dag_run.c.run_after)
_DATED = (_run_date.label("date"),)


def stored_reaches(session: ReadSession, *, run_pk: int) -> frozenset[Reach]:
    """What the run's last analysis was after."""
    c = t.reach.c
    rows = session.execute(
        select(c.dag_id, c.run_id, c.task_id, c.key, c.is_prior).where(c.run_pk == run_pk)
    )
    return frozenset(Reach(*row) for row in rows)


def replace_reaches(session: WriteSession, *, run_pk: int, reaches: Iterable[Reach]) -> None:
    """Keep these of the run, and no others."""
    wanted = frozenset(reaches)
    if wanted == stored_reaches(session, run_pk=run_pk):
        return
    session.execute(delete(t.reach).where(t.reach.c.run_pk == run_pk))
    if wanted:
        session.execute(insert(t.reach), [_row(run_pk, reach) for reach in sorted(wanted)])


def followed(
    session: ReadSession,
    *,
    deployment_pk: int,
    run: AnyRow,
    airflow_major: int,
    reaches: Collection[Reach],
) -> dict[Reach, dict[int, RunKey]]:
    """The stored runs that each reaches, by their row numbers, the newest first.

    `run`: the puller's, a row of the table `dag_run`.
    """
    if not reaches:
        return {}
    found: dict[Reach, dict[int, RunKey]] = {reach: {} for reach in reaches}
    runs = _named_runs(session, deployment_pk, reaches)
    own_date = run.logical_date or run.run_after
    prior = sorted(reach for reach in reaches if reach.is_prior)[:_MOST_PRIOR]
    for reach in reaches:
        known = runs.get(RunKey(reach.dag_id, reach.run_id))
        if known and not reach.is_prior:
            found[reach] = {known[0]: RunKey(reach.dag_id, reach.run_id)}
    for reach in prior:
        known = runs.get(RunKey(reach.dag_id, reach.run_id))
        # Airflow 3 takes the date of the run that has the puller's run_id in the other DAG, and
        # finds nothing where there is none (airflow-facts.md, 1.6).
        until = own_date if airflow_major < AIRFLOW_3 else known and known[1]
        if until is not None:
            found[reach] = _prior_runs(session, deployment_pk, reach, until, run.id)
    return found


def runs_after(
    session: ReadSession, *, deployment_pk: int, runs: Collection[RunKey]
) -> frozenset[int]:
    """The row numbers of the runs whose pulls are after one of these.

    Those after any earlier run of a DAG count while they are visited themselves: what an earlier
    run gave later is not what they read.
    """
    c = t.reach.c
    rows = session.execute(
        select(c.run_pk, c.dag_id, c.run_id, c.is_prior, t.dag_run.c.sealed_at)
        .join(t.dag_run, c.run_pk == t.dag_run.c.id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .where(
            t.dag.c.deployment_id == deployment_pk,
            c.dag_id.in_({run.dag_id for run in runs}),
        )
    )
    return frozenset(
        row.run_pk
        for row in rows
        if RunKey(row.dag_id, row.run_id) in runs or (row.is_prior and row.sealed_at is None)
    )


def _row(run_pk: int, reach: Reach) -> dict[str, Any]:
    return {
        "run_pk": run_pk,
        "dag_id": reach.dag_id,
        "run_id": reach.run_id,
        "task_id": reach.task_id,
        "key": reach.key,
        "is_prior": reach.is_prior,
    }


def _named_runs(
    session: ReadSession, deployment_pk: int, reaches: Collection[Reach]
) -> dict[RunKey, tuple[int, datetime | None]]:
    runs = {RunKey(reach.dag_id, reach.run_id) for reach in reaches}
    rows = run_rows(session, deployment_pk=deployment_pk, runs=runs, also=_DATED)
    return {run: (row.id, row.date) for run, row in rows.items()}


def _prior_runs(
    session: ReadSession, deployment_pk: int, reach: Reach, until: datetime, run_pk: int
) -> dict[int, RunKey]:
    """The newest runs up to the date that have the XCom, the puller's own run apart."""
    has_it = exists().where(
        t.xcom.c.run_pk == t.dag_run.c.id,
        t.xcom.c.task_id == reach.task_id,
        t.xcom.c.key == reach.key,
    )
    rows = session.execute(
        select(t.dag_run.c.id, t.dag.c.dag_id, t.dag_run.c.run_id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .where(t.dag.c.deployment_id == deployment_pk, t.dag.c.dag_id == reach.dag_id)
        .where(_run_date <= until, t.dag_run.c.id != run_pk, has_it)
        .order_by(_run_date.desc(), t.dag_run.c.id.desc())
        .limit(MOST_PRIOR_RUNS)
    )
    return {pk: RunKey(dag_id, run_id) for pk, dag_id, run_id in rows}
