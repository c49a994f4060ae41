"""Sizes and spans of time as people write them: `10GB`, `90d`."""

import re

_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_BYTES = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
_DAYS = {"": 1.0, "h": 1 / 24, "d": 1.0, "w": 7.0, "y": 365.0}


def bytes_from(text: str) -> int:
    """The number of bytes that `500MB`, `10 GB` or `2GiB` is. Raises ValueError."""
    number, unit = _parts(text, _BYTES, "must be a size such as 500MB or 10GB")
    return int(number * unit)


def days_from(text: str) -> float:
    """The number of days that `90d`, `36h`, `2w`, `1y` or `90` is. Raises ValueError."""
    number, unit = _parts(text, _DAYS, "must be a number of days such as 90d, or 36h, 2w, 1y")
    return number * unit


def bytes_told(number: int) -> str:
    """Bytes in decimal units: `431 B`, `2.4 kB`, `50 MB`."""
    if number < 1000:  # noqa: PLR2004 - bytes of a kB
        return f"{number} B"
    amount = float(number)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 1000:  # noqa: PLR2004 - the next unit begins
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"  # noqa: PLR2004 - two digits are enough
    return f"{amount / 1000:.0f} TB"


def _parts(text: str, units: dict[str, float] | dict[str, int], wanted: str) -> tuple[float, float]:
    found = _AMOUNT.fullmatch(text)
    if found is None or found[2].lower() not in units:
        raise ValueError(wanted)
    return float(found[1]), units[found[2].lower()]
