"""What a value is, as far as a contract tells values apart."""

import re
from datetime import UTC, datetime

from app.model.contract import Kind
from app.model.masks import MASK, is_mask, was_number
from app.model.values import Json

# Characters of a text that is kept as an example.
_MOST_SHOWN = 60
# A part of a text that is as long and not made of words and numbers is an id or a secret.
_SHORTEST_RANDOM = 16
_MOST_READ = 500
_GREATEST = 1e300

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.{0,25})?\Z", re.DOTALL)
_BETWEEN = re.compile(r"[^A-Za-z0-9+_.~-]+")
_WORD = re.compile(r"[A-Za-z]{4,}")
_PLAIN = re.compile(r"(?:\d+|[A-Za-z]?[a-z]+|[A-Z]+)\Z")
_HEX = re.compile(r"[0-9a-fA-F-]+\Z")
# Names that are data: numbers, dates, long hexadecimal numbers, paths, addresses.
_DATA_NAME = re.compile(
    r"""-?\d[\d.]*\Z                            # 17, 3.5
    |   .*\d{4}-\d\d-\d\d                       # 2026-11-01, day_2026-11-01
    |   .*\d{8}                                 # 20261101
    |   (?=.*\d)[0-9a-fA-F]{8,}(?:-|\Z)         # 9f2c41d0, and UUIDs
    |   .*[/@:]                                 # s3://lake/a, me@example.org
    """,
    re.VERBOSE,
)


_MASKED = {None: Kind.UNKNOWN, False: Kind.STRING, True: Kind.NUMBER}


def kind_of(value: Json) -> Kind:  # noqa: PLR0911 - one for each kind
    """A masked value might have been anything, unless its digest tells of a text or a number."""
    match value:
        case None:
            return Kind.NULL
        case bool():
            return Kind.BOOLEAN
        case int():
            return Kind.INTEGER
        case float():
            return Kind.NUMBER
        case str():
            if is_mask(value):
                return _MASKED[was_number(value)]
            return Kind.STRING if date_of(value) is None else Kind.DATE
        case list():
            return Kind.LIST
        case _:
            return Kind.MAPPING


def family(kind: Kind) -> Kind:
    """Kinds of one family stand for each other: an integer is a number, a date is a text."""
    return {Kind.INTEGER: Kind.NUMBER, Kind.DATE: Kind.STRING}.get(kind, kind)


def date_of(text: str) -> datetime | None:
    """The date that the text is; without a zone it is taken for UTC."""
    if not _DATE.match(text):
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number_of(value: Json) -> int | float | None:
    """The number that the value is, if it can be reckoned with: JSON's have no bounds."""
    if type(value) is int or isinstance(value, float):
        return value if -_GREATEST < value < _GREATEST else None
    return None


def example_of(value: Json) -> bool | int | float | str | None:
    """The value as an example; None when it is none: no scalar, masked, an id or a secret."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if MASK in value or is_random(value):
            return None
        return value if len(value) <= _MOST_SHOWN else f"{value[: _MOST_SHOWN - 1]}…"
    return number_of(value)


def is_random(text: str) -> bool:
    """Whether a part of the text looks made by a machine: a hash, a token, a UUID."""
    return any(map(_is_random_part, _BETWEEN.split(text[:_MOST_READ])))


def _is_random_part(part: str) -> bool:
    if len(part) < _SHORTEST_RANDOM:
        return False
    words = [word for word in re.split(r"[-_.+~]", part) if word]
    return bool(_HEX.match(part)) or not (
        any(map(_WORD.match, words)) and all(map(_PLAIN.match, words))
    )


def is_data(name: str) -> bool:
    """Whether a mapping's key is data rather than a name that a template writes."""
    return len(name) > _MOST_SHOWN or bool(_DATA_NAME.match(name))
