"""Numbers, times and values put into words for people; pure."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from app.model.amounts import bytes_told
from app.model.ids import NOT_MAPPED
from app.model.values import Json

# Characters a preview may take where nothing says otherwise.
_ROOM = 72
# Characters of one value that a page carries at most; the rest is in the JSON and in Airflow.
_MOST_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: short for reading, exact for whoever points at it.

    In UTC, and says so; the script of the pages puts it into the reader's zone.
    """

    text: str
    exact: str
    iso: str
    told: str  # "ago", "clock", "minute" or "second": how the text is made of the time.


@dataclass(frozen=True, slots=True)
class Preview:
    """A value in little room; `whole` is what unfolds, `size` says how much that is."""

    text: str
    whole: str
    size: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text and the class it is marked with, none when empty."""

    text: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state of Airflow's is drawn; a state we do not know is drawn as none, in its word."""

    css: str
    glyph: str
    word: str


_OWN_GLYPH = ("success", "failed", "upstream_failed", "skipped", "running", "up_for_retry")
_WAITING = (
    "queued",
    "scheduled",
    "deferred",
    "restarting",
    "up_for_reschedule",
    "awaiting_input",
)
#: Every state that has a look of its own.
STATES = (*_OWN_GLYPH, *_WAITING)


def state_look(state: str | None) -> StateLook:
    if state in _OWN_GLYPH:
        return StateLook(css=state, glyph=state, word=_spaced(state))
    if state in _WAITING:
        return StateLook(css=state, glyph="waiting", word=_spaced(state))
    return StateLook(css="none", glyph="none", word=_spaced(state) if state else "no state yet")


def _spaced(state: str) -> str:
    return state.replace("_", " ")


def duration(seconds: float) -> str:
    """`0.4 s`, `18 s`, `4 m 06 s`, `1 h 12 m`, `3 d 4 h`; negative counts as nothing."""
    if seconds < 1:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes_left = divmod(minutes, 60)
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole} s"
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} m {rest:02d} s"
    if hours < 24:  # noqa: PLR2004 - hours of a day
        return f"{hours} h {minutes_left:02d} m"
    return f"{hours // 24} d {hours % 24} h"


def between(start: datetime | None, end: datetime | None) -> str:
    """How long it took; empty while either is unknown."""
    return duration((end - start).total_seconds()) if start and end else ""


def rough(seconds: float) -> str:
    """`4 s`, `22 min`, `6 h`, `2 d`: one number, as people say it."""
    if seconds < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{max(int(seconds), 0)} s"
    if seconds < 3600:  # noqa: PLR2004 - seconds of an hour
        return f"{int(seconds // 60)} min"
    if seconds < 86_400:  # noqa: PLR2004 - seconds of a day
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86_400)} d"


def ago(at: datetime | None, now: datetime) -> Moment | None:
    if at is None:
        return None
    seconds = (now - at).total_seconds()
    text = f"in {rough(-seconds)}" if seconds < -1 else f"{rough(seconds)} ago"
    return _moment(at, text, "ago")


def clock(at: datetime | None) -> Moment | None:
    """The time of day, where the day is clear from the page."""
    if at is None:
        return None
    return _moment(at, at.astimezone(UTC).strftime("%H:%M:%S UTC"), "clock")


def day_and_time(at: datetime | None) -> Moment | None:
    if at is None:
        return None
    day = at.astimezone(UTC)
    return _moment(at, f"{day.day} {day:%b %H:%M} UTC", "minute")


def day_time(at: datetime | None) -> Moment | None:
    """The day and the time to the second, where versions of one minute are told apart."""
    if at is None:
        return None
    day = at.astimezone(UTC)
    return _moment(at, f"{day.day} {day:%b %H:%M:%S} UTC", "second")


def _moment(at: datetime, text: str, told: str) -> Moment:
    return Moment(text=text, exact=exact(at), iso=at.isoformat(), told=told)


def exact(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def thousands(number: int) -> str:
    """`1 284 930`, with narrow spaces that do not break."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 field`, `3 fields`, `no fields`."""
    words = one if number == 1 else (many or f"{one}s")
    return f"{thousands(number) if number else 'no'} {words}"


def times(number: int) -> str:
    """The sign of multiplication and 3 beside what stands for three; nothing beside one."""
    return f"\N{MULTIPLICATION SIGN}{number}" if number > 1 else ""


def mapped(map_index: int) -> str:
    """` [3]` behind the name of a mapped task; nothing behind that of another."""
    return "" if map_index == NOT_MAPPED else f" [{map_index}]"


def size(number: int) -> str:
    """Bytes in decimal units: `431 B`, `2.4 kB`, `50 MB`."""
    return bytes_told(number)


def value_text(value: Json) -> str:
    """The value as people read it: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def telling_end(text: str, room: int) -> str:
    """The text in `room` characters: of a path or address its end, of anything else its start."""
    line = " ".join(text.split())
    if len(line) <= room:
        return line
    if "/" in line and not line.startswith(("{", "[")):
        end = line[-(room - 1) :]
        # A whole step of the path is easier to read than one cut off in its middle.
        slash = end.find("/")
        return "…" + (end[slash:] if 0 <= slash < room // 2 else end)
    return line[: room - 1] + "…"


def preview(value: Json, room: int = _ROOM) -> Preview:
    """The value in little room, and as much of it as a page may carry."""
    text = value_text(value)
    whole = text if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    shown, rest = beginning(whole)
    whole = f"{shown}\n… {rest}" if rest else whole
    short = telling_end(text, room)
    return Preview(
        text=short, whole=whole, size=count(len(text), "character"), is_whole=short == text
    )


def beginning(whole: str) -> tuple[str, str]:
    """As much of the text as a page may carry, and how much more there is; empty when it is all."""
    more = len(whole) - _MOST_SHOWN
    return whole[:_MOST_SHOWN], f"{thousands(more)} characters more" if more > 0 else ""


def copied(value: Json) -> str:
    """What a button copies: text as it is, else JSON; empty where it would not be the whole."""
    whole = value_text(value)
    return "" if beginning(whole)[1] else whole


def address(url: str) -> str:
    """The URL without the user and password that it may carry."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
