"""What the indexes on texts are asked for."""

from sqlalchemy import ColumnElement, func, literal_column

from app.store.search.writing import hash_of
from app.store.tables import leaf
from app.store.types import as_stored

#: As many characters of a text stand in the index on texts; the longer ones are found by a hash.
HEAD = 64


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
