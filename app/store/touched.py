"""What an open transaction has changed so far, told to the pages in the moment it commits.

The rows of `change` are written last, and on PostgreSQL behind a lock that is held until the
commit: so their numbers rise in the order of the commits, and a reader that remembers the highest
number it has seen misses none.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, text

from app.store import tables as t

#: So many changes are kept for readers that come back; who is further behind loads anew.
KEPT_CHANGES = 10_000

_NOTED = "xcomtrace_touched"
# Any number will do that no other program on the same PostgreSQL database locks.
_LOCK = text("SELECT pg_advisory_xact_lock(7853200917)")
#: Where PostgreSQL tells of changes; what changed stands in the table.
CHANNEL = "xcomtrace_change"
_NOTIFY = text(f"NOTIFY {CHANNEL}")


class Touched(NamedTuple):
    """What changed: a run; with an empty run_id a DAG; with both ids empty the deployment."""

    deployment_pk: int
    dag_id: str = ""
    run_id: str = ""


def note(connection: Connection, touched: Iterable[Touched]) -> None:
    """Have these told, each once, when the open transaction commits."""
    connection.info.setdefault(_NOTED, {}).update(dict.fromkeys(touched))


def forget(connection: Connection) -> None:
    """Drop what an earlier transaction on this connection left when it was rolled back."""
    connection.info.pop(_NOTED, None)


def publish(connection: Connection) -> bool:
    """Write one change for each thing noted; the transaction is to be committed right after.

    Whether there was any. On PostgreSQL every process that listens is told with the commit.
    """
    noted = connection.info.pop(_NOTED, None)
    if not noted:
        return False
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
        connection.execute(_NOTIFY)
    names = _deployment_names(connection)
    now = datetime.now(UTC)
    connection.execute(
        insert(t.change),
        [
            {"deployment": names[pk], "dag_id": dag_id, "run_id": run_id, "at": now}
            for pk, dag_id, run_id in noted
        ],
    )
    _forget_old(connection)
    return True


def _deployment_names(connection: Connection) -> dict[int, str]:
    rows = connection.execute(select(t.deployment.c.id, t.deployment.c.name))
    return {row.id: row.name for row in rows}


def _forget_old(connection: Connection) -> None:
    newest = select(func.max(t.change.c.id)).scalar_subquery()
    connection.execute(delete(t.change).where(t.change.c.id <= newest - KEPT_CHANGES))
