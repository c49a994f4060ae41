"""Whether a value differs in every run, as far as two good runs can tell."""

from app.lineage.beginnings import shared
from app.model.values import Json

# How far a number may be from those of the good runs.
_TIMES = 2
# How much longer or shorter than theirs the part of a text may be that differs.
_LONGER = 2


def varies_alike(value: Json, *, good: Json, before: Json) -> bool:
    """Whether the good run and the one before it differ here, and `value` is another of that kind.

    A number is when it is about as great as theirs, a text when it begins and ends with what theirs
    have in common, and what is between is made of the same characters.
    """
    if isinstance(value, bool) or type(value) is not type(good) or type(good) is not type(before):
        return False
    if good == before:
        return False
    if isinstance(value, str) and isinstance(good, str) and isinstance(before, str):
        return _is_such_text(value, good, before)
    if isinstance(value, int | float) and isinstance(good, int | float):
        assert isinstance(before, int | float)  # noqa: S101 - of the same type as `good`
        return _is_such_number(value, good, before)
    return False


def _is_such_number(value: float, good: float, before: float) -> bool:
    low, high = sorted((good, before))
    if low <= 0:
        return low <= value <= high
    return low / _TIMES <= value <= high * _TIMES


def _is_such_text(value: str, good: str, before: str) -> bool:
    start = _whole_words(shared(good, before), good)
    end = _whole_words(shared(good[start:][::-1], before[start:][::-1]), good[::-1])
    middles = [one[start : len(one) - end] for one in (good, before)]
    if not value.startswith(good[:start]) or not value.endswith(good[len(good) - end :]):
        return False
    middle = value[start : len(value) - end]
    if len(value) < start + end or not middle or not all(middles):
        return False
    lengths = sorted(map(len, middles))
    if not lengths[0] / _LONGER <= len(middle) <= lengths[1] * _LONGER:
        return False
    return _characters(middle) <= _characters(middles[0]) | _characters(middles[1])


def _whole_words(common: int, text: str) -> int:
    """Cut back to the last separator: that two random words begin alike says nothing."""
    while common and text[common - 1].isalnum():
        common -= 1
    return common


def _characters(text: str) -> frozenset[str]:
    return frozenset(
        "0" if one.isdigit() else "a" if one.islower() else "A" if one.isupper() else one
        for one in text
    )
