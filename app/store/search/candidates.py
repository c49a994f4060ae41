"""Numbers of the leaves that may fit a query, the newest first: none that fits is missing.

They come from the index that has the fewest: a small set, if there is one (leaves with just that
text, of few paths, of that run); else from the index of that text, of groups of characters, or of
paths, the newest first; else all leaves, in steps that take little time each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.query.terms import Contains, Matches, Query, Since, Until
from app.store.among import among
from app.store.search import trigrams
from app.store.search.batches import Batch, Where
from app.store.search.filters import conditions
from app.store.search.numbers import BEYOND, first_number, number_after
from app.store.search.ordered import Few, Lookup, few_of, newest_of, of_paths, of_text, of_text_on
from app.store.search.paths import possible_paths
from app.store.search.sets import smallest_set
from app.store.search.spans import NUMBER, Stretch
from app.store.search.texts import exact_text
from app.store.session import ReadSession
from app.store.tables import leaf


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and the leaves that its times allow."""

    query: Query
    low: int  # The least number.
    high: int  # One more than the greatest.


def asked(session: ReadSession, query: Query, *, older: int | None) -> Asked:
    """The query, of leaves with a number below `older`."""
    positive = query.positives
    since = [one.time for one in positive if isinstance(one, Since)]
    until = [one.time for one in positive if isinstance(one, Until)]
    highs = [BEYOND if older is None else older]
    if until:
        highs.append(number_after(session, min(until)))
    low = first_number(session, max(since)) if since else 0
    return Asked(query, low, min(highs))


def candidates(session: ReadSession, asked: Asked) -> Iterator[Batch]:
    """All that may fulfil the query, in batches; each takes little time."""
    stretch = Stretch(session, asked.low, asked.high)
    alike = of_text(asked.query)
    few = Few() if alike is None else few_of(stretch, alike)
    if alike is not None and few.is_all:
        rest = conditions(session, asked.query, fulfilled=alike.fulfilled)
        yield Batch(few.numbers, asked.low, rest)
        return
    paths = possible_paths(session, asked.query)
    if paths is not None and not paths:
        return
    # A text on some paths has an index of its own.
    some_paths = paths if exact_text(asked.query) is None else None
    known = smallest_set(stretch, asked.query, some_paths)
    if known is not None:
        yield from _of_set(session, asked, known)
    else:
        yield from _of_many(stretch, asked, alike, paths, few)


def _of_many(
    stretch: Stretch,
    asked: Asked,
    alike: Lookup | None,
    paths: Sequence[int] | None,
    known: Few,
) -> Iterator[Batch]:
    """The newest of those that an index has, whichever tells most.

    `alike`: the index of texts; `known`: the newest that it has.
    """
    session, query = stretch.session, asked.query
    on_paths = [] if paths is None else [among(session, leaf.c.path_pk, paths)]
    searched = _searched(session, query)
    if alike is not None and (searched is None or exact_text(query) is not None):
        text = of_text_on(session, query, paths)
        # What has the same hash is the same text, but for a few that are checked in the end.
        rest = conditions(session, query, fulfilled=alike.fulfilled)
        if text is None:
            yield from newest_of(stretch, alike, (*rest, *on_paths), known=known)
        else:
            yield from newest_of(stretch, text, rest)
    elif searched is not None:
        is_checked = trigrams.checks_text(session)
        rest = conditions(session, query, fulfilled=Contains(searched) if is_checked else None)
        yield from trigrams.having(stretch, searched, (*rest, *on_paths))
    elif paths is not None and len(paths) <= _SOME_PATHS:
        path = of_paths(session, query.positives, paths)
        yield from newest_of(stretch, path, conditions(session, query))
    else:
        yield from newest_first(session, asked, on_paths)


def _of_set(session: ReadSession, asked: Asked, known: Where) -> Iterator[Batch]:
    in_bounds = select(leaf.c.id).where(asked.low <= NUMBER, asked.high > NUMBER)
    ordered = in_bounds.where(*known).order_by(NUMBER.desc())
    size, fit = _FIRST, conditions(session, asked.query)
    with session.execute(ordered) as result:
        while numbers := result.scalars().fetchmany(size):
            yield from _batch(numbers, fit)
            size = min(size * 4, _LATER)


def _batch(numbers: Sequence[int], conditions: Where) -> Iterator[Batch]:
    if numbers:
        yield Batch(numbers, numbers[-1], conditions)


def _searched(session: ReadSession, query: Query) -> str | None:
    """The longest text that the index of groups can look for within others."""
    texts = [one.text for one in query.positives if isinstance(one, Contains)]
    texts += [one.literal for one in query.positives if isinstance(one, Matches)]
    able = [one for one in texts if trigrams.can_find(session, one)]
    return max(able, key=len) if able else None


def newest_first(session: ReadSession, asked: Asked, on_paths: Where = ()) -> Iterator[Batch]:
    """All leaves that fulfil the conditions, without any index of their texts."""
    fitting = (*conditions(session, asked.query), *on_paths)
    high, size = asked.high, _FIRST
    while True:
        window = select(leaf.c.id).where(leaf.c.id >= asked.low, leaf.c.id < high)
        newest = window.order_by(leaf.c.id.desc()).limit(size).subquery()
        reached = session.scalar(select(func.min(newest.c.id)))
        if reached is None:
            return
        fit = select(leaf.c.id).where(leaf.c.id >= reached, leaf.c.id < high, *fitting)
        yield Batch(session.execute(fit.order_by(leaf.c.id.desc())).scalars().all(), reached)
        high, size = reached, min(size * 4, _SCANNED)


# Leaves looked at together: few at first, as often the newest fit.
_FIRST, _LATER, _SCANNED = 64, 4_000, 32_000
# Paths that are looked up each by itself, every day; with more all leaves are looked at.
_SOME_PATHS = 2_000
