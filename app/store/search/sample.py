"""Some of the texts in the index, by which a search judges what is frequent."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row
from sqlalchemy import text as sql

from app.query.matching import lowered
from app.store.search.numbers import BEYOND
from app.store.search.partitions import TABLE
from app.store.search.spans import DAY, days_or_weeks
from app.store.session import ReadSession

# Leaves that follow each other are alike: so of those at each place every fifth is taken.
_PLACES, _EACH, _STEP = 100, 40, 5
# Seconds for which a sample is taken to be like the store. A small one costs little to take anew.
_KEPT, _KEPT_SMALL = 600.0, 5.0
# Characters of a text: a few long ones must not make each search long.
_LONGEST = 200

_Rows: TypeAlias = Sequence[Row[int, str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """Some leaves from all over the index: their texts as it has them, and their numbers.

    The texts are in lower case; on PostgreSQL with letters in the place of punctuation.
    """

    texts: Sequence[str]
    numbers: Sequence[int]
    until: float  # On the monotonic clock.


_samples: WeakKeyDictionary[Engine, Sample] = WeakKeyDictionary()

_SOME = sql(
    "SELECT leaf.id, leaf.text FROM json_each(:places) AS place JOIN leaf ON leaf.id IN"
    " (SELECT id FROM leaf WHERE id >= place.value ORDER BY id LIMIT :each)"
)
# PostgreSQL takes pages from all over the table by itself.
_PAGES = sql(
    "SELECT sum(pg_relation_size(inhrelid)) / current_setting('block_size')::INTEGER"  # noqa: S608 - ours
    f" FROM pg_inherits WHERE inhparent = {TABLE}"
)
_OF_PAGES = sql("SELECT id, folded FROM leaf TABLESAMPLE SYSTEM (:percent)")


def sample_of(session: ReadSession) -> Sample:
    """The same one for a while, then one taken anew."""
    known = _samples.get(session.engine)
    if known is None or known.until < time.monotonic():
        known = _samples[session.engine] = _taken(session)
    return known


def _taken(session: ReadSession) -> Sample:
    is_sqlite = session.dialect.name == "sqlite"
    rows, is_small = _of_places(session) if is_sqlite else _of_pages(session)
    some = rows[::_STEP]
    return Sample(
        [lowered(text[:_LONGEST]) for _, text in some],
        [number for number, _ in some],
        time.monotonic() + (_KEPT_SMALL if is_small else _KEPT),
    )


def _of_places(session: ReadSession) -> tuple[_Rows, bool]:
    """Leaves, and whether there are few in all."""
    days = days_or_weeks(session, low=0, high=BEYOND)
    random = Random(0)  # noqa: S311 # which texts is nobody's secret
    places = [
        random.choice(days) * DAY + random.randrange(DAY) for _ in range(_PLACES if days else 0)
    ]
    given = {"places": json.dumps(places), "each": _EACH}
    rows = session.execute(_SOME, given).all()
    return rows, len(rows) < _PLACES * _EACH * 0.9


def _of_pages(session: ReadSession) -> tuple[_Rows, bool]:
    """The same; a page of the table is about as long as a place."""
    pages = int(session.scalar(_PAGES) or 0)
    percent = 100 * _PLACES / max(pages, _PLACES)
    return session.execute(_OF_PAGES, {"percent": percent}).all(), pages <= _PLACES
