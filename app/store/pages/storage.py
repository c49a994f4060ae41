"""How much is stored of each deployment, how fast it grows, and what retention will do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.model.retention import Retention
from app.store.retention.choosing import ended, runs_with_dags
from app.store.retention.room import Room, read_room
from app.store.session import ReadSession, rights_of
from app.store.tables import dag, dag_run

# Growth is that of the runs that ended in these last days.
_LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Storage:
    """Of one deployment."""

    runs: int = 0
    bytes: int = 0  # That they take, about; of those that were measured.
    leaves: int = 0  # Values that are searched.
    unmeasured: int = 0  # Runs.
    oldest: datetime | None = None  # When the oldest run ended.
    bytes_a_day: int = 0

    def next_at(self, keep: Retention) -> datetime | None:
        """When the oldest run gets too old; None when none does."""
        if keep.days is None or self.oldest is None:
            return None
        return self.oldest + timedelta(days=keep.days)

    def room(self, keep: Retention) -> int | None:
        """Bytes until it takes too much, below zero when it does; None: there is no limit."""
        return None if keep.bytes is None else keep.bytes - self.bytes


@dataclass(frozen=True, slots=True)
class Stored:
    room: Room | None  # Of the whole database; None: the reader may not see all that is in it.
    is_file: bool  # SQLite.
    storage: Mapping[int, Storage]  # By the deployment's number.

    def of(self, deployment_pk: int) -> Storage:
        return self.storage.get(deployment_pk, Storage())


def read_stored(session: ReadSession, *, now: datetime) -> Stored:
    is_file = session.dialect.name == "sqlite"
    room = None if rights_of(session) else read_room(session)
    return Stored(room, is_file, _read_storage(session, now))


def _read_storage(session: ReadSession, now: datetime) -> dict[int, Storage]:
    run = dag_run.c
    of_lately = func.sum(run.bytes).filter(ended() >= now - _LATELY)
    rows = session.execute(
        select(
            dag.c.deployment_id,
            func.count().label("runs"),
            func.coalesce(func.sum(run.bytes), 0).label("bytes"),
            func.coalesce(func.sum(run.leaves), 0).label("leaves"),
            func.count().filter(run.bytes.is_(None)).label("unmeasured"),
            func.min(ended(), type_=run.end.type).label("oldest"),
            func.coalesce(of_lately, 0).label("lately"),
        )
        .select_from(runs_with_dags())
        .where(run.pruned_at.is_(None))
        .group_by(dag.c.deployment_id)
    )
    return {
        row.deployment_id: Storage(
            runs=row.runs,
            bytes=int(row.bytes),
            leaves=int(row.leaves),
            unmeasured=row.unmeasured,
            oldest=row.oldest,
            bytes_a_day=int(float(row.lately) / _days(row.oldest, now)),
        )
        for row in rows
    }


def _days(oldest: datetime | None, now: datetime) -> float:
    """The days of growth that are known: a mirror that began yesterday knows one."""
    known = _LATELY if oldest is None else min(now - oldest, _LATELY)
    return max(known / timedelta(days=1), 1.0)
