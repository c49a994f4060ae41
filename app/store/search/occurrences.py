"""Leaves of which the exact text is known."""

from sqlalchemy import ColumnElement, func, literal_column, select

from app.model.leaves import Found
from app.store.search.kinds import LONGEST
from app.store.search.reading import read_hits, with_tries
from app.store.search.writing import hash_of
from app.store.session import ReadSession
from app.store.tables import leaf
from app.store.types import as_stored

#: As many characters of a text stand in the index on texts; the longer ones are found by a hash.
HEAD = 64


def leaves_with_text(
    session: ReadSession,
    text: str,
    *,
    older: int | None = None,
    most: int = 50,
) -> Found:
    """The newest leaves whose text is this one, of those whose number is below `older`.

    Of texts longer than LONGEST the beginnings are compared.
    """
    conditions = is_text(text[:LONGEST])
    if older is not None:
        conditions.append(leaf.c.id < older)
    numbers = (
        session.execute(
            select(leaf.c.id).where(*conditions).order_by(leaf.c.id.desc()).limit(most + 1)
        )
        .scalars()
        .all()
    )
    hits = with_tries(session, read_hits(session, numbers[:most]))
    more = numbers[most - 1] if len(numbers) > most else None
    return Found(tuple(one.leaf for one in hits), older=more)


def is_text(text: str) -> list[ColumnElement[bool]]:
    """That a leaf has exactly this text, as the indexes on texts can tell."""
    # Not that the text is this one too: SQLite would put it into substr() and then know no index.
    length = func.length(leaf.c.text)
    if len(as_stored(text)) < HEAD:
        return [head() == text]  # Which the index tells without the leaves themselves.
    if len(as_stored(text)) == HEAD:
        return [head() == text, length <= literal_column(str(HEAD))]
    return [leaf.c.hash == hash_of(text), length > literal_column(str(HEAD)), leaf.c.text == text]


def head() -> ColumnElement[str]:
    """The beginning of a leaf's text; the numbers stand in the statement, as in the index."""
    beginning: ColumnElement[str] = func.substr(
        leaf.c.text, literal_column("1"), literal_column(str(HEAD)), type_=leaf.c.text.type
    )
    return beginning
