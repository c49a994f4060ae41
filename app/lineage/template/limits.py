"""How much work a template may cause; counted, because there is no clock here."""

import re
from typing import Any

from jinja2.utils import Namespace

#: Calls, subscripts, filters, loop rounds and pieces of output of one rendering.
STEPS = 20_000
#: Characters of a text or elements of a list that a template may make.
SIZE = 1_000_000
#: Longest template that is looked at, in characters.
TEMPLATE_LENGTH = 100_000
#: Bits of a whole number; larger ones only come from mischief.
BITS = 4_096

# Characters of a value that one step goes through.
_WEIGHT_OF_A_STEP = 100
# Characters that a part of a list or mapping takes at least: brackets, a comma, a blank.
_PART = 5
_WIDE = re.compile(r"%[^a-zA-Z%]*(\d{4,}|\*)")


#: Outputs and statements of a template; compiling more takes longer than any of them is worth.
BLOCKS = 2_000


class TooMuchError(Exception):
    """The template wants more work than any honest one."""


class Budget:
    """What is left of the work one rendering may do."""

    def __init__(self, steps: int = STEPS) -> None:
        self._left = self._all = steps

    @property
    def spent(self) -> int:
        return self._all - self._left

    def spend(self, steps: int = 1) -> None:
        """Raises TooMuchError when nothing is left."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchError

    def spend_on(self, value: Any) -> None:
        """What going through all of a value costs. Raises TooMuchError when it is too much."""
        if isinstance(value, list | tuple | dict | Namespace):
            self.spend(check_weight(value) // _WEIGHT_OF_A_STEP)


def weight(value: Any, most: int = SIZE) -> int:
    """Characters of a value as it prints, at least; what stands in it twice counts twice.

    Counting stops above `most`: a list that holds itself, or one that doubled often, has no end.
    """
    return _count(value, most, of_a_part=_PART)


def parts_of(value: Any, most: int) -> int:
    """Its parts alone, at any depth; counting stops above `most`."""
    return _count(value, most, of_a_part=0)


def _count(value: Any, most: int, *, of_a_part: int) -> int:
    """Parts alone where a part has no characters."""
    of_a_part, is_text_counted = of_a_part or 1, bool(of_a_part)
    waiting, total = [value], 1
    while waiting and total <= most:
        part = waiting.pop()
        # The plain methods: going through a tracked value would track every part of it.
        if isinstance(part, str):
            total += len(part) if is_text_counted else 0
        elif isinstance(part, dict):
            total += of_a_part * len(part)
            waiting.extend(dict.values(part))
            waiting.extend(dict.keys(part) if is_text_counted else ())
        elif isinstance(part, list):
            total += of_a_part * len(part)
            waiting.extend(list.__iter__(part))
        elif isinstance(part, tuple):
            total += of_a_part * len(part)
            waiting.extend(part)
        elif isinstance(part, Namespace):
            waiting.append(getattr(part, "_Namespace__attrs", {}))
    return total


def check_weight(value: Any) -> int:
    """Its weight. Raises TooMuchError when going through the value could take for ever."""
    total = weight(value)
    _check_size(total)
    return total


def check_operands(operator: str, left: Any, right: Any) -> None:
    """Raises TooMuchError when the result would be too large to be computed."""
    if operator == "**":
        _check_power(left, right)
    elif operator == "*":
        _check_product(left, right)
    elif operator == "%" and isinstance(left, str):
        _check_format(left, right)
    elif operator == "+":
        _check_size(_size(left) + _size(right))


def check_arguments(receiver: Any, arguments: tuple[Any, ...]) -> None:
    """Raises TooMuchError when a method or filter could make something huge of these."""
    for argument in arguments:
        if isinstance(argument, int) and abs(argument) > SIZE // 10:
            raise TooMuchError
    sizes = [_size(argument) for argument in arguments]
    _check_size((_size(receiver) + 1) * (max(sizes, default=0) + 1))


def _check_power(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > BITS:
        raise TooMuchError


def _check_product(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > BITS:
            raise TooMuchError
        return
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | list | tuple) and isinstance(other, int):
            _check_size(len(one) * max(other, 0))
            check_weight(one)


def _check_format(left: str, right: Any) -> None:
    if _WIDE.search(left):
        raise TooMuchError
    _check_size(len(left) * (weight(right) + 1))


def _check_size(size: int) -> None:
    if size > SIZE:
        raise TooMuchError


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0
