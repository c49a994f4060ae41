"""The logs of tries: each read once, or known not to exist."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import exists, or_, update

from app.model.facts import LogEvent, TryLog
from app.model.ids import RunKey, TryKey
from app.store import tables as t
from app.store.numbers import stored_runs
from app.store.runs import note_changed
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.tries import tries_that

# A try in one of these states is over, and its log says why.
_FAILED_STATES = ("failed", "up_for_retry")


def write_log(session: WriteSession, *, deployment_pk: int, log: TryLog) -> bool:
    """Whether the log is new or differs from what was stored."""
    events = msgspec.to_builtins(log.events)
    return _write(session, deployment_pk, log.key, log=events, log_missing=False)


def note_missing_log(session: WriteSession, *, deployment_pk: int, key: TryKey) -> bool:
    """Whether this is news: Airflow has no log of the try. It is not asked for again."""
    return _write(session, deployment_pk, key, log_missing=True)


def tries_without_log(
    session: ReadSession, *, deployment_pk: int, runs: Collection[RunKey]
) -> frozenset[TryKey]:
    """The failed tries of these runs whose log was not read yet, and may exist."""
    return tries_that(
        session,
        t.task_try.c.state.in_(_FAILED_STATES),
        t.task_try.c.log.is_(None),
        t.task_try.c.log_missing.is_(False),
        deployment_pk=deployment_pk,
        runs=runs,
    )


def log_from(key: TryKey, row: AnyRow) -> TryLog:
    """The log in a row of the table `task_try` that has one."""
    return TryLog(key, msgspec.convert(row.log, tuple[LogEvent, ...]))


def _write(session: WriteSession, deployment_pk: int, key: TryKey, **values: Any) -> bool:
    run = key.instance.run
    runs = stored_runs(session, deployment_pk=deployment_pk, runs=[run])
    this_instance = exists().where(
        t.task_instance.c.id == t.task_try.c.task_instance_pk,
        t.task_instance.c.run_pk == runs[run],
        t.task_instance.c.task_id == key.instance.task_id,
        t.task_instance.c.map_index == key.instance.map_index,
    )
    differs = [t.task_try.c[name].is_distinct_from(value) for name, value in values.items()]
    result = session.execute(
        update(t.task_try)
        .where(this_instance, t.task_try.c.try_number == key.try_number, or_(*differs))
        .values(**values)
    )
    if result.rowcount:
        note_changed(session, deployment_pk=deployment_pk, runs=runs)
    return bool(result.rowcount)
