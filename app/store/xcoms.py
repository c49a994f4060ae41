"""XComs, every version of them: one that was pushed again, or deleted, is still kept."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, literal, null, select, update

from app.model.facts import XCom, XComKey
from app.model.ids import RunKey, TaskInstanceKey
from app.model.masks import MASK, SECRET
from app.store import tables as t
from app.store import upsert
from app.store.numbers import run_numbers, stored_runs
from app.store.pieces import pieces
from app.store.runs import note_changed, note_unlearned
from app.store.session import AnyRow, ReadSession, WriteSession

_SECRET = re.compile(rf"{re.escape(MASK)}[0-9a-f]{{{SECRET}}}(?![0-9A-Za-z])")
# XComs: what a mirror that begins looks at, and what several processes may write at once.
_NEWEST, _WRITTEN_TOGETHER = 20_000, 500


def write_xcoms(
    session: WriteSession, *, deployment_pk: int, xcoms: Iterable[XCom]
) -> frozenset[RunKey]:
    """The runs of which an XCom is new or differs from what was stored.

    What was just fetched is there: `is_gone` is not read here, mark_gone decides it.
    """
    written = tuple(xcoms)
    runs = stored_runs(
        session, deployment_pk=deployment_pk, runs={xcom.at.instance.run for xcom in written}
    )
    numbers = upsert.upsert(
        session,
        t.xcom,
        [_row(runs[xcom.at.instance.run], xcom) for xcom in written],
        unique=["run_pk", "task_id", "map_index", "key", "timestamp"],
        returning="run_pk",
        reset={"indexed_by": null()},
    )
    changed = {run: number for run, number in runs.items() if number in numbers}
    note_changed(session, deployment_pk=deployment_pk, runs=changed)
    note_unlearned(session, run_pks=numbers)
    return frozenset(changed)


def mark_gone(
    session: WriteSession,
    *,
    deployment_pk: int,
    run: RunKey,
    present: frozenset[XComKey],
    at: datetime,
) -> bool:
    """Whether this is news: of the run's XComs, Airflow has exactly those `present`."""
    number = stored_runs(session, deployment_pk=deployment_pk, runs=[run])[run]
    rows = session.execute(select(*_KEY, t.xcom.c.id).where(t.xcom.c.run_pk == number))
    stored = {row.id: (xcom_key(run, row) in present, row.gone_at is None) for row in rows}
    lost = [
        pk for pk, (is_present, was_present) in stored.items() if was_present and not is_present
    ]
    back = [
        pk for pk, (is_present, was_present) in stored.items() if is_present and not was_present
    ]
    for pks, gone_at in ((lost, at), (back, None)):
        for some in pieces(pks):
            session.execute(update(t.xcom).where(t.xcom.c.id.in_(some)).values(gone_at=gone_at))
    if lost or back:
        note_changed(session, deployment_pk=deployment_pk, runs={run: number})
    return bool(lost or back)


def missing_xcoms(
    session: ReadSession, *, deployment_pk: int, keys: Collection[XComKey]
) -> frozenset[XComKey]:
    """Those of the versions whose value is not stored."""
    numbers = run_numbers(
        session, deployment_pk=deployment_pk, runs={key.instance.run for key in keys}
    )
    of_number = {number: run for run, number in numbers.items()}
    rows = session.execute(select(*_KEY).where(t.xcom.c.run_pk.in_(of_number)))
    return frozenset(keys) - {xcom_key(of_number[row.run_pk], row) for row in rows}


def masks_after(session: ReadSession, number: int | None) -> tuple[frozenset[str], int]:
    """The masks with digests in values stored after that row, and the last row; None: newest ones.

    Rows are numbered when they are written, not when they are committed, by several processes: so
    some are read twice.
    """
    last = session.scalar(select(func.max(t.xcom.c.id))) or 0
    first = last - _NEWEST if number is None else number - _WRITTEN_TOGETHER
    has_mask = cast(t.xcom.c.value, Text).like(f"%{MASK}%")
    rows = session.scalars(select(cast(t.xcom.c.value, Text)).where(t.xcom.c.id > first, has_mask))
    return frozenset(one.group() for text in rows for one in _SECRET.finditer(text)), last


def xcom_key(run: RunKey, row: AnyRow) -> XComKey:
    instance = TaskInstanceKey(run.dag_id, run.run_id, row.task_id, row.map_index)
    return XComKey(instance, row.key, row.timestamp)


def columns_up_to(greatest: int) -> tuple[ColumnElement[Any], ...]:
    """The columns of a version; of a value of more bytes than these, nothing: it is truncated."""
    others = (one for one in t.xcom.c if one.name not in {"value", "truncated"})
    return (*others, *value_up_to(greatest))


def value_up_to(greatest: int) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Of those columns the two that are other than in the table: `value` and `truncated`."""
    c = t.xcom.c
    is_great = c.size > greatest
    return (
        case((is_great, null()), else_=c.value).label("value"),
        case((is_great, literal(value=True)), else_=c.truncated).label("truncated"),
    )


def xcom_from(run: RunKey, row: AnyRow) -> XCom:
    """The version in a row of the table `xcom`."""
    return XCom(
        xcom_key(run, row),
        row.value,
        size=row.size,
        truncated=row.truncated,
        sha256=row.sha256,
        is_gone=row.gone_at is not None,
    )


_KEY = (
    t.xcom.c.run_pk,
    t.xcom.c.task_id,
    t.xcom.c.map_index,
    t.xcom.c.key,
    t.xcom.c.timestamp,
    t.xcom.c.gone_at,
)


def _row(run_pk: int, xcom: XCom) -> upsert.Row:
    return {
        "run_pk": run_pk,
        "task_id": xcom.at.instance.task_id,
        "map_index": xcom.at.instance.map_index,
        "key": xcom.at.key,
        "timestamp": xcom.at.timestamp,
        "value": xcom.value,
        "size": xcom.size,
        "truncated": xcom.truncated,
        "sha256": xcom.sha256,
        "gone_at": None,
    }
