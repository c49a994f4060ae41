"""Some of the texts in the index, by which a search judges what is frequent."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text

from app.query.matching import lowered
from app.store.search.numbers import BEYOND
from app.store.search.spans import DAY, days_or_weeks
from app.store.session import ReadSession

# Leaves that follow each other are alike: so of those at each place every fifth is taken.
_PLACES, _EACH, _STEP = 100, 40, 5
# Seconds for which a sample is taken to be like the store. A small one costs little to take anew.
_KEPT, _KEPT_SMALL = 600.0, 5.0
# Characters of a text: a few long ones must not make each search long.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Sample:
    texts: Sequence[str]
    until: float  # On the monotonic clock.


_samples: WeakKeyDictionary[Engine, _Sample] = WeakKeyDictionary()

_SOME = text(
    "SELECT leaf.text AS text FROM json_each(:places) AS place JOIN leaf ON leaf.id IN"
    " (SELECT id FROM leaf WHERE id >= place.value ORDER BY id LIMIT :each)"
)


def sample_of(session: ReadSession) -> Sequence[str]:
    """Texts from all over the index, in lower case, taken anew from time to time."""
    known = _samples.get(session.engine)
    if known is None or known.until < time.monotonic():
        known = _samples[session.engine] = _taken(session)
    return known.texts


def _taken(session: ReadSession) -> _Sample:
    days = days_or_weeks(session, low=0, high=BEYOND)
    random = Random(0)  # noqa: S311 # which texts is nobody's secret
    places = [
        random.choice(days) * DAY + random.randrange(DAY) for _ in range(_PLACES if days else 0)
    ]
    given = {"places": json.dumps(places), "each": _EACH}
    rows = session.execute(_SOME, given).scalars().all()
    texts = [lowered(one[:_LONGEST]) for one in rows[::_STEP]]
    kept = _KEPT if len(rows) >= _PLACES * _EACH * 0.9 else _KEPT_SMALL
    return _Sample(texts, time.monotonic() + kept)
