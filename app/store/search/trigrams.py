"""Leaves whose text may hold another text, found by its groups of three characters."""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import text

from app.query.matching import lowered
from app.store.search.partitions import bounds, name, partitions
from app.store.session import ReadSession
from app.store.types import as_stored

#: Both stores index groups of so many characters, and SQLite no shorter text.
LENGTH = 3
# More groups than these make few candidates fewer and each step slower.
_MOST_GROUPS = 6
_FIRST, _LATER = 64, 4_000
# Leaves that are read one by one on PostgreSQL before its index is asked: some milliseconds' worth.
_PROBED = 5_000

# The numbers of the table of texts are those of the leaves, and it gives the greatest first by
# itself. LIKE would do too, but not with the ESCAPE that a text with % or _ needs: see
# tests/store/search/test_traps.py.
_MATCH = text(
    "SELECT rowid FROM leaf_trigram WHERE leaf_trigram MATCH :groups"
    " AND rowid >= :low AND rowid < :high ORDER BY rowid DESC"
)

# PostgreSQL groups the letters and digits of a word, and pads words where the text shows an end.
_WORD = re.compile(r"[A-Za-z0-9]+")


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


def having(session: ReadSession, searched: str, *, low: int, high: int) -> Iterator[Sequence[int]]:
    """Numbers from `low` up to below `high`, the greatest first, some at a time.

    Every leaf that holds the text is among them, A to Z in either case.
    """
    if session.dialect.name == "sqlite":
        return _by_match(session, searched, low, high)
    return _by_parts(session, searched, low, high)


def groups(searched: str) -> str:
    """What SQLite's index is asked for: groups of the text, each of which is in every candidate."""
    stored = as_stored(searched)
    starts = range(len(stored) - LENGTH + 1)
    step = -(-len(starts) // _MOST_GROUPS)
    chosen = {stored[at : at + LENGTH]: None for at in (*starts[::step], starts[-1])}
    return " AND ".join('"' + group.replace('"', '""') + '"' for group in chosen)


def _by_match(session: ReadSession, searched: str, low: int, high: int) -> Iterator[Sequence[int]]:
    given = {"groups": groups(searched), "low": low, "high": high}
    size = _FIRST
    # One statement, read on as far as it is needed.
    with session.execute(_MATCH, given) as result:
        while rows := result.fetchmany(size):
            yield [row.rowid for row in rows]
            size = min(size * 4, _LATER)


def _by_parts(session: ReadSession, searched: str, low: int, high: int) -> Iterator[Sequence[int]]:
    given = {"pattern": like_pattern(searched), "low": low}
    is_first = True
    for week in partitions(session):
        start, end = bounds(week)
        if end <= low or start >= high:
            continue
        below = min(high, end)
        if is_first:
            # What is in many texts is in the newest; the index would give all places of it.
            reached, numbers = _newest(session, week, given | {"high": below})
            yield numbers
            is_first, below = False, reached
        yield from _of_part(session, week, given, below)


def _newest(session: ReadSession, week: int, given: dict[str, object]) -> tuple[int, Sequence[int]]:
    """The least of the part's newest numbers, and those of them whose leaf holds the text."""
    newest = (
        f"SELECT id, text FROM {name(week)} WHERE id >= :low AND id < :high"  # noqa: S608 # our name
        f" ORDER BY id DESC LIMIT {_PROBED}"
    )
    holding = "array_agg(id ORDER BY id DESC) FILTER (WHERE lower(text) LIKE :pattern)"
    row = session.execute(
        text(f"SELECT min(id) AS reached, {holding} AS found FROM ({newest}) AS newest"),  # noqa: S608
        given,
    ).one()
    return row.reached or 0, row.found or ()


def _of_part(
    session: ReadSession, week: int, given: dict[str, object], high: int
) -> Iterator[Sequence[int]]:
    # OFFSET 0 keeps PostgreSQL from reading the part in the order of its numbers.
    found = text(
        f"SELECT id FROM (SELECT id FROM {name(week)} WHERE lower(text) LIKE :pattern"  # noqa: S608 # our name
        f" AND id >= :low AND id < :high OFFSET 0) AS found ORDER BY id DESC LIMIT {_LATER}"
    )
    while numbers := session.execute(found, given | {"high": high}).scalars().all():
        yield numbers
        if len(numbers) < _LATER:
            return
        high = numbers[-1]


def like_pattern(searched: str) -> str:
    """The pattern of LIKE for texts with this one in them, in lower case."""
    return f"%{escaped_for_like(lowered(as_stored(searched)))}%"


def escaped_for_like(stored: str) -> str:
    """The text where it stands for itself in a pattern of LIKE whose escape is a backslash."""
    return re.sub(r"([\\%_])", r"\\\1", stored)
