"""PostgreSQL's parts of the table of leaves: one for each week of the values' time.

They are made as values come in. Searches go through them from the newest to the oldest. A part
of whose values no run is kept is dropped, which takes moments and gives its room back to the disk.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import text

from app.model.errors import StoreLocked
from app.store.search.numbers import first_number
from app.store.session import ReadSession, Store, WriteSession

#: Numbers of a week's leaves, on PostgreSQL.
WEEK = (7 * 24 * 3600) << 32

# Two writers that both need a new part make it one after the other.
_LOCK = text("SELECT pg_advisory_xact_lock(7853200919)")
# Nobody writes leaves meanwhile (unused.py); who waits behind a reader keeps others waiting.
_ALONE = text("SELECT pg_advisory_xact_lock(7853200920)")
_SHORTLY = text("SET LOCAL lock_timeout = '1s'")
#: The table itself, in a statement: for who may not see every DAG `leaf` is a view (confined.py).
TABLE = "(quote_ident(current_schema()) || '.leaf')::regclass"
_EXISTING = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"  # noqa: S608 - ours
    f" WHERE inhparent = {TABLE}"
)
# From a leaf to what has a run, for its values and for its fields.
_OF_VALUES = "JOIN xcom ON xcom.id = leaf.xcom_pk"
_OF_FIELDS = (
    "JOIN task_try ON task_try.id = leaf.try_pk"
    " JOIN task_instance ON task_instance.id = task_try.task_instance_pk"
)


def ensure_partitions(session: WriteSession, numbers: Iterable[int]) -> list[int]:
    """Have a part for each of these numbers; gives the weeks whose parts are new."""
    weeks = {number // WEEK for number in numbers}
    if weeks <= set(partitions(session)):
        return []
    session.execute(_LOCK)
    new = sorted(weeks - set(partitions(session)))
    for week in new:
        # Attached, not made as a part: that would wait for everybody who reads.
        session.execute(text(f"CREATE TABLE {_name(week)} (LIKE leaf INCLUDING ALL)"))
        session.execute(
            text(
                f"ALTER TABLE leaf ATTACH PARTITION {_name(week)}"
                f" FOR VALUES FROM ({week * WEEK}) TO ({(week + 1) * WEEK})"
            )
        )
    return new


def analyze_partitions(session: WriteSession, weeks: Iterable[int]) -> None:
    """Have PostgreSQL look at the leaves of new parts, which it does by itself in a minute.

    Until then it expects few of them, and reads and sorts a whole part for its newest.
    """
    for week in weeks:
        session.execute(text(f"ANALYZE {_name(week)}"))


def drop_unkept(store: Store, *, now: datetime) -> int:
    """How many parts of past weeks were dropped, as every run that their leaves are of is given up.

    None on SQLite, and none while somebody reads for long: they are found again the next time.
    """
    if store.engine.dialect.name != "postgresql":
        return 0
    with store.reading() as session:
        # Without holding up who writes: to find that a whole week is not kept takes a while.
        past = [
            one for one in partitions(session) if (one + 1) * WEEK <= first_number(session, now)
        ]
        unkept = [week for week in past if not _is_kept(session, week)]
    return sum(_drop(store, week) for week in unkept)


def _drop(store: Store, week: int) -> bool:
    with suppress(StoreLocked), store.writing() as session:
        session.execute(_SHORTLY)
        session.execute(_ALONE)
        if week not in partitions(session) or _is_kept(session, week):
            return False
        session.execute(text(f"DROP TABLE {_name(week)}"))
        return True
    return False


def _is_kept(session: ReadSession, week: int) -> bool:
    """The newest come first: runs that ended first are given up first."""
    return any(
        session.scalar(
            text(
                f"SELECT 1 FROM {_name(week)} AS leaf {owners}"  # noqa: S608 - names of ours
                " JOIN dag_run ON dag_run.id = run_pk AND dag_run.pruned_at IS NULL"
                " ORDER BY leaf.id DESC LIMIT 1"
            )
        )
        for owners in (_OF_VALUES, _OF_FIELDS)
    )


def partitions(session: ReadSession) -> list[int]:
    """The weeks that have a part, the newest first."""
    names = session.execute(_EXISTING).scalars()
    return sorted((int(one.removeprefix("leaf_w")) for one in names), reverse=True)


def _name(week: int) -> str:
    return f"leaf_w{week:05}"
