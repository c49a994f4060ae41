"""Leaves that PostgreSQL's index of texts has, the newest first, a week after the other.

One statement asks for many weeks, put after each other: PostgreSQL begins none as long as those
before have enough. Asked for all of them at once it merges what they have, or puts all of it in
order where it expects little. The statements are text: SQLAlchemy takes longer to make one of
twenty parts than the database to answer it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import TypeAlias

from sqlalchemy import TextClause, func, select, text

from app.store.search.partitions import WEEK
from app.store.search.spans import Stretch, spans
from app.store.tables import leaf

# The part of a week that is its end, where most that is frequent is found.
_END = 8
# Leaves that are found together: as often the newest fit, few at first.
_AT_ONCE, _MOST = 128, 1_024

_OF_WEEK = (
    "(SELECT {0} AS place, id FROM (SELECT id FROM leaf"
    " WHERE id >= :low{0} AND id < :high{0} AND {1} LIMIT :most) AS week{0})"
)

_Bounds: TypeAlias = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class InWeeks:
    """What the index is asked for in each week, in PostgreSQL's words, with its parameters.

    `{0}` stands in the condition for the week's place, whose bounds are `:low{0}` and `:high{0}`.
    """

    condition: str
    order: str
    given: Mapping[str, str | int]
    #: The index has those of a week in order; else they are put in order.
    is_in_order: bool = False


def between(column: str, first: str, last: str) -> InWeeks:
    """Leaves of which a text lies between two."""
    given = {"first": first, "last": last}
    return InWeeks(f"{column} BETWEEN :first AND :last", "id + 0 DESC", given)


def alike(column: str, value: str | int, also: Sequence[str]) -> InWeeks:
    """Leaves of which a column is this value, and that fulfil other conditions."""
    # Said as two bounds of both columns: where a value is frequent, PostgreSQL would read all
    # leaves in the order of their numbers, and not begin where the index has the value.
    bounds = (f"({column}, id) >= (:value, :low{{0}})", f"({column}, id) < (:value, :high{{0}})")
    condition = " AND ".join((*bounds, *also))
    return InWeeks(condition, f"{column} DESC, id DESC", {"value": value}, is_in_order=True)


def newest_in_order(stretch: Stretch, asked: InWeeks, *, most: int) -> tuple[list[int], int]:
    """At most so many leaves, the newest first, and down to which number there are no others.

    Where a week has so many in no order, those of the weeks after it.
    """
    weeks = _bounds(stretch, stretch.parts, stretch.high)
    found = _found(stretch, asked, weeks, most, is_ordered=asked.is_in_order)
    if len(found) < most:
        return sorted((number for _, number in found), reverse=True), stretch.low
    if asked.is_in_order:
        return [number for _, number in found], found[-1][1]
    last = found[-1][0]
    whole = sorted((number for at, number in found if at < last), reverse=True)
    return whole, weeks[last][1]


def in_weeks(stretch: Stretch, asked: InWeeks) -> Iterator[tuple[Sequence[int], int]]:
    """All leaves of the stretch, the newest first, some at a time, and down to where all are."""
    for span in spans(stretch):
        below = span.whole.high
        for most in chain([_AT_ONCE], repeat(_MOST)):
            weeks = _bounds(stretch, span.those, below)
            pieces = weeks if asked.is_in_order else [*_pieces(stretch, weeks)]
            numbers = [one for _, one in _found(stretch, asked, pieces, most, is_ordered=True)]
            for start in range(0, len(numbers), _AT_ONCE):
                some = numbers[start : start + _AT_ONCE]
                yield some, some[-1]
            if len(numbers) < most:
                break
            below = numbers[-1]
        yield (), span.low


def _bounds(stretch: Stretch, weeks: Sequence[int], below: int) -> list[tuple[int, int]]:
    high = min(stretch.high, below)
    each = ((max(stretch.low, one * WEEK), min(high, (one + 1) * WEEK)) for one in weeks)
    return [(low, high) for low, high in each if low < high]


def _pieces(stretch: Stretch, weeks: _Bounds) -> Iterator[tuple[int, int]]:
    """Each in two: to put all in order that is frequent takes longer than the end of it."""
    for low, high in weeks:
        top = _top(stretch, low, high) if high > stretch.parts[0] * WEEK else high
        middle = top - (top - low) // _END
        yield middle, high
        yield low, middle


def _top(stretch: Stretch, low: int, high: int) -> int:
    """Where the leaves of a week end that goes on."""
    latest = select(func.max(leaf.c.id)).where(leaf.c.id >= low, leaf.c.id < high)
    return (stretch.session.scalar(latest) or low) + 1


def _found(
    stretch: Stretch, asked: InWeeks, weeks: _Bounds, most: int, *, is_ordered: bool
) -> list[tuple[int, int]]:
    """The places of the weeks, and the numbers."""
    if not weeks:
        return []
    order = f" ORDER BY {asked.order}" if is_ordered else ""
    given = {**asked.given, **bounds_given(weeks), "most": most}
    one = _OF_WEEK.replace("{1}", asked.condition + order)
    rows = stretch.session.execute(one_by_one((one,) * len(weeks)), given)
    return [(row.place, row.id) for row in rows]


def bounds_given(parts: _Bounds) -> dict[str, int]:
    """The bounds of parts as parameters: `low0` and `high0` are those of the first."""
    given = {f"low{at}": low for at, (low, _) in enumerate(parts)}
    return given | {f"high{at}": high for at, (_, high) in enumerate(parts)}


@lru_cache(maxsize=256)
def one_by_one(each: tuple[str, ...]) -> TextClause:
    """A statement for the first `:most` rows of parts, none of which is begun before it is needed.

    `each`: what is asked of a part, in parentheses, with `{0}` for its place.
    """
    parts = (one.format(at) for at, one in enumerate(each))
    return text(" UNION ALL ".join(parts) + " LIMIT :most")
