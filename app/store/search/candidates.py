"""Numbers of the leaves that may fit a query, the newest first: none that fits is missing."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.query.terms import Query, Since, Until
from app.store.search.numbers import first_number, number_after
from app.store.session import ReadSession
from app.store.tables import leaf

# Leaves looked at together: few at first, as often the newest fit.
_FIRST, _LATER = 100, 5_000


def candidates(session: ReadSession, query: Query, *, older: int | None) -> Iterator[Sequence[int]]:
    """Leaves with a number below `older`, some at a time."""
    low, high = _bounds(session, query)
    high = high if older is None else older if high is None else min(high, older)
    size = _FIRST
    while numbers := _newest(session, low, high, size):
        yield numbers
        high, size = numbers[-1], min(size * 4, _LATER)


def _newest(session: ReadSession, low: int, high: int | None, most: int) -> Sequence[int]:
    below = [] if high is None else [leaf.c.id < high]
    return (
        session.execute(
            select(leaf.c.id).where(leaf.c.id >= low, *below).order_by(leaf.c.id.desc()).limit(most)
        )
        .scalars()
        .all()
    )


def _bounds(session: ReadSession, query: Query) -> tuple[int, int | None]:
    """The least number that a leaf may have, and one that is too great."""
    positive = [term.condition for term in query.terms if not term.is_negated]
    since = [one.time for one in positive if isinstance(one, Since)]
    until = [one.time for one in positive if isinstance(one, Until)]
    low = first_number(session, max(since)) if since else 0
    return low, number_after(session, min(until)) if until else None
