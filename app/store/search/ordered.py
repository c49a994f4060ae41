"""Leaves that an index finds by their text, number or path, a stretch of time after the other.

So the newest are found first, however many there are, and nothing is counted.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sqlalchemy import ColumnElement, select

from app.query.terms import Begins, Compared, Condition, Query
from app.store.among import among
from app.store.search.batches import Batch
from app.store.search.filters import compared
from app.store.search.spans import NUMBER, spans, whole_span
from app.store.search.texts import begins, exact_texts, is_text
from app.store.search.writing import hash_of
from app.store.session import ReadSession
from app.store.tables import leaf

# Paths under which a text is looked up each by itself; under more it is sooner found anywhere.
_FEW_PATHS = 32
# So few leaves are looked at all together.
_FEW = 200
# Leaves that are found together, and that are looked at together, as often the newest fit.
_MOST, _AT_ONCE = 4_000, 128
_Where: TypeAlias = Sequence[ColumnElement[bool]]  # Conditions on `leaf`.


def of_text(query: Query) -> _Where | None:
    """What an index of texts is asked for: the longest that a leaf must be, or begin with."""
    texts = exact_texts(query)
    if texts:
        return is_text(max(texts, key=len))
    beginnings = [one.text for one in query.positives if isinstance(one, Begins) and one.text]
    return [begins(max(beginnings, key=len))] if beginnings else None


def of_text_on(session: ReadSession, query: Query, paths: Sequence[int] | None) -> _Where | None:
    """As of_text, of a text that is looked up path by path; None: there are too many, or no text.

    More may fulfil it.
    """
    texts = exact_texts(query)
    if not texts or paths is None or len(paths) > _FEW_PATHS:
        return None
    return [leaf.c.hash == hash_of(max(texts, key=len)), among(session, leaf.c.path_pk, paths)]


def of_paths(session: ReadSession, conditions: Sequence[Condition], paths: Sequence[int]) -> _Where:
    """As of_text, of numbers that one of the conditions compares, or of the paths alone."""
    ordered = [one for one in conditions if isinstance(one, Compared)]
    numbers = next((where for one in ordered if (where := list(compared(one)))), [])
    return [*numbers, among(session, leaf.c.path_pk, paths)]


def few_of(session: ReadSession, where: _Where, *, low: int, high: int) -> Sequence[int] | None:
    """All leaves between the two numbers that an index finds so, the newest first; None: many."""
    span = whole_span(session, low=low, high=high)
    found = select(leaf.c.id).where(*span.where, *where).limit(_FEW + 1)
    numbers = session.execute(found).scalars().all()
    return None if len(numbers) > _FEW else sorted(numbers, reverse=True)


def newest_of(
    session: ReadSession, where: _Where, also: _Where, *, low: int, high: int
) -> Iterator[Batch]:
    """All leaves between the two numbers that fulfil both, `where` by an index."""
    for span in spans(session, low=low, high=high):
        below, many = high, _MOST
        while many == _MOST:
            found = select(leaf.c.id).where(*span.where, *where, below > NUMBER)
            many = 0
            with session.execute(found.order_by(NUMBER.desc()).limit(_MOST)) as result:
                for numbers in result.scalars().partitions(_AT_ONCE):
                    many, below = many + len(numbers), numbers[-1]
                    yield Batch(numbers, below, also)
        yield Batch((), span.low)
