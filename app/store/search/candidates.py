"""Numbers of the leaves that may fit a query, the newest first: none that fits is missing.

They come from the index that has the fewest: a set of known numbers (leaves with just that text, of
that path and value, of that run), if one is small; else one group of characters after the other;
else all leaves, in steps that take little time each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal_column, select

from app.query.terms import Begins, Contains, Is, Matches, Query, Since, Until
from app.store.search import trigrams
from app.store.search.among import among
from app.store.search.filters import conditions
from app.store.search.numbers import first_number, number_after
from app.store.search.paths import possible_paths
from app.store.search.sets import TINY, SmallSet, positives, set_of_text, smallest_set
from app.store.session import ReadSession
from app.store.tables import leaf


@dataclass(frozen=True, slots=True)
class Batch:
    """Some candidates; all from `reached` on are in this batch or those before."""

    numbers: Sequence[int]
    reached: int
    #: Conditions on `leaf` that these may not fulfil.
    conditions: Sequence[ColumnElement[bool]] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query says of the rows of `leaf`."""

    query: Query
    low: int  # The least number.
    high: int  # One more than the greatest.
    conditions: tuple[ColumnElement[bool], ...]  # On the rows' own text and number.


def asked(session: ReadSession, query: Query, *, older: int | None) -> Asked:
    """The query as conditions, on leaves with a number below `older`."""
    positive = positives(query)
    since = [one.time for one in positive if isinstance(one, Since)]
    until = [one.time for one in positive if isinstance(one, Until)]
    highs = [_LAST if older is None else older]
    if until:
        highs.append(number_after(session, min(until)))
    low = first_number(session, max(since)) if since else 0
    return Asked(query, low, min(highs), tuple(conditions(session, query)))


def candidates(session: ReadSession, asked: Asked) -> Iterator[Batch]:
    """All that may fulfil the query, in batches; each takes little time."""
    few = set_of_text(session, asked.query)
    if few is not None and few.size <= TINY:
        yield from _of_set(session, asked, few)
        return
    paths = possible_paths(session, asked.query)
    if paths is not None and not paths:
        return
    known = smallest_set(session, asked.query, paths, few)
    if known is not None:
        yield from _of_set(session, asked, known)
        return
    on_paths = [] if paths is None else [among(session, leaf.c.path_pk, paths)]
    searched = _searched(session, asked.query)
    if searched is None:
        yield from newest_first(session, asked, on_paths)
        return
    for numbers in trigrams.having(session, searched, low=asked.low, high=asked.high):
        yield from _batch(numbers, (*asked.conditions, *on_paths))


def _of_set(session: ReadSession, asked: Asked, known: SmallSet) -> Iterator[Batch]:
    # The + keeps the set's own index in use: the small set is read, not the order of numbers.
    number = leaf.c.id + literal_column("0")
    in_bounds = select(leaf.c.id).where(number >= asked.low, number < asked.high)
    ordered = in_bounds.where(*known.where).order_by(number.desc())
    size = _FIRST
    with session.execute(ordered) as result:
        while numbers := result.scalars().fetchmany(size):
            yield from _batch(numbers, asked.conditions)
            size = min(size * 4, _LATER)


def _batch(numbers: Sequence[int], conditions: Sequence[ColumnElement[bool]]) -> Iterator[Batch]:
    if numbers:
        yield Batch(numbers, numbers[-1], conditions)


def _searched(session: ReadSession, query: Query) -> str | None:
    """The longest text that the index of groups can look for."""
    positive = positives(query)
    texts = [one.text for one in positive if isinstance(one, Contains | Begins | Is)]
    texts += [one.literal for one in positive if isinstance(one, Matches)]
    able = [one for one in texts if trigrams.can_find(session, one)]
    return max(able, key=len) if able else None


def newest_first(
    session: ReadSession, asked: Asked, on_paths: Sequence[ColumnElement[bool]] = ()
) -> Iterator[Batch]:
    """All leaves that fulfil the conditions, without any index of their texts."""
    conditions = (*asked.conditions, *on_paths)
    high, size = asked.high, _FIRST
    while True:
        window = select(leaf.c.id).where(leaf.c.id >= asked.low, leaf.c.id < high)
        newest = window.order_by(leaf.c.id.desc()).limit(size).subquery()
        reached = session.scalar(select(func.min(newest.c.id)))
        if reached is None:
            return
        fit = select(leaf.c.id).where(leaf.c.id >= reached, leaf.c.id < high, *conditions)
        yield Batch(session.execute(fit.order_by(leaf.c.id.desc())).scalars().all(), reached)
        high, size = reached, min(size * 4, _SCANNED)


# Leaves looked at together: few at first, as often the newest fit.
_FIRST, _LATER, _SCANNED = 64, 4_000, 32_000
# Greater than any number.
_LAST = 2**63 - 1
