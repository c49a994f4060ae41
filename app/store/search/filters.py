"""What a leaf's own row must fulfil to fit a query: nothing that fits is kept out.

What passes is checked again, value by value: see `app/query/matching.py`.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Text, func, literal, not_, or_, type_coerce

from app.query.matching import lowered
from app.query.terms import Begins, Compared, Condition, Contains, Is, Matches, Query, Sign, Term
from app.store.search.kinds import Kind
from app.store.search.like import like_pattern
from app.store.session import ReadSession
from app.store.tables import leaf
from app.store.types import ESCAPE, as_stored


def conditions(
    session: ReadSession, query: Query, *, fulfilled: Condition | None = None
) -> list[ColumnElement[bool]]:
    """Conditions on the table `leaf` for the terms that ask for its text or number.

    `fulfilled`: what all leaves in question fulfil anyway.
    """
    rest = (term for term in query.terms if term.is_negated or term.condition != fulfilled)
    return [one for term in rest for one in _of_term(session, term)]


def _of_term(session: ReadSession, term: Term) -> Iterator[ColumnElement[bool]]:
    condition = term.condition
    if term.is_negated:
        if isinstance(condition, Contains):
            # A character that is stored escaped may look like the text.
            yield or_(not_(holds(session, condition.text)), holds(session, ESCAPE, as_is=True))
        elif isinstance(condition, Is):
            yield leaf.c.text != condition.text
    elif isinstance(condition, Contains) and condition.text:
        yield holds(session, condition.text)
    elif isinstance(condition, Matches) and condition.literal:
        yield holds(session, condition.literal)
    elif isinstance(condition, Is):
        yield leaf.c.text == condition.text
    elif isinstance(condition, Begins):
        yield begins(condition.text)
    elif isinstance(condition, Compared):
        yield from compared(condition)


def holds(session: ReadSession, text: str, *, as_is: bool = False) -> ColumnElement[bool]:
    """That the text of a leaf has this one in it, A to Z in either case."""
    low = literal(text if as_is else lowered(as_stored(text)), Text)
    inside = func.lower(type_coerce(leaf.c.text, Text))
    if session.dialect.name == "sqlite":
        return func.instr(inside, low) > 0
    return inside.like(like_pattern(text))


def begins(beginning: str) -> ColumnElement[bool]:
    """That the text of a leaf begins so."""
    start = as_stored(beginning)
    return func.substr(type_coerce(leaf.c.text, Text), 1, len(start)) == start


def compared(condition: Compared) -> Iterator[ColumnElement[bool]]:
    """What the value is; numbers are rounded in the index, so that more may pass."""
    value, sign = condition.value, condition.sign
    if isinstance(value, str):
        if sign == Sign.EQUAL:
            yield leaf.c.text == value
        return
    is_time = isinstance(value, datetime)
    number = value.timestamp() if isinstance(value, datetime) else value
    if sign == Sign.UNEQUAL:
        return
    yield leaf.c.num.is_not(None)
    yield (leaf.c.kind == int(Kind.MOMENT)) if is_time else (leaf.c.kind != int(Kind.MOMENT))
    if sign == Sign.EQUAL:
        yield leaf.c.num == number
    elif sign in {Sign.LESS, Sign.AT_MOST}:
        yield leaf.c.num <= number
    else:
        yield leaf.c.num >= number
