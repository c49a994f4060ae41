"""Some of the texts in the index, by which a search judges what is frequent."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select, text

from app.query.matching import lowered
from app.store.session import ReadSession
from app.store.tables import leaf

# Leaves that follow each other are alike: so there are few of each place.
_PLACES, _EACH = 100, 8
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
    "SELECT leaf.text AS text FROM json_each(:places) AS place JOIN leaf ON leaf.id IN"  # noqa: S608 # our number
    f" (SELECT id FROM leaf WHERE id >= place.value ORDER BY id LIMIT {_EACH})"
)


def sample_of(session: ReadSession) -> Sequence[str]:
    """Texts from all over the index, in lower case, taken anew from time to time."""
    known = _samples.get(session.engine)
    if known is None or known.until < time.monotonic():
        known = _samples[session.engine] = _taken(session)
    return known.texts


def _taken(session: ReadSession) -> _Sample:
    low, high = session.execute(select(func.min(leaf.c.id), func.max(leaf.c.id))).one()
    random = Random(0)  # noqa: S311 # which texts is nobody's secret
    places = [random.randint(low or 0, high or 0) for _ in range(_PLACES)]
    rows = session.execute(_SOME, {"places": json.dumps(places)}).scalars()
    texts = [lowered(one[:_LONGEST]) for one in rows]
    kept = _KEPT if len(texts) >= _PLACES * _EACH * 0.9 else _KEPT_SMALL
    return _Sample(texts, time.monotonic() + kept)
