"""Leaves put into the index and taken out of it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, TypeAlias, cast
from zlib import crc32

import psycopg
from sqlalchemy import ColumnElement, Table, delete, select, update

from app.model.leaves import Place
from app.model.values import Json
from app.store.among import among
from app.store.search.groups import LENGTH
from app.store.search.kinds import scalar_of
from app.store.search.numbers import take_numbers
from app.store.search.partitions import analyze_partitions, ensure_partitions
from app.store.search.unused import let_paths_stay
from app.store.session import WriteSession
from app.store.tables import leaf, leaf_path, task_try, xcom
from app.store.types import as_stored
from app.store.upsert import Row, upsert

#: Of the index as this program makes it.
INDEX_VERSION = 1

_COLUMNS = ", ".join(leaf.columns.keys())
# Statements of the drivers, as SQLAlchemy's own would take twice the time.
_LEAF = f"INSERT INTO leaf ({_COLUMNS}) VALUES ({', '.join('?' * len(leaf.columns))})"  # noqa: S608 # our columns
_COPY = f"COPY leaf ({_COLUMNS}) FROM STDIN"
_FTS = "INSERT INTO leaf_trigram (rowid, text) VALUES (?, ?)"
_FTS_DELETE = "INSERT INTO leaf_trigram (leaf_trigram, rowid, text) VALUES ('delete', ?, ?)"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a leaf stands, the positions in lists left open."""

    name: str  # The XCom's key or the template field.
    steps: tuple[str | None, ...]  # None for a position.
    label: str  # As people read it.


_PathKey: TypeAlias = tuple[int, str, Place, Spot]  # Of a DAG and a task.


class _Row(NamedTuple):
    """The columns of `leaf`."""

    id: int
    xcom_pk: int | None
    try_pk: int | None
    path_pk: int
    positions: str | None
    kind: int
    text: str
    num: float | None
    hash: int


#: A spot, the positions in its lists, and what stands there.
Given: TypeAlias = tuple[Spot, tuple[int, ...], Json]


@dataclass(frozen=True, slots=True)
class Owner:
    """An XCom or the fields of a try, with all its leaves."""

    place: Place
    pk: int
    dag_pk: int
    task_id: str
    time: datetime
    leaves: Sequence[Given]


def write_leaves(session: WriteSession, owners: Sequence[Owner]) -> int:
    """How many leaves these owners, which have no others, now have in the index."""
    delete_leaves(
        session,
        xcoms=[one.pk for one in owners if one.place == Place.XCOM],
        tries=[one.pk for one in owners if one.place == Place.FIELD],
    )
    let_paths_stay(session)
    ordered = sorted(owners, key=lambda one: one.time)
    numbers = take_numbers(session, [(one.time, len(one.leaves)) for one in ordered])
    paths = _paths(session, ordered)
    rows = [
        row
        for owner, taken in zip(ordered, numbers, strict=True)
        for row in _rows(owner, taken, paths)
    ]
    _insert(session, rows)
    _note_indexed(session, owners)
    return len(rows)


def delete_leaves(
    session: WriteSession, *, xcoms: Collection[int] = (), tries: Collection[int] = ()
) -> int:
    """How many leaves these XComs and tries, given by their rows' numbers, had in the index.

    To be called before an XCom or a try is deleted.
    """
    return sum(
        _delete(session, among(session, column, pks))
        for column, pks in ((leaf.c.xcom_pk, xcoms), (leaf.c.try_pk, tries))
        if pks
    )


def delete_some_leaves(
    session: WriteSession,
    *,
    most: int,
    xcoms: Collection[int] = (),
    tries: Collection[int] = (),
) -> int:
    """As delete_leaves, at most so many leaves: a single XCom may have many thousand."""
    left = most
    for column, pks in ((leaf.c.xcom_pk, xcoms), (leaf.c.try_pk, tries)):
        theirs = select(leaf.c.id).where(among(session, column, pks)).limit(left)
        numbers = session.execute(theirs).scalars().all() if pks else ()
        if numbers:
            left -= _delete(session, among(session, leaf.c.id, numbers))
    return most - left


def _delete(session: WriteSession, condition: ColumnElement[bool]) -> int:
    if session.dialect.name == "sqlite":
        old = session.execute(select(leaf.c.id, leaf.c.text).where(condition)).all()
        if not old:
            return 0
        _change_fts(session, _FTS_DELETE, [(row.id, as_stored(row.text)) for row in old])
    return session.execute(delete(leaf).where(condition)).rowcount


def _insert(session: WriteSession, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    if session.dialect.name == "postgresql":
        new = ensure_partitions(session, [row.id for row in rows])
        _copy(session, rows)
        analyze_partitions(session, new)
    else:
        session.exec_driver_sql(_LEAF, list(rows))
        _change_fts(session, _FTS, [(row.id, row.text) for row in rows])


def _copy(session: WriteSession, rows: Iterable[_Row]) -> None:
    connection = cast("psycopg.Connection", session.connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)


def _change_fts(session: WriteSession, statement: str, texts: Iterable[tuple[int, str]]) -> None:
    # In bulk and not by triggers, which would make each a write of its own.
    long_enough = [one for one in texts if len(one[1]) >= LENGTH]
    if long_enough:
        session.exec_driver_sql(statement, long_enough)


def _rows(owner: Owner, numbers: Sequence[int], paths: Mapping[_PathKey, int]) -> Iterator[_Row]:
    xcom_pk, try_pk = (owner.pk, None) if owner.place == Place.XCOM else (None, owner.pk)
    for number, (spot, positions, value) in zip(numbers, owner.leaves, strict=True):
        scalar = scalar_of(value)
        stored = as_stored(scalar.text)
        yield _Row(
            number,
            xcom_pk,
            try_pk,
            paths[owner.dag_pk, owner.task_id, owner.place, spot],
            positions_text(positions),
            int(scalar.kind),
            stored,
            scalar.num,
            _hash(stored),
        )


def positions_text(positions: Sequence[int]) -> str | None:
    """As the column `positions` has them."""
    return f"[{', '.join(map(str, positions))}]" if positions else None


def hash_of(text: str) -> int:
    """The same small number for the same text; others may have it too."""
    return _hash(as_stored(text))


def _hash(stored: str) -> int:
    return crc32(stored.encode()) - 2**31


def _paths(session: WriteSession, owners: Iterable[Owner]) -> dict[_PathKey, int]:
    """The numbers of the spots of these leaves; those that are new are put in."""
    keys = {
        (owner.dag_pk, owner.task_id, owner.place, spot)
        for owner in owners
        for spot, _, _ in owner.leaves
    }
    marks = {key: _mark(key) for key in keys}
    known = _known_paths(session, marks.values())
    new = [_path_row(key, mark) for key, mark in marks.items() if mark not in known]
    if new:
        upsert(session, leaf_path, new, unique=["mark"], returning="id")
        known = _known_paths(session, marks.values())
    return {key: known[mark] for key, mark in marks.items()}


def _known_paths(session: WriteSession, marks: Iterable[str]) -> dict[str, int]:
    path = leaf_path.c
    known = select(path.mark, path.id).where(among(session, path.mark, tuple(marks)))
    return {row.mark: row.id for row in session.execute(known)}


def _path_row(key: _PathKey, mark: str) -> Row:
    dag_pk, task_id, place, spot = key
    return {
        "dag_pk": dag_pk,
        "task_id": task_id,
        "place": place.value,
        "name": spot.name,
        "steps": spot.steps,
        "label": spot.label,
        "mark": mark,
    }


@lru_cache(maxsize=20_000)
def _mark(key: _PathKey) -> str:
    dag_pk, task_id, place, spot = key
    parts = (dag_pk, task_id, place.value, spot.name, spot.steps)
    return blake2b(json.dumps(parts).encode(), digest_size=12).hexdigest()


def _note_indexed(session: WriteSession, owners: Iterable[Owner]) -> None:
    of_table: tuple[tuple[Table, Place], ...] = ((xcom, Place.XCOM), (task_try, Place.FIELD))
    for table, place in of_table:
        these = among(session, table.c.id, [one.pk for one in owners if one.place == place])
        session.execute(update(table).where(these).values(indexed_by=INDEX_VERSION))
