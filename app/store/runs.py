"""DAG runs: written, visited, sealed, gone; which of them a pass must look at."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal_column, null, or_, select, update

from app.model.facts import FINISHED_RUN_STATES, ListedBy, Run
from app.model.ids import RunKey
from app.store import tables as t
from app.store import touched, upsert
from app.store.causes import refresh_causes
from app.store.numbers import ensure_dags, run_numbers, stored_runs
from app.store.pieces import pieces
from app.store.reaches import runs_after
from app.store.session import AnyRow, ReadSession, WriteSession

# The pass that finds a run finished and two more: what its tasks wrote last has settled by then.
_VISITS_UNTIL_SEALED = 3


def write_runs(
    session: WriteSession, *, deployment_pk: int, runs: Iterable[Run]
) -> frozenset[RunKey]:
    """The runs that are new or differ from what was stored; those are no longer sealed or gone."""
    written = tuple(runs)
    dags = ensure_dags(
        session, deployment_pk=deployment_pk, dag_ids={run.key.dag_id for run in written}
    )
    changed = upsert.upsert(
        session,
        t.dag_run,
        [_row(dags[run.key.dag_id], run) for run in written],
        unique=["dag_pk", "run_id"],
        returning="id",
        # Where Airflow keeps no versions a number is given once, when a try is new.
        merged={"version_number": upsert.newest_known},
        reset={"passes_after_end": literal_column("0"), "sealed_at": null()},
    )
    keys = {run.key for run in written}
    numbers = run_numbers(session, deployment_pk=deployment_pk, runs=keys) if changed else {}
    new = {key: number for key, number in numbers.items() if number in changed}
    note_changed(session, deployment_pk=deployment_pk, runs=new)
    return frozenset(new)


def note_changed(session: WriteSession, *, deployment_pk: int, runs: Mapping[RunKey, int]) -> None:
    """Have these runs, given with their row numbers, analysed again and told to the pages.

    So are the runs that read from them, of which the pages are told when it makes a difference.
    """
    if not runs:
        return
    after = runs_after(session, deployment_pk=deployment_pk, runs=runs.keys())
    for some in pieces(tuple({*runs.values(), *after})):
        session.execute(
            update(t.dag_run)
            .where(t.dag_run.c.id.in_(some), t.dag_run.c.analysed_by.is_not(None))
            .values(analysed_by=None)
        )
    touched.note(
        session, [touched.Touched(deployment_pk, key.dag_id, key.run_id) for key in sorted(runs)]
    )


def note_unlearned(session: WriteSession, *, run_pks: Iterable[int]) -> None:
    """Have contracts learn from these runs, once they are sealed, what they have not learned."""
    for some in pieces(tuple(run_pks)):
        session.execute(
            update(t.dag_run)
            .where(t.dag_run.c.id.in_(some), t.dag_run.c.is_learned.is_(True))
            .values(is_learned=False)
        )


def mark_run_gone(session: WriteSession, *, deployment_pk: int, run: RunKey, at: datetime) -> bool:
    """Whether this is news: Airflow has deleted the run. We keep it and look at it no more."""
    number = stored_runs(session, deployment_pk=deployment_pk, runs=[run])[run]
    result = session.execute(
        update(t.dag_run)
        .where(t.dag_run.c.id == number, t.dag_run.c.gone_at.is_(None))
        .values(gone_at=at, sealed_at=at)
    )
    if result.rowcount:
        dag_pk = session.execute(
            select(t.dag_run.c.dag_pk).where(t.dag_run.c.id == number)
        ).scalar_one()
        refresh_causes(session, dag_pk=dag_pk, names=(), at=at)
        touched.note(session, [touched.Touched(deployment_pk, run.dag_id, run.run_id)])
    return bool(result.rowcount)


def note_visits(
    session: WriteSession,
    *,
    deployment_pk: int,
    runs: Collection[RunKey],
    at: datetime,
    settled: Collection[RunKey] = (),
) -> None:
    """Count a pass that looked at these whole runs; the third one after its end seals a run.

    `settled`: those of them that ended so long ago that this one suffices.
    """
    numbers = stored_runs(session, deployment_pk=deployment_pk, runs=runs)
    enough = [number for run, number in numbers.items() if run in settled]
    visits = t.dag_run.c.passes_after_end + 1
    is_last = or_(visits >= _VISITS_UNTIL_SEALED, t.dag_run.c.id.in_(enough))
    for some in pieces(tuple(numbers.values())):
        session.execute(
            update(t.dag_run)
            .where(
                t.dag_run.c.id.in_(some),
                t.dag_run.c.sealed_at.is_(None),
                t.dag_run.c.state.in_(FINISHED_RUN_STATES),
            )
            .values(passes_after_end=visits, sealed_at=case((is_last, at), else_=None))
        )


def open_runs(session: ReadSession, *, deployment_pk: int) -> frozenset[RunKey]:
    """The runs that Airflow is still working on."""
    return _keys(
        session,
        deployment_pk,
        t.dag_run.c.sealed_at.is_(None),
        t.dag_run.c.state.not_in(FINISHED_RUN_STATES),
    )


def unsealed_runs(session: ReadSession, *, deployment_pk: int) -> frozenset[RunKey]:
    """The runs to visit again: the open ones, and those that ended a pass or two ago."""
    return _keys(session, deployment_pk, t.dag_run.c.sealed_at.is_(None))


def unanalysed_runs(
    session: ReadSession, *, deployment_pk: int, engine_version: int, most: int
) -> tuple[RunKey, ...]:
    """The newest runs whose facts changed, or the engine, since they were analysed."""
    by = t.dag_run.c.analysed_by
    rows = session.execute(
        _select_keys(deployment_pk)
        .where(or_(by.is_(None), by < engine_version))
        .order_by(t.dag_run.c.run_after.desc().nulls_last(), t.dag_run.c.id.desc())
        .limit(most)
    )
    return tuple(RunKey(dag_id, run_id) for dag_id, run_id in rows)


def kept_runs(
    session: ReadSession, *, deployment_pk: int, runs: Collection[RunKey]
) -> frozenset[RunKey]:
    """Those of the runs that are stored, and not about to be deleted."""
    numbers = run_numbers(session, deployment_pk=deployment_pk, runs=runs)
    return _keys(session, deployment_pk, t.dag_run.c.id.in_(numbers.values()))


def first_listed(session: ReadSession, *, deployment_pk: int, by: ListedBy) -> datetime | None:
    """The earliest such time of the runs that are over and that Airflow has, as far as we know."""
    first = select(func.min(t.dag_run.c[by])).select_from(t.dag_run).join(t.dag)
    found: datetime | None = session.scalar(
        first.where(t.dag.c.deployment_id == deployment_pk, *_RESTING)
    )
    return found


def listed_between(
    session: ReadSession,
    *,
    deployment_pk: int,
    by: ListedBy,
    after: datetime | None,
    until: datetime,
) -> frozenset[RunKey]:
    """Those with a time later than `after`, up to `until` and with it."""
    time = t.dag_run.c[by]
    later = () if after is None else (time > after,)
    return _keys(session, deployment_pk, *_RESTING, time <= until, *later)


_RESTING = (
    t.dag_run.c.sealed_at.is_not(None),
    t.dag_run.c.gone_at.is_(None),
    t.dag_run.c.pruned_at.is_(None),
)


def select_run(run: RunKey, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Columns of the run, its DAG and its deployment; which deployment is left to the caller."""
    return (
        select(*columns)
        .select_from(t.dag_run)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .join(t.deployment, t.dag.c.deployment_id == t.deployment.c.id)
        .where(t.dag.c.dag_id == run.dag_id, t.dag_run.c.run_id == run.run_id)
    )


def run_from(key: RunKey, row: AnyRow) -> Run:
    """The run in a row of the table `dag_run`."""
    return Run(
        key,
        state=row.state,
        run_type=row.run_type,
        logical_date=row.logical_date,
        run_after=row.run_after,
        queued_at=row.queued_at,
        start=row.start,
        end=row.end,
        version_number=row.version_number,
        conf=row.conf,
    )


def _row(dag_pk: int, run: Run) -> upsert.Row:
    return {
        "dag_pk": dag_pk,
        "run_id": run.key.run_id,
        "state": run.state,
        "run_type": run.run_type,
        "logical_date": run.logical_date,
        "run_after": run.run_after,
        "queued_at": run.queued_at,
        "start": run.start,
        "end": run.end,
        "version_number": run.version_number,
        "conf": run.conf,
        "gone_at": None,
    }


def _keys(
    session: ReadSession, deployment_pk: int, *conditions: ColumnElement[bool]
) -> frozenset[RunKey]:
    rows = session.execute(_select_keys(deployment_pk).where(*conditions))
    return frozenset(RunKey(dag_id, run_id) for dag_id, run_id in rows)


def _select_keys(deployment_pk: int) -> Select[*tuple[Any, ...]]:
    return (
        select(t.dag.c.dag_id, t.dag_run.c.run_id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .where(t.dag.c.deployment_id == deployment_pk, t.dag_run.c.pruned_at.is_(None))
    )
