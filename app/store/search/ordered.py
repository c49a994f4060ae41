"""Leaves that an index finds by their text, number or path, a stretch of time after the other.

So the newest are found first, however many there are, and nothing is counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select, tuple_

from app.query.terms import Begins, Compared, Condition, Query
from app.store.among import among
from app.store.search.batches import Batch, Where
from app.store.search.filters import compared
from app.store.search.spans import NUMBER, Part, Span, Stretch, spans, whole_span
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

    `is_all`: there are no others, and all are told.
    """

    numbers: Sequence[int]
    is_all: bool


def few_of(stretch: Stretch, asked: Lookup) -> Few:
    """All leaves of the stretch that an index finds so, if they are few."""
    return _few(stretch.session, whole_span(stretch).whole, asked)


def newest_of(
    stretch: Stretch, asked: Lookup, also: Where = (), *, known: Sequence[int] = ()
) -> Iterator[Batch]:
    """All leaves of the stretch that an index finds so, to fulfil the other conditions.

    `known`: the newest of them, which were found before.
    """
    if known:
        yield Batch(known, known[-1], also)
        stretch = replace(stretch, high=known[-1])
    for span in spans(stretch, having=asked.where if asked.is_quick else ()):
        for numbers in _numbers(stretch.session, span, asked):
            yield Batch(numbers, numbers[-1], also)
        yield Batch((), span.low)


def _numbers(session: ReadSession, span: Span, asked: Lookup) -> Iterator[Sequence[int]]:
    is_in_order = asked.row is not None and span.whole.is_in_order
    if len(span.those) > 1 and not is_in_order:
        few = _few(session, span.whole, asked)
        if few.is_all and few.numbers:
            yield few.numbers
        elif not few.is_all:
            # Where days have many, one after the other as far as needed: all of them would have to
            # be put in order for the newest.
            for part in span.parts:
                yield from _of_part(session, part, asked)
    else:
        yield from _of_part(session, span.whole, asked)


def _few(session: ReadSession, part: Part, asked: Lookup) -> Few:
    if part.is_bounded and asked.row:
        # Without an order PostgreSQL reads whole weeks where it expects the text to be frequent.
        found = _in_order(part, asked.row, part.high).limit(_FEW + 1)
        numbers = session.execute(found).scalars().all()
        return Few(numbers, len(numbers) <= _FEW)
    unordered = select(leaf.c.id).where(*part.where, *asked.where).limit(_FEW + 1)
    numbers = session.execute(unordered).scalars().all()
    is_all = len(numbers) <= _FEW
    return Few(sorted(numbers, reverse=True) if is_all else (), is_all)


def _of_part(session: ReadSession, part: Part, asked: Lookup) -> Iterator[Sequence[int]]:
    row = asked.row if part.is_in_order else None
    below = part.high
    # PostgreSQL gives all that it finds at once.
    for most in chain([_AT_ONCE if part.is_bounded else _MOST], repeat(_MOST)):
        found = _sorted(part, asked, below) if row is None else _in_order(part, row, below)
        many = 0
        with session.execute(found.limit(most)) as result:
            for numbers in result.scalars().partitions(_AT_ONCE):
                many, below = many + len(numbers), numbers[-1]
                yield numbers
        if many < most:
            return


def _sorted(part: Part, asked: Lookup, below: int) -> Select[int]:
    return _below(part, below).where(*asked.where).order_by(NUMBER.desc())


def _in_order(part: Part, row: Row, below: int) -> Select[int]:
    if not part.is_bounded:
        return _below(part, below).where(*row.where).order_by(leaf.c.id.desc())
    # Said as two bounds of both columns: where a value is frequent, PostgreSQL would read all
    # leaves in the order of their numbers, and not begin where the index has the value.
    both, value = tuple_(row.column, leaf.c.id), literal(row.value, row.column.type)
    within = (both >= tuple_(value, part.low), both < tuple_(value, below))
    found = select(leaf.c.id).where(*part.where, *within, *row.also)
    return found.order_by(row.column.desc(), leaf.c.id.desc())


def _below(part: Part, below: int) -> Select[int]:
    # SQLite would read leaves in the order of their numbers where these have a bound.
    bound = leaf.c.id if part.is_bounded else NUMBER
    return select(leaf.c.id).where(*part.where, bound < below)
