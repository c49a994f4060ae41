"""Leaves whose text holds another, found by PostgreSQL's index of groups, the newest first.

PostgreSQL has no groups with other characters than letters and digits: `/dt=2026-0` had but those
of "dt" and "2026", which most paths have. So a column there, which the database makes by itself,
has the texts in lower case with letters, seldom ones, for those that are frequent in paths and
ids. A text may have such a letter itself: what is found is checked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, TypeAlias

from sqlalchemy import text

from app.query.matching import lowered
from app.store.search.groups import groups_of, rarest
from app.store.search.like import like_pattern
from app.store.search.partitions import WEEK
from app.store.search.sample import sample_of
from app.store.search.spans import Span, Stretch, spans
from app.store.search.weeks import bounds_given, one_by_one
from app.store.session import ReadSession, rights_of
from app.store.types import as_stored

#: Leaves that are asked for together, as many as a page may need.
AT_ONCE = 128
_SOME, _LATER = 256, 4_000
# Leaves that are read one by one before the index is asked: a millisecond's worth.
_PROBED = 1_000

_OTHERS, _LETTERS = "/-_.=:", "qzjxvw"
_IN_LETTERS = str.maketrans(_OTHERS, _LETTERS)
_GROUP = re.compile(r"[a-z0-9]{3}")

# The index reads the places of every group that it is asked for: of nine that took three times as
# long as of the three that tell most. The whole text is said so that it is not asked for.
_WHOLE = "strpos(folded, :whole) > 0"
_NEWEST = text(
    "SELECT min(id) AS reached, count(*) AS many,"  # noqa: S608 - a condition of ours
    f" array_agg(id ORDER BY id DESC) FILTER (WHERE {_WHOLE}) AS found"
    " FROM (SELECT id, folded FROM leaf WHERE id >= :low AND id < :high"
    " ORDER BY id DESC LIMIT :most) AS newest"
)
# OFFSET 0 keeps PostgreSQL from reading leaves in the order of their numbers. It goes on into an
# older part only as long as there are too few.
_HOLDING = (
    "(SELECT id FROM (SELECT id FROM leaf WHERE {1}"
    " AND id >= :low{0} AND id < :high{0}{2} OFFSET 0) AS found{0} ORDER BY id DESC)"
)
# Those at the end of a part, which has enough where the text is frequent: of a hundred thousand in
# a million the index gives all, which takes a hundred times as long.
_AT_END = (
    "(SELECT id FROM (SELECT id, folded FROM leaf"  # noqa: S608 - a condition of ours
    " WHERE id >= :low{0} AND id < :high{0}"
    f" ORDER BY id DESC LIMIT {_PROBED}) AS newest{{0}} WHERE {_WHOLE})"
)
# The days of a part, as the index has them, the newest first: all of a week that has some thousands
# in its older days would be read from the disk for the newest of them.
_DAY = WEEK // 7
_ON_DAYS = [
    f" AND ARRAY[id / {_DAY}] @> ARRAY[(:high{{0}} - 1) / {_DAY} - {ago}]" for ago in range(7)
]

_Given: TypeAlias = Mapping[str, Any]  # Parameters.


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as PostgreSQL is asked for it: the condition that its index knows, and parameters."""

    whole: str  # As the texts of that column are.
    condition: str
    given: _Given
    #: Weeks in which some texts of a sample have it.
    frequent: frozenset[int] = frozenset()

    def of_part(self, low: int, *, with_end: bool) -> str:
        """What is asked of a week that begins there, or a part of it: `{0}` for its place."""
        end = [_AT_END] * with_end
        days = _ON_DAYS if low // WEEK in self.frequent else [""]
        held = [_HOLDING.replace("{1}", self.condition).replace("{2}", one) for one in days]
        return " UNION ALL ".join([*end, *held])


def by_parts(stretch: Stretch, searched: str) -> Iterator[tuple[Sequence[int], int]]:
    """Numbers of leaves with the text in them, and how far down all are among those so far."""
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
    groups = [one for one in groups_of(folded) if _GROUP.fullmatch(one)]
    # Who sees some DAGs only would look through all leaves for texts of theirs.
    sample = None if rights_of(session) else sample_of(session)
    if sample is None or not sample.texts or not groups:
        return _Asked(folded, "folded LIKE :groups", {"groups": like_pattern(folded)})
    given = {f"rare{at}": f"%{one}%" for at, one in enumerate(rarest(groups, sample.texts))}
    condition = " AND ".join([*(f"folded LIKE :{name}" for name in given), _WHOLE])
    pairs = zip(sample.numbers, sample.texts, strict=True)
    weeks = frozenset(number // WEEK for number, one in pairs if folded in one)
    return _Asked(folded, condition, given, weeks)


def _of_span(
    session: ReadSession, asked: _Asked, span: Span, high: int
) -> Iterator[tuple[Sequence[int], int]]:
    with_ends = bool(asked.frequent)
    for most in chain([AT_ONCE if with_ends else _SOME], repeat(_LATER)):
        parts = [(one.low, min(one.high, high)) for one in span.parts if one.low < high]
        each = tuple(asked.of_part(low, with_end=with_ends) for low, _ in parts)
        given = {**asked.given, **bounds_given(parts), "most": most, "whole": asked.whole}
        found = session.execute(one_by_one(each), given).scalars().all()
        # What is at a part's end is in the part as well.
        numbers = list(dict.fromkeys(found))
        if len(found) < most:
            yield numbers, span.low
            return
        high, with_ends = min(numbers), False
        yield numbers, high
