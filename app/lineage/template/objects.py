"""Values that cannot be printed as they are stored, at any depth.

Airflow makes Python objects, datetimes and tuples, of `{"__classname__": …, "__data__": …}`; and a
text that holds our own marks could not be told from what we mark.
"""

from typing import Any

from app.lineage.template.holes import is_marked
from app.lineage.template.tracked import Wildcard
from app.model.facts import XCom

_CLASS = "__classname__"


class Objects:
    """Which XComs hold such a value; each is looked through once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[XCom, bool]] = {}

    def are_in(self, xcom: XCom) -> bool:
        known = self._known.get(id(xcom))
        if known is None:
            # The XCom is kept, so that its number is not given to another one.
            known = self._known[id(xcom)] = (xcom, _holds_object(xcom.value))
        return known[1]


def is_object(value: dict[str, Any]) -> bool:
    """Whether Airflow makes an object of the mapping."""
    return _CLASS in value


def veiled(value: Any, unknown: Wildcard) -> Any:
    """The value with a wildcard for every object in it."""
    if isinstance(value, dict):
        if is_object(value):
            return unknown
        return {name: veiled(one, unknown) for name, one in value.items()}
    if isinstance(value, list):
        return [veiled(one, unknown) for one in value]
    return unknown if isinstance(value, str) and is_marked(value) else value


def _holds_object(value: Any) -> bool:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if is_object(part):
                return True
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, str) and is_marked(part):
            return True
    return False
