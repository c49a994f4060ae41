"""Times of `since:` and `until:`: `7d`, `today`, `2026-11-01T12:30+02:00`."""

import re
from datetime import UTC, datetime, timedelta

from app.query.scalars import moment
from app.query.text import Reader, quoted

_AGO = re.compile(r"([0-9]{1,9})([mhdwy])\Z", re.IGNORECASE)
_UNITS = {
    "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1),
    "w": timedelta(weeks=1), "y": timedelta(days=365),
}  # fmt: skip
_DAYS_AGO = {"today": 0, "yesterday": 1}
_FORMS = (
    "30m, 24h, 7d, 2w, 1y, today, yesterday, 2026-11-01 or 2026-11-01T12:30 (UTC, or with +02:00)"
)
#: A time of day alone; in a search it is a text.
CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?")
#: A day and its time with a space between them, which makes two terms of one.
SPLIT_MOMENT = re.compile(
    rf"-?((?:(?:since|until):|[^\s'\"]*[<>]=?)[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\s+({CLOCK.pattern})",
    re.IGNORECASE,
)


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
    return now - _UNITS[ago[2]] * int(ago[1]) if ago else None


def refuse_split_moment(reader: Reader, start: int) -> None:
    """Refuses a day with its time behind a space, which would be looked for as a text."""
    split = SPLIT_MOMENT.match(reader.text, start)
    if split and Reader(reader.text, split.end()).is_at_end():
        reader.refuse(
            f"Write {split[1]}T{split[2]} for that time; to look for the text itself write"
            f" {quoted(split[2])}.",
            split.start(2),
        )
