"""Leaves whose text may hold another text, found by its groups of three characters."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    column,
    select,
    table,
    text,
    true,
)

from app.query.matching import lowered
from app.store.search.batches import Batch
from app.store.search.groups import LENGTH, groups_of, quoted, rarest
from app.store.search.partitions import bounds, name, partitions
from app.store.search.sample import sample_of
from app.store.session import ReadSession
from app.store.tables import Number, leaf
from app.store.types import as_stored

_AT_ONCE, _LATER = 128, 4_000
# Leaves that are read one by one on PostgreSQL before its index is asked: some milliseconds' worth.
_PROBED = 5_000
_Where: TypeAlias = Sequence[ColumnElement[bool]]  # Conditions on `leaf`.

# The numbers of the table of texts are those of the leaves, and it gives the greatest first by
# itself. LIKE would do too, but not with the ESCAPE that a text with % or _ needs: see
# tests/store/search/test_traps.py.
_TRIGRAM = table("leaf_trigram", column("rowid", Number))

# PostgreSQL groups the letters and digits of a word, and pads words where the text shows an end.
_WORD = re.compile(r"[A-Za-z0-9]+")


def can_find(session: ReadSession, searched: str) -> bool:
    """Whether the index of groups narrows a search for this text."""
    stored = as_stored(searched)
    if session.dialect.name == "sqlite":
        return len(stored) >= LENGTH
    return any(_has_groups(stored, word) for word in _WORD.finditer(stored))


def _has_groups(stored: str, word: re.Match[str]) -> bool:
    # A word within the text has a group for its beginning and one for its end; of one at the edge
    # the text may show a part only.
    inner = (word.start() > 0) + (word.end() < len(stored))
    return len(word[0]) + inner >= LENGTH


def having(
    session: ReadSession, searched: str, conditions: _Where, *, low: int, high: int
) -> Iterator[Batch]:
    """Leaves with numbers from `low` up to below `high`, the greatest first, some at a time.

    Every leaf that holds the text, A to Z in either case, and fulfils the conditions is among them.
    """
    if session.dialect.name == "sqlite":
        yield from _by_match(session, searched, conditions, low, high)
        return
    for numbers in _by_parts(session, searched, low, high):
        if numbers:
            yield Batch(numbers, numbers[-1], conditions)


def _by_match(
    session: ReadSession, searched: str, conditions: _Where, low: int, high: int
) -> Iterator[Batch]:
    asked = rarest(groups_of(searched), sample_of(session))
    given = {"groups": " AND ".join(map(quoted, asked)), "low": low, "high": high}
    # One statement, read on as far as it is needed; it checks each candidate as it comes.
    with session.execute(_matching(conditions), given) as result:
        while rows := result.fetchmany(_AT_ONCE):
            yield Batch([row.rowid for row in rows if row.fits], rows[-1].rowid)


def _matching(conditions: _Where) -> Select[int, bool]:
    number = _TRIGRAM.c.rowid
    return (
        select(number, and_(true(), *conditions).label("fits"))
        .select_from(_TRIGRAM.join(leaf, leaf.c.id == number))
        .where(text("leaf_trigram MATCH :groups"))
        .where(number >= bindparam("low"), number < bindparam("high"))
        .order_by(number.desc())
    )


def _by_parts(session: ReadSession, searched: str, low: int, high: int) -> Iterator[Sequence[int]]:
    given = {"pattern": like_pattern(searched), "low": low}
    is_first = True
    for week in partitions(session):
        start, end = bounds(week)
        if end <= low or start >= high:
            continue
        below = min(high, end)
        if is_first:
            # What is in many texts is in the newest; the index would give all places of it.
            reached, numbers = _newest(session, week, given | {"high": below})
            yield numbers
            is_first, below = False, reached
        yield from _of_part(session, week, given, below)


def _newest(session: ReadSession, week: int, given: dict[str, object]) -> tuple[int, Sequence[int]]:
    """The least of the part's newest numbers, and those of them whose leaf holds the text."""
    newest = (
        f"SELECT id, text FROM {name(week)} WHERE id >= :low AND id < :high"  # noqa: S608 # our name
        f" ORDER BY id DESC LIMIT {_PROBED}"
    )
    holding = "array_agg(id ORDER BY id DESC) FILTER (WHERE lower(text) LIKE :pattern)"
    row = session.execute(
        text(f"SELECT min(id) AS reached, {holding} AS found FROM ({newest}) AS newest"),  # noqa: S608
        given,
    ).one()
    return row.reached or 0, row.found or ()


def _of_part(
    session: ReadSession, week: int, given: dict[str, object], high: int
) -> Iterator[Sequence[int]]:
    # OFFSET 0 keeps PostgreSQL from reading the part in the order of its numbers.
    found = text(
        f"SELECT id FROM (SELECT id FROM {name(week)} WHERE lower(text) LIKE :pattern"  # noqa: S608 # our name
        f" AND id >= :low AND id < :high OFFSET 0) AS found ORDER BY id DESC LIMIT {_LATER}"
    )
    while numbers := session.execute(found, given | {"high": high}).scalars().all():
        yield numbers
        if len(numbers) < _LATER:
            return
        high = numbers[-1]


def like_pattern(searched: str) -> str:
    """The pattern of LIKE for texts with this one in them, in lower case."""
    return f"%{escaped_for_like(lowered(as_stored(searched)))}%"


def escaped_for_like(stored: str) -> str:
    """The text where it stands for itself in a pattern of LIKE whose escape is a backslash."""
    return re.sub(r"([\\%_])", r"\\\1", stored)
