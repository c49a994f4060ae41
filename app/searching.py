"""Searches from the command line: what they find, and what is told of those that find nothing."""

from dataclasses import replace
from datetime import datetime

from app.model.errors import NotUnderstood
from app.model.leaves import Found, Leaf
from app.query.parsing import parse
from app.query.terms import Query
from app.searching_table import printable
from app.store.search.finding import search
from app.store.session import Store
from app.web.search_mending import mending

# Values asked for together.
_AT_ONCE = 500


def understood(typed: str, *, now: datetime) -> Query:
    """The search, read. Raises NotUnderstood with one line that points at the character."""
    try:
        return parse(typed, now=now)
    except NotUnderstood as error:
        raise NotUnderstood(_pointing(typed, error), error.position) from error


def found(store: Store, query: Query, *, most: int, older: int | None = None) -> Found:
    """The newest values that fit, however long that takes; `older`: of those below this number."""
    leaves: list[Leaf] = []
    while True:
        with store.reading() as session:
            some = search(session, query, older=older, most=min(most - len(leaves), _AT_ONCE))
        leaves += some.leaves
        older = some.older
        if older is None or len(leaves) >= most:
            return replace(some, leaves=tuple(leaves), ran_out=False)


def instead(store: Store, typed: str, *, now: datetime) -> str:
    """For a search that found nothing: what is likely wrong, and searches that find something."""
    with store.reading() as session:
        mended = mending(session, typed, now=now)
    notes = (note.replace("`", "") for note in mended.notes)
    offers = (f"try {one.words or 'everything'}  ({one.says})" for one in mended.advice)
    return "\n".join(map(printable, (*notes, *offers)))


def _pointing(typed: str, error: NotUnderstood) -> str:
    at = error.position
    here = printable(typed[at : at + 12]) if at < len(typed) else ""
    where = f'at character {at + 1} ("{here}")' if here else "at its end"
    return f"the search is not understood {where}: {error}"
