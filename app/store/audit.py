"""Who signed in, who was refused, and who decided what; kept for a year."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, insert, select

from app.store.session import ReadSession, WriteSession
from app.store.tables import audit

_KEPT = timedelta(days=366)


class Act(StrEnum):
    SIGNED_IN = "signed in"
    REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    ACKNOWLEDGED = "acknowledged"
    MUTED = "muted"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    who: str
    address: str
    what: Act
    about: str = ""


def note_act(session: WriteSession, one: Entry) -> None:
    session.execute(delete(audit).where(audit.c.at < one.at - _KEPT))
    session.execute(
        insert(audit).values(
            at=one.at, who=one.who, address=one.address, what=one.what.value, about=one.about
        )
    )


def refusals(session: ReadSession, *, since: datetime, who: str, address: str) -> tuple[int, int]:
    """How often signing in was refused since then: to this user, and to this address."""
    c = audit.c
    of_user, of_address = session.execute(
        select(func.count().filter(c.who == who), func.count().filter(c.address == address)).where(
            c.at > since, c.what == Act.REFUSED.value
        )
    ).one()
    return of_user, of_address


def read_acts(session: ReadSession, *, most: int) -> tuple[Entry, ...]:
    """The newest first."""
    c = audit.c
    rows = session.execute(
        select(c.at, c.who, c.address, c.what, c.about).order_by(c.id.desc()).limit(most)
    )
    return tuple(
        Entry(at, who, address, Act(what), about) for at, who, address, what, about in rows
    )
