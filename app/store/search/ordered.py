"""Leaves that an index finds by their text, number or path, a stretch of time after the other.

So the newest are found first, however many there are, and nothing is counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat

from sqlalchemy import select

from app.query.terms import Begins, Compared, Condition, Query
from app.store.among import among
from app.store.search.batches import Batch, Where
from app.store.search.filters import compared
from app.store.search.spans import NUMBER, Stretch, spans, whole_span
from app.store.search.texts import HEAD, begins, exact_condition, exact_text, is_text
from app.store.search.writing import hash_of
from app.store.session import ReadSession
from app.store.tables import leaf
from app.store.types import as_stored

# Paths under which a text is looked up each by itself; under more it is sooner found anywhere.
_FEW_PATHS = 32
# So few leaves are looked at all together.
_FEW = 200
# Leaves that are found together, and that are looked at together, as often the newest fit.
_MOST, _AT_ONCE = 1_024, 128


@dataclass(frozen=True, slots=True)
class Lookup:
    """What an index is asked for; more may fulfil it than the query."""

    where: Where
    #: Whether there is one on a day is told at once.
    is_quick: bool = False
    #: The index has those of a day, or of a week, in the order of their numbers.
    is_in_order: bool = False
    #: What all that it finds fulfil.
    fulfilled: Condition | None = None


def of_text(query: Query) -> Lookup | None:
    """The longest text that a leaf must be, or begin with."""
    exact = exact_condition(query)
    if exact is not None:
        return replace(of_one_text(exact[1]), fulfilled=exact[0])
    beginnings = [one for one in query.positives if isinstance(one, Begins) and one.text]
    if not beginnings:
        return None
    longest = max(beginnings, key=lambda one: len(one.text))
    # The index has the first characters only.
    is_whole = len(as_stored(longest.text)) <= HEAD
    return Lookup([begins(longest.text)], True, fulfilled=longest if is_whole else None)


def of_one_text(text: str) -> Lookup:
    """Leaves that are this text."""
    return Lookup(is_text(text), is_quick=True, is_in_order=True)


def of_text_on(session: ReadSession, query: Query, paths: Sequence[int] | None) -> Lookup | None:
    """As of_text, looked up path by path; None: there are too many paths, or no text."""
    text = exact_text(query)
    if text is None or paths is None or len(paths) > _FEW_PATHS:
        return None
    is_alike = leaf.c.hash == hash_of(text)
    return Lookup([is_alike, among(session, leaf.c.path_pk, paths)], is_quick=True)


def of_paths(session: ReadSession, conditions: Sequence[Condition], paths: Sequence[int]) -> Lookup:
    """Numbers that one of the conditions compares, or the paths alone."""
    ordered = [one for one in conditions if isinstance(one, Compared)]
    numbers = next((where for one in ordered if (where := list(compared(one)))), [])
    return Lookup([*numbers, among(session, leaf.c.path_pk, paths)])


def few_of(stretch: Stretch, asked: Lookup) -> Sequence[int] | None:
    """All leaves of the stretch that an index finds so, the newest first; None: many."""
    span = whole_span(stretch)
    found = select(leaf.c.id).where(*span.where, *asked.where).limit(_FEW + 1)
    numbers = stretch.session.execute(found).scalars().all()
    return None if len(numbers) > _FEW else sorted(numbers, reverse=True)


def newest_of(stretch: Stretch, asked: Lookup, also: Where = ()) -> Iterator[Batch]:
    """All leaves of the stretch that an index finds so, to fulfil the other conditions."""
    having = asked.where if asked.is_quick else ()
    for span in spans(stretch, having=having):
        order = leaf.c.id if asked.is_in_order and (span.is_day or span.parts) else NUMBER
        # SQLite would read leaves in the order of their numbers where these have a bound.
        bound = leaf.c.id if span.parts else NUMBER
        # PostgreSQL gives all that it finds at once.
        first, below = _AT_ONCE if span.parts else _MOST, stretch.high
        for most in chain([first], repeat(_MOST)):
            found = select(leaf.c.id).where(*span.where, *asked.where, bound < below)
            many = 0
            with stretch.session.execute(found.order_by(order.desc()).limit(most)) as result:
                for numbers in result.scalars().partitions(_AT_ONCE):
                    many, below = many + len(numbers), numbers[-1]
                    yield Batch(numbers, below, also)
            if many < most:
                break
        yield Batch((), span.low)
