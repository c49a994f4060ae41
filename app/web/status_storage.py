"""What is stored of a deployment, as the status page tells it; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.model.retention import Retention
from app.store.deployments import DeploymentState
from app.store.pages.storage import Storage, Stored
from app.web import text

# Room on the database's disk that is worth a word, and what a single pass may take of it.
_LITTLE = 1_000_000_000
_NOTHING = 5_000_000
# Further ahead than this nobody plans.
_FAR_DAYS = 3650


@dataclass(frozen=True, slots=True)
class StorageCard:
    next: str  # What retention will do next, one sentence.
    is_over: bool  # It takes more than it may.
    share: int | None  # Of what it may take, in per cent; None: as much as there is.
    facts: tuple[tuple[str, str], ...]
    oldest: text.Moment | None  # When the oldest run ended.


def storage_card(state: DeploymentState, storage: Storage, now: datetime) -> StorageCard:
    room = storage.room(state.keep)
    return StorageCard(
        next=_next(state.keep, storage, now),
        is_over=room is not None and room < 0,
        share=_share(state.keep, storage),
        facts=(
            ("kept", _kept(storage)),
            ("they take about", text.size(storage.bytes) if storage.bytes else ""),
            ("growth", _growth(storage)),
            ("deleted so far", _deleted(state)),
        ),
        oldest=text.ago(storage.oldest, now),
    )


def database(stored: Stored) -> str:
    """`SQLite file of 3.4 GB, 120 MB of it empty`; and when its disk has little room left.

    To a reader who may not see all that is in it, not how much that is.
    """
    kind = "SQLite file" if stored.is_file else "PostgreSQL database"
    if stored.room is None:
        return kind
    empty = f", {text.size(stored.room.free)} of it empty" if stored.room.free else ""
    return f"{kind} of {text.size(stored.room.bytes)}{empty}{_left(stored.room.left)}"


def _left(room: int | None) -> str:
    # A mirror that cannot write cannot write down why either: whoever looks is told by the disk.
    if room is None or room > _LITTLE:
        return ""
    if room > _NOTHING:
        return f", {text.size(room)} left on its disk"
    return "; its disk is full: make room, the mirror goes on by itself"


def _next(keep: Retention, storage: Storage, now: datetime) -> str:
    room = storage.room(keep)
    if room is not None and room < 0:
        return f"{_limits(keep)} It is {text.size(-room)} over: the oldest runs are being deleted."
    if not keep.is_set:
        return (
            "Everything is kept. XCOMTRACE_RETENTION_DAYS or XCOMTRACE_RETENTION_BYTES sets an end."
        )
    return " ".join(
        filter(None, (_limits(keep), _when_old(keep, storage, now), _when_full(keep, storage)))
    )


def _limits(keep: Retention) -> str:
    days = "" if keep.days is None else f"for {_number(keep.days)} days after they ended"
    size = "" if keep.bytes is None else f"up to {text.size(keep.bytes)}"
    return f"Runs are kept {' and '.join(filter(None, (days, size)))}."


def _when_old(keep: Retention, storage: Storage, now: datetime) -> str:
    at = storage.next_at(keep)
    if at is None:
        return ""
    return "The oldest are being deleted." if at <= now else f"The oldest one goes on {_day(at)}."


def _when_full(keep: Retention, storage: Storage) -> str:
    room = storage.room(keep)
    if room is None or not storage.bytes_a_day:
        return ""
    days = room / storage.bytes_a_day
    # What gets too old before makes room for what comes.
    if days > _FAR_DAYS or (keep.days is not None and days > keep.days):
        return ""
    return f"As it grows now, that is reached in {text.count(round(days) or 1, 'day')}."


def _share(keep: Retention, storage: Storage) -> int | None:
    return None if not keep.bytes else min(100, round(100 * storage.bytes / keep.bytes))


def _kept(storage: Storage) -> str:
    values = text.count(storage.leaves, "value")
    return f"{text.count(storage.runs, 'run')}, {values} to search"


def _growth(storage: Storage) -> str:
    return f"about {text.size(storage.bytes_a_day)} a day" if storage.bytes_a_day else ""


def _deleted(state: DeploymentState) -> str:
    if not state.pruned_runs:
        return ""
    runs, size = text.count(state.pruned_runs, "run"), text.size(state.pruned_bytes)
    return f"{runs}, about {size}, the last on {_day(state.pruned_at)}"


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%-d %b %Y}" if at else ""


def _number(days: float) -> str:
    return f"{days:g}"
