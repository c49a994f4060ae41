"""How large a value of the source may grow: it is followed, not to be filled into memory."""

from collections.abc import Iterable
from typing import Any

#: Elements of a list or dict that are kept.
MOST_ELEMENTS = 10_000
#: Parts of a nested value that are looked at when it is printed, compared or declared.
MOST_PARTS = 20_000
#: Parts, or characters of a text, that one step goes through.
_PARTS_OF_A_STEP, _CHARACTERS_OF_A_STEP = 10, 200


def is_small(value: Any) -> bool:
    """Whether a nested value has few enough parts to be gone through.

    A list that holds another one many times is as large as if it were written out.
    """
    if not isinstance(value, list | tuple | dict | str):
        return True
    waiting, left = [value], MOST_PARTS
    while waiting and left > 0:
        part = waiting.pop()
        left -= 1 + (len(part) // 100 if isinstance(part, str) else 0)
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list | tuple):
            waiting.extend(part)
    return left > 0


def steps_through(values: Iterable[Any]) -> int:
    """Steps that it takes to go through the values once, not into what they hold."""
    return sum(
        len(one) // (_CHARACTERS_OF_A_STEP if isinstance(one, str) else _PARTS_OF_A_STEP)
        for one in values
        if isinstance(one, str | list | tuple | dict)
    )
