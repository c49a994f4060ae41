"""Times of `since:` and `until:`: `7d`, `today`, `2026-11-01T12:30+02:00`."""

import re
from datetime import UTC, datetime, timedelta

from app.query.scalars import moment
from app.query.text import Reader

_AGO = re.compile(r"([0-9]{1,9})([mhdw])\Z", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS_AGO = {"today": 0, "yesterday": 1}
_FORMS = "30m, 24h, 7d, 2w, today, yesterday, 2026-11-01 or 2026-11-01T12:30 (UTC, or with +02:00)"


def read_time(reader: Reader, words: str, start: int, now: datetime) -> datetime:
    """The time that the words mean, which stand at `start`."""
    try:
        found = _time(words.lower(), now.astimezone(UTC)) or moment(words)
    except OverflowError:
        reader.refuse("That is before the year 1: write a shorter time, such as 7d.", start)
    if found is None:
        reader.refuse(f"This is not a time: write {_FORMS}.", start)
    return found


def _time(words: str, now: datetime) -> datetime | None:
    if words in _DAYS_AGO:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=_DAYS_AGO[words])
    ago = _AGO.match(words)
    return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])}) if ago else None
