"""Contracts: what each task gives, kept beside the runs they were learned from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select, update

from app.model.contract import Contract, Mark
from app.model.ids import RunKey
from app.model.values import Json
from app.store import tables as t
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.tries import IS_CURRENT_TRY
from app.store.upsert import upsert
from app.store.xcoms import value_up_to

# Learnt once, while there is one thread (problems.py says why).
msgspec.json.Decoder(Contract)

# Bytes of a value that is looked into; of a greater one it is known that it was there.
_GREATEST_VALUE = 262_144


@dataclass(frozen=True, slots=True)
class Push:
    """One version of an XCom, by the number of its row."""

    number: int
    key: str
    value: Json
    at: datetime
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Success:
    """A task instance that succeeded, and every version of what it pushed, the oldest first."""

    task_id: str
    map_index: int
    try_number: int
    start: datetime | None  # Of the try that succeeded.
    pushes: tuple[Push, ...]


@dataclass(frozen=True, slots=True)
class UnlearnedRun:
    pk: int
    dag_pk: int
    mark: Mark
    #: The greatest number of an XCom that was learned from before the run was opened again.
    learned_to: int | None


def unlearned_runs(
    session: ReadSession, *, deployment_pk: int, most: int
) -> tuple[UnlearnedRun, ...]:
    """The newest runs that are over for good and that contracts have not learned from."""
    c = t.dag_run.c
    rows = session.execute(
        select(c.id, c.dag_pk, c.learned_to, *_DUE)
        .join(t.dag, t.dag.c.id == c.dag_pk)
        .where(t.dag.c.deployment_id == deployment_pk)
        .where(c.is_learned.is_(False), c.sealed_at.is_not(None), c.pruned_at.is_(None))
        .order_by(c.run_after.desc().nulls_last(), c.id.desc())
        .limit(most)
    )
    return tuple(UnlearnedRun(row.id, row.dag_pk, mark_from(row), row.learned_to) for row in rows)


def mark_of(session: ReadSession, *, deployment_pk: int, run: RunKey) -> Mark | None:
    """By what contracts know the run; None when it is not stored."""
    row = session.execute(
        select(t.dag_run.c.id, *_DUE)
        .join(t.dag, t.dag.c.id == t.dag_run.c.dag_pk)
        .where(t.dag.c.deployment_id == deployment_pk)
        .where(t.dag.c.dag_id == run.dag_id, t.dag_run.c.run_id == run.run_id)
    ).one_or_none()
    return None if row is None else mark_from(row)


def mark_from(row: AnyRow) -> Mark:
    """By what contracts know the run in a row of the table `dag_run`."""
    times = (row.run_after, row.start, row.logical_date, row.queued_at)
    due = next((time for time in times if time is not None), None)
    return (int(due.timestamp()) if due else 0, row.id)


def read_successes(session: ReadSession, *, run_pk: int) -> tuple[Success, ...]:
    """The run's task instances that succeeded, whether or not they pushed anything."""
    instance, attempt = t.task_instance.c, t.task_try.c
    rows = session.execute(
        select(instance.task_id, instance.map_index, attempt.try_number, attempt.start)
        .join(t.task_try, IS_CURRENT_TRY)
        .where(instance.run_pk == run_pk, attempt.state == "success")
        .order_by(instance.task_id, instance.map_index)
    )
    pushes = _pushes(session, run_pk)
    return tuple(
        Success(
            row.task_id,
            row.map_index,
            row.try_number,
            row.start,
            tuple(pushes.get((row.task_id, row.map_index), ())),
        )
        for row in rows
    )


def read_contracts(
    session: ReadSession, *, dag_pk: int, task_ids: Collection[str] | None = None
) -> dict[str, Contract]:
    """The contract of each task that has one, of these tasks or of all."""
    c = t.producer_contract.c
    of_tasks = () if task_ids is None else (c.task_id.in_(task_ids),)
    rows = session.execute(select(c.task_id, c.body).where(c.dag_pk == dag_pk, *of_tasks))
    return {row.task_id: msgspec.convert(row.body, Contract) for row in rows}


def read_contract(session: ReadSession, *, dag_pk: int, task_id: str) -> Contract:
    """The contract of the task; an empty one while nothing was learned."""
    return read_contracts(session, dag_pk=dag_pk, task_ids=[task_id]).get(task_id, Contract())


def write_contracts(
    session: WriteSession, *, dag_pk: int, contracts: Mapping[str, Contract]
) -> None:
    """These are the contracts of these tasks from now on."""
    rows = [
        {"dag_pk": dag_pk, "task_id": task_id, "body": _lean(msgspec.to_builtins(contract))}
        for task_id, contract in contracts.items()
    ]
    upsert(session, t.producer_contract, rows, unique=["dag_pk", "task_id"], returning="id")


def note_learned(session: WriteSession, *, run_pk: int, learned_to: int) -> None:
    """Contracts have learned from the run, from XComs up to this number."""
    session.execute(
        update(t.dag_run)
        .where(t.dag_run.c.id == run_pk)
        .values(is_learned=True, learned_to=learned_to)
    )


def _pushes(session: ReadSession, run_pk: int) -> dict[tuple[str, int], list[Push]]:
    c = t.xcom.c
    rows = session.execute(
        select(
            c.id,
            c.task_id,
            c.map_index,
            c.key,
            c.timestamp,
            *value_up_to(_GREATEST_VALUE),
        )
        .where(c.run_pk == run_pk)
        .order_by(c.timestamp, c.id)
    )
    found: dict[tuple[str, int], list[Push]] = {}
    for row in rows:
        push = Push(row.id, row.key, row.value, row.timestamp, not row.truncated)
        found.setdefault((row.task_id, row.map_index), []).append(push)
    return found


def _lean(value: object) -> object:
    """Without the fields that are empty: most fields of most nodes are."""
    if isinstance(value, dict):
        return {name: _lean(inner) for name, inner in value.items() if _says_something(inner)}
    if isinstance(value, list | tuple):
        return [_lean(inner) for inner in value]
    return value


def _says_something(value: object) -> bool:
    return value is not None and value is not False and value not in ((), [], {}, 0)


_DUE = (
    t.dag_run.c.run_after,
    t.dag_run.c.start,
    t.dag_run.c.logical_date,
    t.dag_run.c.queued_at,
)
