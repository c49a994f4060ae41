"""PostgreSQL's parts of the table of leaves: one for each week of the values' time.

They are made as values come in. Searches go through them from the newest to the oldest, and old
values are forgotten by dropping the part that has them.
"""

from collections.abc import Iterable

from sqlalchemy import text

from app.store.session import ReadSession, WriteSession

#: Numbers of a week's leaves, on PostgreSQL.
WEEK = (7 * 24 * 3600) << 32

# Two writers that both need a new part make it one after the other.
_LOCK = text("SELECT pg_advisory_xact_lock(7853200919)")
_EXISTING = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
    " WHERE inhparent = 'leaf'::regclass"
)


def ensure_partitions(session: WriteSession, numbers: Iterable[int]) -> None:
    """Have a part for each of these numbers."""
    weeks = {number // WEEK for number in numbers}
    if weeks <= set(partitions(session)):
        return
    session.execute(_LOCK)
    for week in sorted(weeks - set(partitions(session))):
        # Attached, not made as a part: that would wait for everybody who reads.
        session.execute(text(f"CREATE TABLE {_name(week)} (LIKE leaf INCLUDING ALL)"))
        session.execute(
            text(
                f"ALTER TABLE leaf ATTACH PARTITION {_name(week)}"
                f" FOR VALUES FROM ({week * WEEK}) TO ({(week + 1) * WEEK})"
            )
        )


def partitions(session: ReadSession) -> list[int]:
    """The weeks that have a part, the newest first."""
    names = session.execute(_EXISTING).scalars()
    return sorted((int(one.removeprefix("leaf_w")) for one in names), reverse=True)


def _name(week: int) -> str:
    return f"leaf_w{week:05}"
