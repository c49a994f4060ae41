"""Task instances and their tries, each with the rendered fields seen while they were its own."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    literal_column,
    or_,
    select,
)

from app.model.facts import Try
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.store import tables as t
from app.store import upsert
from app.store.earlier_rendered import keep_replaced
from app.store.numbers import run_numbers, stored_runs
from app.store.runs import note_changed
from app.store.search.writing import delete_leaves
from app.store.session import AnyRow, ReadSession, WriteSession

#: What try_from reads.
TRY_COLUMNS = tuple(
    column
    for column in t.task_try.c
    if column.name
    not in {"id", "task_instance_pk", "try_number", "log", "log_missing", "indexed_by"}
)
# Leaves are of the fields, at the time of the try: a state that changes leaves them as they are.
_WRITTEN: dict[str, ColumnElement[Any]] = {
    name: literal_column(f"excluded.{name}") for name in ("rendered", "start", "queued_at")
}
_STILL_INDEXED = case(
    (
        and_(
            or_(
                _WRITTEN["rendered"].is_(None),
                _WRITTEN["rendered"].is_not_distinct_from(t.task_try.c.rendered),
            ),
            _WRITTEN["start"].is_not_distinct_from(t.task_try.c.start),
            _WRITTEN["queued_at"].is_not_distinct_from(t.task_try.c.queued_at),
        ),
        t.task_try.c.indexed_by,
    ),
    else_=None,
)
#: Joins an instance with its current try alone.
IS_CURRENT_TRY = and_(
    t.task_try.c.task_instance_pk == t.task_instance.c.id,
    t.task_try.c.try_number == t.task_instance.c.try_number,
)


def write_tries(
    session: WriteSession,
    *,
    deployment_pk: int,
    tries: Iterable[Try],
    at: datetime | None = None,
) -> frozenset[RunKey]:
    """The runs of which a try is new or differs from what was stored.

    Fields that were not seen (`rendered` None) take nothing away from those seen before: Airflow
    forgets them, we do not. Fields that differ from those seen before in the same try take their
    place, and those stay as replaced `at` that time (now when it is not given).
    """
    written = tuple(tries)
    runs = stored_runs(
        session, deployment_pk=deployment_pk, runs={one.key.instance.run for one in written}
    )
    seen_before = _with_instances(session, runs)
    changed = _write_instances(session, runs, written)
    instances = instance_numbers(session, runs=runs)
    rows = [_row(instances[one.key.instance], one) for one in written]
    seen_rows = [
        row for one, row in zip(written, rows, strict=True) if one.key.instance.run in seen_before
    ]
    keep_replaced(session, tries=seen_rows, at=at or datetime.now(UTC))
    changed_instances = upsert.upsert(
        session,
        t.task_try,
        rows,
        unique=["task_instance_pk", "try_number"],
        returning="task_instance_pk",
        merged={"rendered": upsert.newest_known, "version_number": upsert.newest_known},
        reset={"indexed_by": _STILL_INDEXED},
    )
    changed |= {key.run for key, number in instances.items() if number in changed_instances}
    note_changed(session, deployment_pk=deployment_pk, runs={run: runs[run] for run in changed})
    return frozenset(changed)


def drop_unstarted(
    session: WriteSession,
    *,
    deployment_pk: int,
    run: RunKey,
    present: Collection[TaskInstanceKey],
) -> bool:
    """Whether instances of the run went that Airflow does not list and that never started.

    A mapped task is one instance (map index -1) until it is expanded; that one then disappears.
    What has started is kept: it is history.
    """
    runs = stored_runs(session, deployment_pk=deployment_pk, runs=[run])
    stored = instance_numbers(session, runs=runs)
    vanished = [number for key, number in stored.items() if key not in present]
    if not vanished:
        return False
    has_started = exists().where(
        t.task_try.c.task_instance_pk == t.task_instance.c.id, t.task_try.c.start.is_not(None)
    )
    unstarted = select(t.task_instance.c.id).where(t.task_instance.c.id.in_(vanished), ~has_started)
    tries = select(t.task_try.c.id).where(t.task_try.c.task_instance_pk.in_(unstarted))
    delete_leaves(session, tries=session.execute(tries).scalars().all())
    gone = session.execute(delete(t.task_instance).where(t.task_instance.c.id.in_(unstarted)))
    if gone.rowcount:
        note_changed(session, deployment_pk=deployment_pk, runs=runs)
    return gone.rowcount > 0


def known_tries(
    session: ReadSession, *, deployment_pk: int, runs: Collection[RunKey]
) -> dict[TryKey, str | None]:
    """Every stored try of these runs, with its state."""
    numbers = run_numbers(session, deployment_pk=deployment_pk, runs=runs)
    of_number = {number: run for run, number in numbers.items()}
    rows = session.execute(
        select_tries(t.task_try.c.state).where(t.task_instance.c.run_pk.in_(of_number))
    )
    return {try_key(of_number[row.run_pk], row): row.state for row in rows}


def tries_with_fields(
    session: ReadSession, *, deployment_pk: int, runs: Collection[RunKey]
) -> frozenset[TryKey]:
    """The tries of these runs whose rendered fields are stored."""
    has_fields = t.task_try.c.rendered.is_not(None)
    return tries_that(session, has_fields, deployment_pk=deployment_pk, runs=runs)


def tries_that(
    session: ReadSession,
    *are_so: ColumnElement[bool],
    deployment_pk: int,
    runs: Collection[RunKey],
) -> frozenset[TryKey]:
    """The stored tries of these runs that fulfil all of these conditions."""
    numbers = run_numbers(session, deployment_pk=deployment_pk, runs=runs)
    of_number = {number: run for run, number in numbers.items()}
    rows = session.execute(select_tries().where(t.task_instance.c.run_pk.in_(of_number), *are_so))
    return frozenset(try_key(of_number[row.run_pk], row) for row in rows)


def select_tries(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Tries, with the columns that try_key reads."""
    instance = t.task_instance.c
    return select(
        instance.run_pk,
        instance.task_id,
        instance.map_index,
        t.task_try.c.try_number,
        *columns,
    ).join(t.task_instance, t.task_try.c.task_instance_pk == instance.id)


def try_key(run: RunKey, row: AnyRow) -> TryKey:
    instance = TaskInstanceKey(run.dag_id, run.run_id, row.task_id, row.map_index)
    return TryKey(instance, row.try_number)


def instance_numbers(
    session: ReadSession, *, runs: dict[RunKey, int]
) -> dict[TaskInstanceKey, int]:
    """The row number of every stored task instance of these runs."""
    of_number = {number: run for run, number in runs.items()}
    rows = session.execute(select(t.task_instance).where(t.task_instance.c.run_pk.in_(of_number)))
    return {
        TaskInstanceKey(
            of_number[row.run_pk].dag_id, of_number[row.run_pk].run_id, row.task_id, row.map_index
        ): row.id
        for row in rows
    }


def try_from(key: TryKey, row: AnyRow) -> Try:
    """The try in a row of the table `task_try`."""
    return Try(
        key,
        state=row.state,
        operator=row.operator,
        start=row.start,
        end=row.end,
        queued_at=row.queued_at,
        max_tries=row.max_tries,
        version_number=row.version_number,
        hostname=row.hostname,
        rendered_map_index=row.rendered_map_index,
        rendered=row.rendered,
    )


def _with_instances(session: ReadSession, runs: dict[RunKey, int]) -> set[RunKey]:
    """The runs of which something is stored: back-fill brings mostly others."""
    of = t.task_instance.c.run_pk
    stored = set(session.scalars(select(of).where(of.in_(runs.values())).distinct()))
    return {run for run, number in runs.items() if number in stored}


def _write_instances(
    session: WriteSession, runs: dict[RunKey, int], tries: tuple[Try, ...]
) -> set[RunKey]:
    # The greatest number last: of two rows for one instance the last is written.
    rows = [
        {
            "run_pk": runs[one.key.instance.run],
            "task_id": one.key.instance.task_id,
            "map_index": one.key.instance.map_index,
            "try_number": one.key.try_number,
        }
        for one in sorted(tries, key=lambda one: one.key)
    ]
    changed = upsert.upsert(
        session,
        t.task_instance,
        rows,
        unique=["run_pk", "task_id", "map_index"],
        returning="run_pk",
        merged={"try_number": upsert.greatest},
    )
    return {run for run, number in runs.items() if number in changed}


def _row(instance_pk: int, one: Try) -> upsert.Row:
    return {
        "task_instance_pk": instance_pk,
        "try_number": one.key.try_number,
        "state": one.state,
        "operator": one.operator,
        "start": one.start,
        "end": one.end,
        "queued_at": one.queued_at,
        "max_tries": one.max_tries,
        "version_number": one.version_number,
        "hostname": one.hostname,
        "rendered_map_index": one.rendered_map_index,
        "rendered": one.rendered,
    }
