"""Leaves that an index finds by their text, number or path, a stretch of time after the other.

So the newest are found first, however many there are, and nothing is counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.query.terms import Begins, Compared, Condition, Query
from app.store.among import among
from app.store.search.batches import Batch, Where
from app.store.search.filters import compared
from app.store.search.spans import NUMBER, Part, Span, Stretch, spans, whole_span
from app.store.search.texts import (
    HEAD,
    beginnings_of,
    begins,
    exact_condition,
    exact_text,
    head,
    is_text,
)
from app.store.search.weeks import InWeeks, alike, between, in_weeks, newest_in_order
from app.store.search.writing import hash_of
from app.store.session import ReadSession
from app.store.tables import leaf
from app.store.types import as_stored

# Paths under which a text is looked up each by itself; under more it is sooner found anywhere.
_FEW_PATHS = 32
# So few leaves are looked at all together; of more that come in no order none is of use, so that
# only a page of them is read.
_FEW, _FEW_UNORDERED = 200, 64
# Leaves that are found together, and that are looked at together, as often the newest fit.
_MOST, _AT_ONCE = 1_024, 128


@dataclass(frozen=True, slots=True)
class Row:
    """Leaves that an index has in the order of their numbers: the column before that is alike."""

    column: ColumnElement[Any]
    value: Any
    also: Where = ()

    @property
    def where(self) -> Where:
        return (self.column == self.value, *self.also)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What an index is asked for; more may fulfil it than the query."""

    where: Where
    #: Whether there is one on a day is told at once.
    is_quick: bool = False
    #: The index has those of a day or a week in order.
    row: Row | None = None
    #: What all that it finds fulfil.
    fulfilled: Condition | None = None
    #: The first and the last beginning of a text.
    beginnings: tuple[str, str] | None = None

    def in_weeks(self) -> InWeeks | None:
        """The same as PostgreSQL is asked for it week by week; None: it is not."""
        if self.beginnings is not None:
            return between(str(head()), *self.beginnings)
        if self.row is None:
            return None
        value = as_stored(self.row.value) if isinstance(self.row.value, str) else self.row.value
        return alike(str(self.row.column), value, [str(one) for one in self.row.also])


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
    return Lookup(
        [begins(longest.text)],
        is_quick=True,
        fulfilled=longest if is_whole else None,
        beginnings=beginnings_of(longest.text),
    )


def of_one_text(text: str) -> Lookup:
    """Leaves that are this text."""
    row = Row(*is_text(text))
    return Lookup(row.where, is_quick=True, row=row)


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


@dataclass(frozen=True, slots=True)
class Few:
    """The newest leaves that an index finds, the newest first; none where it finds them unordered.

    `reached`: there are no others down to this number; of `is_all` no others at all.
    """

    numbers: Sequence[int] = ()
    is_all: bool = False
    reached: int | None = None


def few_of(stretch: Stretch, asked: Lookup) -> Few:
    """All leaves of the stretch that an index finds so, if they are few."""
    weekly = _in_weeks(stretch.session, asked)
    if weekly is None:
        return _few(stretch.session, whole_span(stretch).whole, asked)
    most = _FEW if weekly.is_in_order else _FEW_UNORDERED
    numbers, reached = newest_in_order(stretch, weekly, most=most + 1)
    return Few(numbers, is_all=reached == stretch.low, reached=reached)


def newest_of(
    stretch: Stretch, asked: Lookup, also: Where = (), *, known: Few | None = None
) -> Iterator[Batch]:
    """All leaves of the stretch that an index finds so, to fulfil the other conditions.

    `known`: the newest of them, which were found before.
    """
    if known is not None and known.reached is not None:
        yield Batch(known.numbers, known.reached, also)
        stretch = stretch.below(known.reached)
    weekly = _in_weeks(stretch.session, asked)
    if weekly is not None:
        for numbers, reached in in_weeks(stretch, weekly):
            yield Batch(numbers, reached, also)
        return
    for span in spans(stretch, having=asked.where if asked.is_quick else ()):
        for numbers in _numbers(stretch.session, span, asked):
            yield Batch(numbers, numbers[-1], also)
        yield Batch((), span.low)


def _in_weeks(session: ReadSession, asked: Lookup) -> InWeeks | None:
    return None if session.dialect.name == "sqlite" else asked.in_weeks()


def _numbers(session: ReadSession, span: Span, asked: Lookup) -> Iterator[Sequence[int]]:
    if len(span.those) == 1:
        yield from _of_part(session, span.whole, asked)
        return
    few = _few(session, span.whole, asked)
    if few.numbers:
        yield few.numbers
    elif not few.is_all:
        # Where days have many, one after the other as far as needed: all of them would have to be
        # put in order for the newest.
        for part in span.parts:
            yield from _of_part(session, part, asked)


def _few(session: ReadSession, part: Part, asked: Lookup) -> Few:
    unordered = select(leaf.c.id).where(*part.where, *asked.where).limit(_FEW + 1)
    numbers = session.execute(unordered).scalars().all()
    is_all = len(numbers) <= _FEW
    return Few(sorted(numbers, reverse=True) if is_all else (), is_all)


def _of_part(session: ReadSession, part: Part, asked: Lookup) -> Iterator[Sequence[int]]:
    below = part.high
    # PostgreSQL gives all that it finds at once.
    for most in chain([_AT_ONCE if part.is_bounded else _MOST], repeat(_MOST)):
        many = 0
        with session.execute(_in_order(part, asked, below).limit(most)) as result:
            for numbers in result.scalars().partitions(_AT_ONCE):
                many, below = many + len(numbers), numbers[-1]
                yield numbers
        if many < most:
            return


def _in_order(part: Part, asked: Lookup, below: int) -> Select[int]:
    # SQLite would read leaves in the order of their numbers where these have a bound.
    bound = leaf.c.id if part.is_bounded else NUMBER
    found = select(leaf.c.id).where(*part.where, bound < below, *asked.where)
    return found.order_by(NUMBER.desc() if asked.row is None else leaf.c.id.desc())
