"""What we asked of each Airflow in the last hour, minute by minute."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from app.store.session import ReadSession, WriteSession
from app.store.tables import deployment

#: How long it is remembered.
LATELY = timedelta(hours=1)


def note_allowed(session: WriteSession, *, deployment_pk: int, a_minute: int) -> None:
    """Write down how many requests a minute the poller may make, for those who ask."""
    session.execute(
        update(deployment).where(deployment.c.id == deployment_pk).values(requests_allowed=a_minute)
    )


def note_requests(
    session: WriteSession, *, deployment_pk: int, by_minute: Mapping[datetime, int], at: datetime
) -> None:
    """Add requests to those noted; what is older than an hour `at` this time is forgotten."""
    known = dict(noted_requests(session, deployment_pk=deployment_pk))
    for minute, count in by_minute.items():
        known[minute] = known.get(minute, 0) + count
    lately = {
        minute.astimezone(UTC).isoformat(): count
        for minute, count in sorted(known.items())
        if minute > at - LATELY
    }
    session.execute(
        update(deployment).where(deployment.c.id == deployment_pk).values(requests_by_minute=lately)
    )


def noted_requests(session: ReadSession, *, deployment_pk: int) -> Mapping[datetime, int]:
    """The requests of all processes in the last hour, by the minute."""
    here = deployment.c.id == deployment_pk
    stored = session.scalar(select(deployment.c.requests_by_minute).where(here)) or {}
    return {datetime.fromisoformat(minute): count for minute, count in stored.items()}
