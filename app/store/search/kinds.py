"""A scalar as the index holds it: its text, what kind it is, and its number if it has one."""

import json
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from app.model.values import Json
from app.query.scalars import moment, number

#: Characters of a text that are searched; what a longer one has behind them is not found.
LONGEST = 16_384


class Kind(IntEnum):
    NULL = 0
    BOOLEAN = 1
    NUMBER = 2
    TEXT = 3
    NUMERAL = 4  # A text that is a number, as environment variables are.
    MOMENT = 5  # A text that is a date or time of ISO 8601.


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    kind: Kind
    num: float | None = None  # A moment's: seconds since 1970.


_CONSTANTS = {
    None: Scalar("null", Kind.NULL),
    True: Scalar("true", Kind.BOOLEAN),
    False: Scalar("false", Kind.BOOLEAN),
}


def scalar_of(value: Json) -> Scalar:
    """The value, which is no list and no mapping, as it is searched."""
    if isinstance(value, str):
        return _of_text(value[:LONGEST])
    if isinstance(value, bool) or value is None:
        return _CONSTANTS[value]
    # The whole of json.dumps takes much longer, and this is done for each number.
    is_plain = isinstance(value, int) or (isinstance(value, float) and isfinite(value))
    text = repr(value) if is_plain else json.dumps(value)
    return Scalar(text, Kind.NUMBER, number(text))


def value_of(text: str, kind: Kind) -> Json:
    """The value that was indexed so."""
    return text if kind >= Kind.TEXT else json.loads(text)


def _of_text(text: str) -> Scalar:
    # Most texts begin otherwise, and this is done for each.
    if not text[:1].isascii() or not (text[:1].isdigit() or text[:1] == "-"):
        return Scalar(text, Kind.TEXT)
    numeral = number(text)
    if numeral is not None:
        return Scalar(text, Kind.NUMERAL, numeral)
    time = moment(text)
    return Scalar(text, Kind.TEXT) if time is None else Scalar(text, Kind.MOMENT, time.timestamp())
