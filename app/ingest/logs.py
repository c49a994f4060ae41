"""The logs of tries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from app.airflow.payloads import LogError, LogLine
from app.ingest.masking import Masking
from app.model.facts import LogEvent, TryLog
from app.model.ids import TryKey

# Characters of one event that are kept. A refused pod's dump with a large environment has 50,000.
_TEXT_LIMIT = 100_000
# Characters beyond it that are masked with it: a secret cut in two would no longer be known.
_MARGIN = 10_000
# Characters of a whole log that are kept.
_LOG_LIMIT = 1_000_000
_LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})
# Characters of a logger's or an exception's name.
_NAME_LIMIT = 300


def log_from(key: TryKey, lines: tuple[LogLine, ...], *, masking: Masking) -> TryLog:
    events = tuple(event for line in lines for event in events_from(line, masking))
    return TryLog(key, _bounded(events))


def events_from(line: LogLine, masking: Masking) -> tuple[LogEvent, ...]:
    """One event for each exception of the line, masked; one without exception if it has none.

    Of chained exceptions the one that was raised last comes first, as Airflow tells them. All are
    kept: the pod operator ends in "Pod … returned a failure" although the reason is the
    JSONDecodeError before it.
    """
    return tuple(_event(line, error, masking) for error in line.error_detail or (None,))


def _bounded(events: tuple[LogEvent, ...]) -> tuple[LogEvent, ...]:
    """The events, the longest of them cut until all of it is short enough."""
    longest = _longest([size for one in events for size in (len(one.text), len(one.error_text))])
    return tuple(
        replace(one, text=one.text[:longest], error_text=one.error_text[:longest]) for one in events
    )


def _longest(sizes: list[int]) -> int:
    """To which the longer texts are cut, so that together they have no more than _LOG_LIMIT."""
    room = _LOG_LIMIT
    for done, size in enumerate(sorted(sizes)):
        share = room // (len(sizes) - done)
        if size > share:
            return share
        room -= size
    return _TEXT_LIMIT


def _event(line: LogLine, error: LogError | None, masking: Masking) -> LogEvent:
    kind = _kept(error.exc_type if error else None, masking.error_type, _NAME_LIMIT)
    level = (line.level or "").lower()
    return LogEvent(
        timestamp=_time(line.timestamp),
        level=level if level in _LEVELS else _kept(level, masking.log, _NAME_LIMIT),
        logger=_kept(line.logger, masking.log, _NAME_LIMIT),
        text=_kept(line.event, masking.log),
        error_type=kind.rpartition(".")[2],
        error_text=_kept(error.exc_value if error else None, masking.log),
    )


def _kept(text: str | None, mask: Callable[[str], str], limit: int = _TEXT_LIMIT) -> str:
    return mask((text or "")[: limit + _MARGIN])[:limit]


def _time(text: str | None) -> datetime | None:
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
