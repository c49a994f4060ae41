"""What the bar on top of every page tells: open problems, and how far each mirror is behind."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.store.pages.problem_groups import open_group_count
from app.store.session import ReadSession
from app.store.tables import change, deployment


@dataclass(frozen=True, slots=True)
class MirrorState:
    deployment: str
    last_pass_at: datetime | None  # Our clock; None before the first whole pass.
    error: str | None  # Why the latest pass failed; None when it succeeded.


@dataclass(frozen=True, slots=True)
class ChromeFacts:
    problems: int
    change: int  # Number of the last change that the page can know.
    mirrors: tuple[MirrorState, ...]


def read_chrome(session: ReadSession, *, now: datetime) -> ChromeFacts:
    rows = session.execute(
        select(deployment.c.name, deployment.c.last_pass_at, deployment.c.error).order_by(
            deployment.c.name
        )
    )
    latest = session.execute(select(func.max(change.c.id))).scalar_one()
    return ChromeFacts(
        problems=open_group_count(session, now=now),
        change=latest or 0,
        mirrors=tuple(MirrorState(*row) for row in rows),
    )
