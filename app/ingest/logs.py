"""The logs of tries."""

from datetime import UTC, datetime

from app.airflow.payloads import LogLine
from app.ingest.masking import masked_text
from app.model.facts import LogEvent, TryLog
from app.model.ids import TryKey

# Characters of one event that are kept. A refused pod's dump with a large environment has 50,000.
_TEXT_LIMIT = 100_000


def log_from(key: TryKey, lines: tuple[LogLine, ...]) -> TryLog:
    return TryLog(key, tuple(event_from(line) for line in lines))


def event_from(line: LogLine) -> LogEvent:
    """One event, masked; of several chained exceptions the one that was raised last."""
    error = line.error_detail[0] if line.error_detail else None
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
