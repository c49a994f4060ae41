"""What changed, numbered in the order it was committed; pages follow it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.store import tables as t
from app.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class Change:
    """A run that changed; with an empty run_id a DAG; with both ids empty the deployment."""

    number: int
    deployment: str
    dag_id: str
    run_id: str
    at: datetime


def latest_change(session: ReadSession) -> int:
    """The number of the newest change, 0 before the first one."""
    return session.scalar(select(func.max(t.change.c.id))) or 0


def changes_after(session: ReadSession, number: int, most: int) -> tuple[Change, ...]:
    """The changes after that one, in order, `most` at once; very old ones are no longer kept."""
    rows = session.execute(
        select(t.change).where(t.change.c.id > number).order_by(t.change.c.id).limit(most)
    )
    return tuple(Change(row.id, row.deployment, row.dag_id, row.run_id, row.at) for row in rows)
