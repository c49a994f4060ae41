"""What a leaf's text says to a search: as a number, as a moment, and where it stands."""

import math
import re
from datetime import UTC, datetime

from app.model.leaves import Place
from app.query.terms import Within

#: Template fields that are environment variables: a pod's, and the BashOperator's.
ENVIRONMENT = frozenset({"env_vars", "env"})

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?\Z"
)
#: No number or date of use is longer.
_LONGEST = 40


def number(text: str) -> float | None:
    """The number that a text is, written as JSON writes numbers."""
    if len(text) > _LONGEST or not _NUMBER.match(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def moment(text: str) -> datetime | None:
    """The moment that a text is, in a form of ISO 8601; midnight of a date, UTC without a zone."""
    if len(text) > _LONGEST or not _MOMENT.match(text):
        return None
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def within(place: Place, name: str) -> Within:
    """What `in:` calls the place of a leaf."""
    if place == Place.XCOM:
        return Within.XCOM
    return Within.ENV if name in ENVIRONMENT else Within.ARGS
