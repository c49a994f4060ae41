"""Leaves whose text may hold another text, found by its groups of three characters."""

import re
from collections.abc import Iterator

from sqlalchemy import Select, and_, bindparam, column, select, table, text, true

from app.store.search.batches import Batch, Where
from app.store.search.folded import AT_ONCE, by_parts
from app.store.search.groups import LENGTH, groups_of, quoted, rarest
from app.store.search.sample import sample_of
from app.store.search.spans import Stretch
from app.store.session import ReadSession
from app.store.tables import Number, leaf
from app.store.types import as_stored

# The numbers of the table of texts are those of the leaves, and it gives the greatest first by
# itself. LIKE would do too, but not with the ESCAPE that a text with % or _ needs: see
# tests/store/search/test_traps.py.
_TRIGRAM = table("leaf_trigram", column("rowid", Number))

# PostgreSQL groups the letters and digits of a word, and pads words where the text shows an end.
_WORD = re.compile(r"[A-Za-z0-9/\-_.=:]+")


def can_find(session: ReadSession, searched: str) -> bool:
    """Whether the index of groups narrows a search for this text."""
    stored = as_stored(searched)
    if session.dialect.name == "sqlite":
        return len(stored) >= LENGTH
    return any(_has_groups(stored, word) for word in _WORD.finditer(stored))


def _has_groups(stored: str, word: re.Match[str]) -> bool:
    # A word within the text has a group for its beginning and one for its end; of one at the edge
    # the text may show a part only.
    inner = (word.start() > 0) + (word.end() < len(stored))
    return len(word[0]) + inner >= LENGTH


def checks_text(session: ReadSession) -> bool:
    """Whether what the index gives has been checked for the text."""
    return session.dialect.name != "sqlite"


def having(stretch: Stretch, searched: str, conditions: Where) -> Iterator[Batch]:
    """Leaves of the stretch, those with the greatest numbers first, some at a time.

    Every leaf that holds the text, A to Z in either case, and fulfils the conditions is among them.
    """
    if stretch.session.dialect.name == "sqlite":
        yield from _by_match(stretch, searched, conditions)
        return
    for numbers, reached in by_parts(stretch, searched):
        # A few at a time: they may be thousands, of which a page needs fifty.
        for start in range(0, len(numbers), AT_ONCE):
            some = numbers[start : start + AT_ONCE]
            yield Batch(some, some[-1], conditions)
        yield Batch((), reached)


def _by_match(stretch: Stretch, searched: str, conditions: Where) -> Iterator[Batch]:
    session, bounds = stretch.session, {"low": stretch.low, "high": stretch.high}
    asked = rarest(groups_of(searched), sample_of(session).texts)
    given = {"groups": " AND ".join(map(quoted, asked)), **bounds}
    # One statement, read on as far as it is needed; it checks each candidate as it comes.
    with session.execute(_matching(conditions), given) as result:
        while rows := result.fetchmany(AT_ONCE):
            yield Batch([row.rowid for row in rows if row.fits], rows[-1].rowid)


def _matching(conditions: Where) -> Select[int, bool]:
    number = _TRIGRAM.c.rowid
    return (
        select(number, and_(true(), *conditions).label("fits"))
        .select_from(_TRIGRAM.join(leaf, leaf.c.id == number))
        .where(text("leaf_trigram MATCH :groups"))
        .where(number >= bindparam("low"), number < bindparam("high"))
        .order_by(number.desc())
    )
