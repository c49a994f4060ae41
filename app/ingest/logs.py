"""The logs of tries."""

from datetime import UTC, datetime

from app.airflow.payloads import LogError, LogLine
from app.ingest.masking import masked_text
from app.model.facts import LogEvent, TryLog
from app.model.ids import TryKey

# Characters of one event that are kept. A refused pod's dump with a large environment has 50,000.
_TEXT_LIMIT = 100_000


def log_from(key: TryKey, lines: tuple[LogLine, ...]) -> TryLog:
    return TryLog(key, tuple(event for line in lines for event in events_from(line)))


def events_from(line: LogLine) -> tuple[LogEvent, ...]:
    """One event for each exception of the line, masked; one without exception if it has none.

    Of chained exceptions the one that was raised last comes first, as Airflow tells them. All are
    kept: the pod operator ends in "Pod … returned a failure" although the reason is the
    JSONDecodeError before it.
    """
    return tuple(_event(line, error) for error in line.error_detail or (None,))


def _event(line: LogLine, error: LogError | None) -> LogEvent:
    return LogEvent(
        timestamp=_time(line.timestamp),
        level=(line.level or "").lower(),
        logger=line.logger or "",
        text=_kept(line.event),
        error_type=((error.exc_type if error else None) or "").rpartition(".")[2],
        error_text=_kept(error.exc_value if error else None),
    )


def _kept(text: str | None) -> str:
    return masked_text((text or "")[:_TEXT_LIMIT])


def _time(text: str | None) -> datetime | None:
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
