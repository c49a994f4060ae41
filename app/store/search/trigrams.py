"""Leaves whose text may hold another text, found by its groups of three characters."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
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
from app.store.search.batches import Batch, Where
from app.store.search.groups import LENGTH, groups_of, quoted, rarest
from app.store.search.sample import sample_of
from app.store.search.spans import spans
from app.store.session import ReadSession
from app.store.tables import Number, leaf
from app.store.types import as_stored

_AT_ONCE, _LATER = 128, 4_000
# Leaves that are read one by one on PostgreSQL before its index is asked: some milliseconds' worth.
_PROBED = 4_000
_Given: TypeAlias = dict[str, Any]  # Parameters.

# The numbers of the table of texts are those of the leaves, and it gives the greatest first by
# itself. LIKE would do too, but not with the ESCAPE that a text with % or _ needs: see
# tests/store/search/test_traps.py.
_TRIGRAM = table("leaf_trigram", column("rowid", Number))

_NEWEST = text(
    "SELECT min(id) AS reached,"
    " array_agg(id ORDER BY id DESC) FILTER (WHERE lower(text) LIKE :pattern) AS found"
    " FROM (SELECT id, text FROM leaf WHERE id >= :low AND id < :high"
    " ORDER BY id DESC LIMIT :most) AS newest"
)
# OFFSET 0 keeps PostgreSQL from reading leaves in the order of their numbers.
_HOLDING = text(
    "SELECT id FROM (SELECT id FROM leaf WHERE lower(text) LIKE :pattern"
    " AND id >= :low AND id < :high OFFSET 0) AS found ORDER BY id DESC LIMIT :most"
)

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


def checks_text(session: ReadSession) -> bool:
    """Whether what the index gives has been checked for the text."""
    return session.dialect.name != "sqlite"


def having(
    session: ReadSession, searched: str, conditions: Where, *, low: int, high: int
) -> Iterator[Batch]:
    """Leaves with numbers from `low` up to below `high`, the greatest first, some at a time.

    Every leaf that holds the text, A to Z in either case, and fulfils the conditions is among them.
    """
    if session.dialect.name == "sqlite":
        yield from _by_match(session, searched, conditions, low, high)
        return
    for numbers, reached in _by_parts(session, searched, low, high):
        # A few at a time: they may be thousands, of which a page needs fifty.
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            yield Batch(some, some[-1], conditions)
        yield Batch((), reached)


def _by_match(
    session: ReadSession, searched: str, conditions: Where, low: int, high: int
) -> Iterator[Batch]:
    asked = rarest(groups_of(searched), sample_of(session))
    given = {"groups": " AND ".join(map(quoted, asked)), "low": low, "high": high}
    # One statement, read on as far as it is needed; it checks each candidate as it comes.
    with session.execute(_matching(conditions), given) as result:
        while rows := result.fetchmany(_AT_ONCE):
            yield Batch([row.rowid for row in rows if row.fits], rows[-1].rowid)


def _matching(conditions: Where) -> Select[int, bool]:
    number = _TRIGRAM.c.rowid
    return (
        select(number, and_(true(), *conditions).label("fits"))
        .select_from(_TRIGRAM.join(leaf, leaf.c.id == number))
        .where(text("leaf_trigram MATCH :groups"))
        .where(number >= bindparam("low"), number < bindparam("high"))
        .order_by(number.desc())
    )


def _by_parts(
    session: ReadSession, searched: str, low: int, high: int
) -> Iterator[tuple[Sequence[int], int]]:
    """Numbers, and how far down all are among them and those before."""
    given: _Given = {"pattern": like_pattern(searched), "low": low, "high": high}
    # What is in many texts is in the newest; the index would give all places of it.
    reached, numbers = _newest(session, given)
    yield numbers, reached
    for span in spans(session, low=low, high=reached, times=2):
        yield from _of_span(session, given | {"low": span.low, "high": reached})
        reached = span.low


def _newest(session: ReadSession, given: _Given) -> tuple[int, Sequence[int]]:
    """The least of the newest numbers, and those of them whose leaf holds the text."""
    row = session.execute(_NEWEST, given | {"most": _PROBED}).one()
    return row.reached or given["low"], row.found or ()


def _of_span(session: ReadSession, given: _Given) -> Iterator[tuple[Sequence[int], int]]:
    high = given["high"]
    while True:
        some = given | {"high": high, "most": _LATER}
        numbers = session.execute(_HOLDING, some).scalars().all()
        if len(numbers) < _LATER:
            yield numbers, given["low"]
            return
        yield numbers, numbers[-1]
        high = numbers[-1]


def like_pattern(searched: str) -> str:
    """The pattern of LIKE for texts with this one in them, in lower case."""
    return f"%{escaped_for_like(lowered(as_stored(searched)))}%"


def escaped_for_like(stored: str) -> str:
    """The text where it stands for itself in a pattern of LIKE whose escape is a backslash."""
    return re.sub(r"([\\%_])", r"\\\1", stored)
