"""Leaves whose text may hold another text, found by its groups of three characters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
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
from app.store.search.spans import Span, Stretch, spans
from app.store.search.weeks import bounds_given, one_by_one
from app.store.session import ReadSession, rights_of
from app.store.tables import Number, leaf
from app.store.types import as_stored

_AT_ONCE, _SOME, _LATER = 128, 256, 4_000
# Leaves that are read one by one on PostgreSQL before its index is asked: a millisecond's worth.
_PROBED = 1_000
_Given: TypeAlias = Mapping[str, Any]  # Parameters.

# The numbers of the table of texts are those of the leaves, and it gives the greatest first by
# itself. LIKE would do too, but not with the ESCAPE that a text with % or _ needs: see
# tests/store/search/test_traps.py.
_TRIGRAM = table("leaf_trigram", column("rowid", Number))

# PostgreSQL's index reads the places of every group that it is asked for: of nine that took three
# times as long as of the three that tell most. The whole text is said so that it is not asked for.
_WHOLE = "strpos(folded, :whole) > 0"
_NEWEST = text(
    "SELECT min(id) AS reached, count(*) AS many,"  # noqa: S608 - a condition of ours
    f" array_agg(id ORDER BY id DESC) FILTER (WHERE {_WHOLE}) AS found"
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
    "(SELECT id FROM (SELECT id FROM leaf WHERE {1}"
    " AND id >= :low{0} AND id < :high{0} OFFSET 0) AS found{0} ORDER BY id DESC)"
)
# Those at the end of a part, which has enough where the text is frequent: of a hundred thousand in
# a million the index gives all, which takes a hundred times as long.
_AT_END = (
    "(SELECT id FROM (SELECT id, folded FROM leaf"  # noqa: S608 - a condition of ours
    " WHERE id >= :low{0} AND id < :high{0}"
    f" ORDER BY id DESC LIMIT {_PROBED}) AS newest{{0}} WHERE {_WHOLE})"
)

# PostgreSQL groups the letters and digits of a word, and pads words where the text shows an end.
_WORD = re.compile(r"[A-Za-z0-9/\-_.=:]+")
_GROUP = re.compile(r"[a-z0-9]{3}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as PostgreSQL is asked for it: the condition that its index knows, and parameters."""

    whole: str  # As the texts of that column are.
    condition: str
    given: _Given
    #: Some texts of a sample have it.
    is_frequent: bool = False


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
    asked = _asked(session, searched)
    for span in spans(stretch, times=4):
        if left:
            given = {"low": span.low, "high": reached, "most": left, "whole": asked.whole}
            row = session.execute(_NEWEST, given).one()
            reached = row.reached if row.many == left else span.low
            left -= row.many
            yield row.found or (), reached
        if reached > span.low:
            yield from _of_span(session, asked, span, reached)
        reached = span.low


def _asked(session: ReadSession, searched: str) -> _Asked:
    folded = lowered(as_stored(searched)).translate(_IN_LETTERS)
    # Who sees some DAGs only would look through all leaves for texts of theirs.
    texts = () if rights_of(session) else sample_of(session)
    groups = [one for one in groups_of(folded) if _GROUP.fullmatch(one)]
    if not texts or not groups:
        return _Asked(folded, "folded LIKE :groups", {"groups": like_pattern(folded)})
    given = {f"rare{at}": f"%{one}%" for at, one in enumerate(rarest(groups, texts))}
    condition = " AND ".join([*(f"folded LIKE :{name}" for name in given), _WHOLE])
    return _Asked(folded, condition, given, is_frequent=any(folded in one for one in texts))


def _of_span(
    session: ReadSession, asked: _Asked, span: Span, high: int
) -> Iterator[tuple[Sequence[int], int]]:
    with_ends = asked.is_frequent
    for most in chain([_AT_ONCE if with_ends else _SOME], repeat(_LATER)):
        parts = [(one.low, min(one.high, high)) for one in span.parts if one.low < high]
        holding = _HOLDING.replace("{1}", asked.condition)
        each = f"{_AT_END} UNION ALL {holding}" if with_ends else holding
        given = {**asked.given, **bounds_given(parts), "most": most, "whole": asked.whole}
        found = session.execute(one_by_one(each, len(parts)), given).scalars().all()
        # What is at a part's end is in the part as well.
        numbers = list(dict.fromkeys(found))
        if len(found) < most:
            yield numbers, span.low
            return
        high, with_ends = min(numbers), False
        yield numbers, high


def like_pattern(searched: str) -> str:
    """The pattern of LIKE for texts with this one in them, in lower case."""
    return f"%{escaped_for_like(lowered(as_stored(searched)))}%"


def escaped_for_like(stored: str) -> str:
    """The text where it stands for itself in a pattern of LIKE whose escape is a backslash."""
    return re.sub(r"([\\%_])", r"\\\1", stored)
