"""Kubernetes' quantities, as far as they are compared: 400m, 0.5, 64Mi, 1G."""

import re
from fractions import Fraction

_QUANTITY = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)([a-zA-Z]{0,2})")
_SUFFIXES = {
    "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "": Fraction(1),
    "k": Fraction(10**3), "M": Fraction(10**6), "G": Fraction(10**9), "T": Fraction(10**12),
    "Ki": Fraction(2**10), "Mi": Fraction(2**20), "Gi": Fraction(2**30), "Ti": Fraction(2**40),
}  # fmt: skip


def number_of(quantity: str) -> Fraction | None:
    """The quantity as a number of cores or bytes; None when it is no quantity."""
    found = _QUANTITY.fullmatch(quantity)
    if found is None or found[2] not in _SUFFIXES:
        return None
    return Fraction(found[1]) * _SUFFIXES[found[2]]


def within(quantity: str, *, least: str | None, most: str | None) -> str:
    """The quantity, or the bound that it oversteps; a bound that is no quantity bounds nothing."""
    for bound, is_broken in ((most, _is_above), (least, _is_below)):
        if bound is not None and is_broken(quantity, bound):
            quantity = bound
    return quantity


def _is_above(quantity: str, bound: str) -> bool:
    number, most = number_of(quantity), number_of(bound)
    return number is not None and most is not None and number > most


def _is_below(quantity: str, bound: str) -> bool:
    number, least = number_of(quantity), number_of(bound)
    return number is not None and least is not None and number < least
