"""What a tracked value is once its origins are left away, and whether anything of it is open."""

from itertools import islice
from typing import Any

from app.lineage.template.holes import is_marked
from app.lineage.template.limits import parts_of
from app.lineage.template.tracked import (
    MOST_PARTS,
    Lazy,
    Nothing,
    Real,
    Text,
    Truth,
    Whole,
    Wildcard,
)


def plain(value: Any) -> Any:  # noqa: PLR0911  # one line for each kind of value
    """The value as Airflow would hand it to a filter."""
    if isinstance(value, Nothing):
        return None
    if isinstance(value, Truth):
        return bool(value)
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Whole):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return type(value)(map(plain, value)) if isinstance(value, Lazy) else [*map(plain, value)]
    return value


def holds_wildcard(value: Any) -> bool:
    """Whether a part of the value is not known; of more parts than can be looked at one may be."""
    if isinstance(value, Wildcard):
        return True
    if isinstance(value, str):
        return is_marked(value)
    if not isinstance(value, dict | list | tuple):
        return False
    waiting, left = [value], MOST_PARTS
    while waiting:
        part = waiting.pop()
        left -= 1
        if left < 0 or isinstance(part, Wildcard) or (isinstance(part, str) and is_marked(part)):
            return True
        # The plain methods: going through a tracked value would track every part of it.
        if isinstance(part, dict):
            waiting.extend(islice(dict.values(part), left + 1))
        elif isinstance(part, list):
            waiting.extend(islice(list.__iter__(part), left + 1))
        elif isinstance(part, tuple):
            waiting.extend(part[: left + 1])
    return False


def is_large(value: Any) -> bool:
    """Whether going through all parts of a value would take too long to be worth it."""
    return isinstance(value, dict | list | tuple) and parts_of(value, MOST_PARTS) > MOST_PARTS
