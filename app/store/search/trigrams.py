"""Leaves whose text may hold another text, found by its groups of three characters."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    Select,
    TextClause,
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
from app.store.search.spans import Span, Stretch, spans
from app.store.session import ReadSession
from app.store.tables import Number, leaf
from app.store.types import as_stored

_AT_ONCE, _SOME, _LATER = 128, 256, 4_000
# Leaves that are read one by one on PostgreSQL before its index is asked: a millisecond's worth.
_PROBED = 1_000
_Given: TypeAlias = dict[str, Any]  # Parameters.

# The numbers of the table of texts are those of the leaves, and it gives the greatest first by
# itself. LIKE would do too, but not with the ESCAPE that a text with % or _ needs: see
# tests/store/search/test_traps.py.
_TRIGRAM = table("leaf_trigram", column("rowid", Number))

_NEWEST = text(
    "SELECT min(id) AS reached, count(*) AS many,"
    " array_agg(id ORDER BY id DESC) FILTER (WHERE folded LIKE :groups) AS found"
    " FROM (SELECT id, folded FROM leaf WHERE id >= :low AND id < :high"
    " ORDER BY id DESC LIMIT :most) AS newest"
)
# PostgreSQL has no groups with other characters than letters and digits: `/dt=2026-0` had but those
# of "dt" and "2026", which most paths have. So a column there, which the database makes by itself,
# has the texts in lower case with letters, seldom ones, for those that are frequent in paths and
# ids. A text may have such a letter itself: what is found is checked.
_OTHERS, _LETTERS = "/-_.=:", "qzjxvw"
_IN_LETTERS = str.maketrans(_OTHERS, _LETTERS)
# OFFSET 0 keeps PostgreSQL from reading leaves in the order of their numbers. It goes on into an
# older part only as long as there are too few.
_HOLDING = (
    "(SELECT id FROM (SELECT id FROM leaf WHERE folded LIKE :groups"
    " AND id >= :low{0} AND id < :high{0} OFFSET 0) AS found{0} ORDER BY id DESC)"
)

# PostgreSQL groups the letters and digits of a word, and pads words where the text shows an end.
_WORD = re.compile(r"[A-Za-z0-9/\-_.=:]+")


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


def having(stretch: Stretch, searched: str, conditions: Where) -> Iterator[Batch]:
    """Leaves of the stretch, those with the greatest numbers first, some at a time.

    Every leaf that holds the text, A to Z in either case, and fulfils the conditions is among them.
    """
    if stretch.session.dialect.name == "sqlite":
        yield from _by_match(stretch, searched, conditions)
        return
    for numbers, reached in _by_parts(stretch, searched):
        # A few at a time: they may be thousands, of which a page needs fifty.
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            yield Batch(some, some[-1], conditions)
        yield Batch((), reached)


def _by_match(stretch: Stretch, searched: str, conditions: Where) -> Iterator[Batch]:
    session, bounds = stretch.session, {"low": stretch.low, "high": stretch.high}
    asked = rarest(groups_of(searched), sample_of(session))
    given = {"groups": " AND ".join(map(quoted, asked)), **bounds}
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


def _by_parts(stretch: Stretch, searched: str) -> Iterator[tuple[Sequence[int], int]]:
    """Numbers, and how far down all are among them and those before."""
    # What is in many texts is in the newest; the index would give all places of it.
    session, reached, left = stretch.session, stretch.high, _PROBED
    groups = like_pattern(lowered(searched).translate(_IN_LETTERS))
    for span in spans(stretch, times=4):
        given: _Given = {"groups": groups, "low": span.low, "high": reached}
        if left:
            row = session.execute(_NEWEST, given | {"most": left}).one()
            given["high"] = row.reached if row.many == left else span.low
            left -= row.many
            yield row.found or (), given["high"]
        if given["high"] > span.low:
            yield from _of_span(session, given, span)
        reached = span.low


def _of_span(
    session: ReadSession, given: _Given, span: Span
) -> Iterator[tuple[Sequence[int], int]]:
    high, most = given["high"], _SOME
    while True:
        parts = [(one.low, min(one.high, high)) for one in span.parts if one.low < high]
        bounds = {f"low{at}": low for at, (low, _) in enumerate(parts)}
        bounds |= {f"high{at}": top for at, (_, top) in enumerate(parts)}
        found = session.execute(_holding(len(parts)), given | bounds | {"most": most})
        numbers = found.scalars().all()
        if len(numbers) < most:
            yield numbers, span.low
            return
        yield numbers, numbers[-1]
        high, most = numbers[-1], _LATER


@lru_cache
def _holding(parts: int) -> TextClause:
    each = " UNION ALL ".join(map(_HOLDING.format, range(parts)))
    return text(f"{each} LIMIT :most")


def like_pattern(searched: str) -> str:
    """The pattern of LIKE for texts with this one in them, in lower case."""
    return f"%{escaped_for_like(lowered(as_stored(searched)))}%"


def escaped_for_like(stored: str) -> str:
    """The text where it stands for itself in a pattern of LIKE whose escape is a backslash."""
    return re.sub(r"([\\%_])", r"\\\1", stored)
