"""What the indexes on texts are asked for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal_column, type_coerce

from app.query.terms import Compared, Condition, Is, Query, Sign
from app.store.search.writing import hash_of
from app.store.tables import leaf
from app.store.types import as_stored

#: As many characters of a text stand in the index on texts; the longer ones are found by a hash.
HEAD = 64
# The greatest character there is: no text goes on beyond it.
_LAST = "\U0010ffff"


def exact_text(query: Query) -> str | None:
    """The longest text that a leaf must be, none more and none less."""
    found = exact_condition(query)
    return None if found is None else found[1]


def exact_condition(query: Query) -> tuple[Condition, str] | None:
    """That text after what asks for it."""
    each = ((one, text) for one in query.positives if (text := _exact(one)) is not None)
    return max(each, key=lambda one: len(one[1]), default=None)


def _exact(condition: Condition) -> str | None:
    if isinstance(condition, Is):
        return condition.text
    if isinstance(condition, Compared) and condition.sign == Sign.EQUAL:
        return condition.value if isinstance(condition.value, str) else None
    return None


def is_text(text: str) -> tuple[ColumnElement[Any], str | int, Sequence[ColumnElement[bool]]]:
    """The column by which an index has leaves with exactly this text, its value, and what else.

    Others may have the same hash: whoever reads leaves by it looks at their texts.
    """
    # Not that the text is this one too: SQLite would put it into substr() and then know no index.
    length = func.length(leaf.c.text)
    if len(as_stored(text)) < HEAD:
        return head(), text, ()  # Which the index tells without the leaves themselves.
    if len(as_stored(text)) == HEAD:
        return head(), text, (length <= literal_column(str(HEAD)),)
    # Were the text asked for as well, PostgreSQL would take it for a few leaves among thousands.
    return leaf.c.hash, hash_of(text), (length > literal_column(str(HEAD)),)


def begins(beginning: str) -> ColumnElement[bool]:
    """That the text of a leaf begins so, as far as that index tells."""
    stored: ColumnElement[Any] = type_coerce(head(), Text)
    return stored.between(*beginnings_of(beginning))


def beginnings_of(beginning: str) -> tuple[str, str]:
    """The first and the last that a text may begin with in that index, if it begins so."""
    start = as_stored(beginning)[:HEAD]
    return start, start + _LAST * (HEAD + 1 - len(start))


def head() -> ColumnElement[str]:
    """The beginning of a leaf's text; the numbers stand in the statement, as in the index."""
    beginning: ColumnElement[str] = func.substr(
        leaf.c.text, literal_column("1"), literal_column(str(HEAD)), type_=leaf.c.text.type
    )
    return beginning
