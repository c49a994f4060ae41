"""Leaves that an index finds by their text, number or path, a stretch of time after the other.

So the newest are found first, however many there are, and nothing is counted.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sqlalchemy import ColumnElement, select

from app.query.terms import Compared, Condition
from app.store.among import among
from app.store.search.batches import Batch
from app.store.search.filters import compared
from app.store.search.spans import NUMBER, spans, whole_span
from app.store.search.texts import is_text
from app.store.search.writing import hash_of
from app.store.session import ReadSession
from app.store.tables import leaf

# Paths under which a text is looked up each by itself; under more it is sooner found anywhere.
_FEW_PATHS = 32
# Paths that are looked up each by itself, every day; with more all leaves are looked at.
_SOME_PATHS = 2_000
# So few leaves are looked at all together.
_FEW = 200
# Leaves that are found together, and that are looked at together, as often the newest fit.
_MOST, _AT_ONCE = 4_000, 128
_Where: TypeAlias = Sequence[ColumnElement[bool]]  # Conditions on `leaf`.


def of_text(session: ReadSession, text: str, paths: Sequence[int] | None) -> _Where:
    """What an index is asked for: leaves with this text, on these paths if any are given.

    More may fulfil it.
    """
    if paths is None or len(paths) > _FEW_PATHS:
        return is_text(text)
    return [leaf.c.hash == hash_of(text), among(session, leaf.c.path_pk, paths)]


def of_paths(
    session: ReadSession, conditions: Sequence[Condition], paths: Sequence[int] | None
) -> _Where | None:
    """As of_text, of numbers that one of the conditions compares, or of the paths alone.

    None: there are too many paths, or none are asked for.
    """
    if paths is None or len(paths) > _SOME_PATHS:
        return None
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
