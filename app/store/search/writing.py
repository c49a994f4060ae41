"""Leaves put into the index and taken out of it."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TypeAlias
from zlib import crc32

from sqlalchemy import ColumnElement, Table, delete, insert, or_, select, text, update

from app.model.leaves import Place
from app.model.values import Json
from app.store.pieces import pieces
from app.store.search.kinds import scalar_of
from app.store.search.numbers import take_numbers
from app.store.search.partitions import ensure_partitions
from app.store.session import WriteSession
from app.store.tables import leaf, leaf_path, task_try, xcom
from app.store.types import as_stored
from app.store.upsert import Row, upsert

#: Of the index as this program makes it.
INDEX_VERSION = 1
#: SQLite's index of texts knows none that are shorter.
TRIGRAM = 3

_FTS = text("INSERT INTO leaf_trigram (rowid, text) VALUES (:id, :text)")
_FTS_DELETE = text(
    "INSERT INTO leaf_trigram (leaf_trigram, rowid, text) VALUES ('delete', :id, :text)"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a leaf stands, the positions in lists left open."""

    name: str  # The XCom's key or the template field.
    steps: tuple[str | None, ...]  # None for a position.
    label: str  # As people read it.


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
        _delete(session, column.in_(some))
        for column, pks in ((leaf.c.xcom_pk, xcoms), (leaf.c.try_pk, tries))
        for some in pieces(sorted(pks))
    )


def delete_some_leaves(
    session: WriteSession,
    *,
    most: int,
    xcoms: Collection[int] = (),
    tries: Collection[int] = (),
) -> int:
    """As delete_leaves, at most so many leaves: a single XCom may have many thousand."""
    is_theirs = or_(leaf.c.xcom_pk.in_(xcoms), leaf.c.try_pk.in_(tries))
    numbers = session.execute(select(leaf.c.id).where(is_theirs).limit(most)).scalars().all()
    return sum(_delete(session, leaf.c.id.in_(some)) for some in pieces(numbers))


def _delete(session: WriteSession, condition: ColumnElement[bool]) -> int:
    if session.dialect.name == "sqlite":
        old = select(leaf.c.id, leaf.c.text).where(condition)
        rows = [row._asdict() for row in session.execute(old)]
        if not rows:
            return 0
        _change_fts(session, _FTS_DELETE, rows)
    return session.execute(delete(leaf).where(condition)).rowcount


def _insert(session: WriteSession, rows: Sequence[Row]) -> None:
    if not rows:
        return
    if session.dialect.name == "sqlite":
        session.execute(insert(leaf), rows)
        _change_fts(session, _FTS, rows)
    else:
        ensure_partitions(session, [row["id"] for row in rows])
        session.execute(insert(leaf), rows)


def _change_fts(session: WriteSession, statement: object, rows: Iterable[Row]) -> None:
    # In bulk and not by triggers, which would make each a write of its own.
    given = [{"id": row["id"], "text": as_stored(row["text"])} for row in rows]
    long_enough = [one for one in given if len(one["text"]) >= TRIGRAM]
    if long_enough:
        session.execute(statement, long_enough)  # type: ignore[call-overload]


def _rows(
    owner: Owner, numbers: Sequence[int], paths: Mapping[tuple[int, str], int]
) -> Iterable[Row]:
    is_xcom = owner.place == Place.XCOM
    for number, (spot, positions, value) in zip(numbers, owner.leaves, strict=True):
        scalar = scalar_of(value)
        yield {
            "id": number,
            "xcom_pk": owner.pk if is_xcom else None,
            "try_pk": None if is_xcom else owner.pk,
            "path_pk": paths[owner.dag_pk, _mark(owner, spot)],
            "positions": json.dumps(positions) if positions else None,
            "kind": scalar.kind,
            "text": scalar.text,
            "num": scalar.num,
            "hash": hash_of(scalar.text),
        }


def hash_of(text: str) -> int:
    """The same small number for the same text; others may have it too."""
    return crc32(as_stored(text).encode()) - 2**31


def _paths(session: WriteSession, owners: Iterable[Owner]) -> dict[tuple[int, str], int]:
    """The numbers of the spots of these leaves; those that are new are put in."""
    wanted = {
        (owner.dag_pk, mark): _path_row(owner, spot, mark)
        for owner in owners
        for spot, _, _ in owner.leaves
        for mark in (_mark(owner, spot),)
    }
    known = _known_paths(session, wanted)
    new = [row for key, row in wanted.items() if key not in known]
    if new:
        upsert(session, leaf_path, new, unique=["mark", "dag_pk"], returning="id")
        known = _known_paths(session, wanted)
    return known


def _known_paths(
    session: WriteSession, wanted: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for some in pieces(sorted({mark for _, mark in wanted})):
        rows = session.execute(
            select(leaf_path.c.dag_pk, leaf_path.c.mark, leaf_path.c.id).where(
                leaf_path.c.mark.in_(some)
            )
        )
        found |= {(row.dag_pk, row.mark): row.id for row in rows}
    return found


def _path_row(owner: Owner, spot: Spot, mark: str) -> Row:
    return {
        "dag_pk": owner.dag_pk,
        "task_id": owner.task_id,
        "place": owner.place.value,
        "name": spot.name,
        "steps": spot.steps,
        "label": spot.label,
        "mark": mark,
    }


def _mark(owner: Owner, spot: Spot) -> str:
    parts = (owner.task_id, owner.place.value, spot.name, spot.steps)
    return blake2b(json.dumps(parts).encode(), digest_size=12).hexdigest()


def _note_indexed(session: WriteSession, owners: Iterable[Owner]) -> None:
    of_table: tuple[tuple[Table, Place], ...] = ((xcom, Place.XCOM), (task_try, Place.FIELD))
    for table, place in of_table:
        for some in pieces([one.pk for one in owners if one.place == place]):
            session.execute(
                update(table).where(table.c.id.in_(some)).values(indexed_by=INDEX_VERSION)
            )
