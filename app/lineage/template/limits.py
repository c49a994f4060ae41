"""How much work a template may cause; counted, because there is no clock here."""

import re
from typing import Any

#: Calls, subscripts, filters, loop rounds and pieces of output of one rendering.
STEPS = 20_000
#: Characters of a text or elements of a list that a template may make.
SIZE = 1_000_000
#: Longest template that is looked at, in characters.
TEMPLATE_LENGTH = 100_000
#: Bits of a whole number; larger ones only come from mischief.
BITS = 4_096

_WIDE = re.compile(r"%[^a-zA-Z%]*(\d{4,}|\*)")


class TooMuchError(Exception):
    """The template wants more work than any honest one."""


class Budget:
    """What is left of the work one rendering may do."""

    def __init__(self, steps: int = STEPS) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Raises TooMuchError when nothing is left."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchError


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


def _check_format(left: str, right: Any) -> None:
    if _WIDE.search(left):
        raise TooMuchError
    _check_size(len(left) * (_size(right) + 1))


def _check_size(size: int) -> None:
    if size > SIZE:
        raise TooMuchError


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0
