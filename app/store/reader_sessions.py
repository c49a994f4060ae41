"""Readers who have signed in, until they sign out or their time is up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.store.session import ReadSession, WriteSession
from app.store.tables import reader_session


@dataclass(frozen=True, slots=True)
class ReaderSession:
    mark: str
    name: str
    sealed: str
    ends_at: datetime


def write_reader_session(session: WriteSession, one: ReaderSession, *, now: datetime) -> None:
    """Keep it, and forget those whose time is up."""
    session.execute(delete(reader_session).where(reader_session.c.ends_at <= now))
    session.execute(
        insert(reader_session).values(
            mark=one.mark, name=one.name, sealed=one.sealed, ends_at=one.ends_at
        )
    )


def read_reader_session(session: ReadSession, mark: str, *, now: datetime) -> ReaderSession | None:
    c = reader_session.c
    row = session.execute(
        select(c.mark, c.name, c.sealed, c.ends_at).where(c.mark == mark, c.ends_at > now)
    ).one_or_none()
    return None if row is None else ReaderSession(*row)


def delete_reader_session(session: WriteSession, mark: str) -> None:
    session.execute(delete(reader_session).where(reader_session.c.mark == mark))
