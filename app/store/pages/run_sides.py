"""What tasks got and gave in several runs, lean: values as the texts that are stored."""

import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, null, select, true, type_coerce

from app.model.findings import Consumer, Evidence, Flow, Producer
from app.model.ids import RunKey, TaskInstanceKey
from app.model.sides import InstanceSide, StoredValue
from app.model.values import Path
from app.store import tables as t
from app.store.among import among
from app.store.session import ReadSession
from app.store.tries import IS_CURRENT_TRY
from app.store.types import AnyText

# Bytes of all values of a run that are read, the smallest first; of others only the size is known
# and whether they are the same.
_MOST_BYTES = 8_000_000
# Bytes of all values of a run that are gone through at most to tell whether they are the same.
_MOST_DIGESTED = 256_000_000


def read_instances(
    session: ReadSession, runs: Mapping[int, RunKey], *, of_task: str | None = None
) -> dict[int, tuple[InstanceSide, ...]]:
    """By the run's number, each at its latest try; those of one task alone if it is named."""
    i, y = t.task_instance.c, t.task_try.c
    columns: tuple[ColumnElement[Any], ...] = (
        i.run_pk, _raw(i.task_id), i.map_index, y.try_number, _raw(y.state), _raw(y.operator),
        y.start, y.end, y.rendered_map_index, _raw(y.rendered),
    )  # fmt: skip
    rows: Any = session.execute(
        select(*columns)
        .join(t.task_try, IS_CURRENT_TRY)
        .where(i.run_pk.in_(runs), _is_of(of_task, i.task_id))
    )
    xcoms = _xcoms(session, runs, of_task)
    found: dict[int, list[InstanceSide]] = {}
    for run_pk, task_id, map_index, number, state, operator, start, end, name, rendered in rows:
        run = runs[run_pk]
        given = xcoms.get((run_pk, task_id, map_index), {})
        is_first = number <= 1 or start is None
        one = InstanceSide(
            TaskInstanceKey(run.dag_id, run.run_id, _text(task_id), map_index),
            number,
            _text(state),
            _text(operator),
            start,
            end,
            name,
            rendered,
            # Airflow deletes what earlier tries pushed when another one starts; we keep it.
            {key: value for key, (at, value) in given.items() if is_first or at >= start},
        )
        found.setdefault(run_pk, []).append(one)
    return {pk: tuple(ones) for pk, ones in found.items()}


def _is_of(of_task: str | None, column: ColumnElement[Any]) -> ColumnElement[bool]:
    return true() if of_task is None else column == of_task


def _xcoms(
    session: ReadSession, runs: Collection[int], of_task: str | None
) -> dict[tuple[int, str, int], dict[str, tuple[Any, StoredValue]]]:
    """The latest version of each key with when it was pushed, by the raw texts of its owner."""
    c = t.xcom.c
    so_far = func.sum(c.size).over(partition_by=c.run_pk, order_by=(c.size, c.id), rows=(None, 0))
    chosen = and_(c.run_pk.in_(runs), _is_of(of_task, c.task_id))
    sized = select(t.xcom, so_far.label("so_far")).where(chosen).subquery().c
    value = func.coalesce(_raw(sized.value), "null")
    columns: tuple[ColumnElement[Any], ...] = (
        sized.id, sized.run_pk, _raw(sized.task_id), sized.map_index, _raw(sized.key),
        sized.timestamp, sized.size, sized.truncated, sized.sha256,
        case((sized.so_far <= _MOST_BYTES, value), else_=null()),
    )  # fmt: skip
    rows: Any = session.execute(select(*columns)).all()
    unread = {row.id: row.size for row in rows if row[-1] is None and not row.truncated}
    digests = _digests(session, unread)
    found: dict[tuple[int, str, int], dict[str, tuple[Any, StoredValue]]] = {}
    for pk, run_pk, task_id, map_index, key, timestamp, size, truncated, digest, text in rows:
        own = found.setdefault((run_pk, task_id, map_index), {})
        name = _text(key)
        if name not in own or own[name][0] < timestamp:
            known = digest or digests.get(pk)
            own[name] = (timestamp, StoredValue(text, size, truncated, known))
    return found


def _digests(session: ReadSession, sizes: Mapping[int, int]) -> dict[int, str]:
    """SHA-256 of stored values by their numbers; each is read and let go, the smallest first."""
    so_far = accumulate(sorted((size, pk) for pk, size in sizes.items()), _added)
    chosen = [pk for size, pk in so_far if size <= _MOST_DIGESTED]
    c = t.xcom.c
    stored = select(c.id, func.coalesce(_raw(c.value), "null")).where(among(session, c.id, chosen))
    each = session.execute(stored.execution_options(yield_per=4)) if chosen else ()
    return {pk: sha256(text.encode(errors="surrogatepass")).hexdigest() for pk, text in each}


def _added(so_far: tuple[int, int], one: tuple[int, int]) -> tuple[int, int]:
    return so_far[0] + one[0], one[1]


def read_run_flows(session: ReadSession, runs: Mapping[int, RunKey]) -> dict[int, tuple[Flow, ...]]:
    """What the tasks of each run received, by the run's number."""
    c = t.flow.c
    columns: tuple[ColumnElement[Any], ...] = (
        c.run_pk, _raw(c.producer_dag_id), _raw(c.producer_run_id),
        _raw(c.producer_task_id),
        c.producer_map_index, c.producer_try, _raw(c.key), _raw(c.path),
        _raw(c.consumer_task_id), c.consumer_map_index, c.consumer_try, _raw(c.field),
        _raw(c.spans),
        _raw(c.evidence), c.value, c.redacted, c.line,
    )  # fmt: skip
    rows: Any = session.execute(select(*columns).where(c.run_pk.in_(runs)).order_by(c.id))
    found: dict[int, list[Flow]] = {}
    for row in rows:
        run = runs[row[0]]
        giver = TaskInstanceKey(_text(row[1]), _text(row[2]), _text(row[3]), row[4])
        reader = TaskInstanceKey(run.dag_id, run.run_id, _text(row[8]), row[9])
        flow = Flow(
            Producer(giver, row[5], _text(row[6]), _path(row[7])),
            Consumer(reader, row[10], _text(row[11]), _spans(row[12])),
            Evidence(row[13]),
            row[14],
            redacted=row[15],
            line=row[16],
        )
        found.setdefault(row[0], []).append(flow)
    return {pk: tuple(ones) for pk, ones in found.items()}


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The text as it is stored: most ids stand in many rows, and need be read once."""
    return type_coerce(column, Text)


@lru_cache(maxsize=10_000)
def _text(stored: str | None) -> Any:
    return AnyText.read(stored)


@lru_cache(maxsize=10_000)
def _path(stored: str) -> Path:
    return tuple(json.loads(stored))


@lru_cache(maxsize=10_000)
def _spans(stored: str) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in json.loads(stored))
