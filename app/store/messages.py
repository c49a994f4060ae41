"""Messages to webhooks that came to an end."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.store import tables as t
from app.store.session import WriteSession

# They are kept so long, for the status page.
_KEPT = timedelta(days=7)


def forget_messages(session: WriteSession, *, now: datetime) -> int:
    """How many were removed of those that came to an end long ago."""
    c = t.message.c
    ended = delete(t.message).where(c.next_try_at.is_(None), c.at < now - _KEPT)
    return session.execute(ended).rowcount
