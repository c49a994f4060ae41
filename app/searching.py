"""Searches from the command line: what tasks gave and got, a line each."""

from dataclasses import replace
from datetime import datetime

from app.model.errors import NotUnderstood
from app.model.ids import NOT_MAPPED
from app.model.leaves import Found, Leaf
from app.query.parsing import parse
from app.query.terms import Query
from app.store.search.finding import search
from app.store.session import Store
from app.web import text
from app.web.search_mending import mending
from app.web.search_results import place_of

# Values asked for together, and characters of one that a line shows.
_AT_ONCE = 500
_ROOM = 160


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
    return "\n".join(map(_shown, (*notes, *offers)))


def as_lines(leaves: tuple[Leaf, ...]) -> str:
    """A line each: when, whose, where it stands, and the value."""
    rows = [_row(leaf) for leaf in leaves]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    return "\n".join("  ".join((*map(str.ljust, row[:3], widths), row[3])) for row in rows)


def _row(leaf: Leaf) -> tuple[str, str, str, str]:
    at = leaf.at.instance
    mapped = "" if at.map_index == NOT_MAPPED else f"[{at.map_index}]"
    value = leaf.text if len(leaf.text) <= _ROOM else f"{leaf.text[: _ROOM - 1]}…"
    whose = f"{at.dag_id}/{at.task_id}{mapped}"
    return text.exact(leaf.at.time), _shown(whose), _shown(place_of(leaf)), _shown(value)


def _shown(value: str) -> str:
    """In one line: a terminal obeys what is not printable, and values come from others."""
    return "".join(one if one.isprintable() else _escaped(one) for one in value)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _pointing(typed: str, error: NotUnderstood) -> str:
    at = error.position
    here = _shown(typed[at : at + 12]) if at < len(typed) else ""
    where = f'at character {at + 1} ("{here}")' if here else "at its end"
    return f"the search is not understood {where}: {error}"
