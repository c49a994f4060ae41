"""What is to be told to webhooks: news, written with the problems, and messages made of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update

from app.model.facts import FINISHED_RUN_STATES, FINISHED_STATES
from app.model.findings import Problem
from app.store import tables as t
from app.store.messages import forget_messages
from app.store.pages.problem_groups import ProblemGroup, read_groups
from app.store.pages.sightings import read_bodies, read_victims
from app.store.session import ReadSession, WriteSession
from app.store.tries import IS_CURRENT_TRY


@dataclass(frozen=True, slots=True)
class News:
    """One cause that is new or came back, as it stands now."""

    what: str  # "new" or "returned".
    at: datetime
    group: ProblemGroup
    problem: Problem
    victims: int  # Other task instances that it harms.


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be sent: the name of its webhook, and what it says."""

    uid: str
    webhook: str
    body: Any


@dataclass(frozen=True, slots=True)
class Message:
    pk: int
    uid: str
    webhook: str
    body: Any
    tries: int  # That failed.


@dataclass(frozen=True, slots=True)
class WebhookState:
    name: str
    waiting: int  # Messages that will be tried (again).
    given_up: int  # In the last days.
    last_sent: datetime | None
    error: str | None  # Of the newest message that waits or was given up.


def has_news(session: ReadSession, *, before: datetime) -> bool:
    """Whether `take_news` would take any."""
    return session.scalar(select(t.news.c.id).where(_is_ripe(before)).limit(1)) is not None


def take_news(session: WriteSession, *, before: datetime, now: datetime) -> tuple[News, ...]:
    """What was put down before then; it is told no more once the transaction is committed.

    What the next try of its task may still mend is left for later.
    """
    rows = session.execute(select(t.news).where(_is_ripe(before)).order_by(t.news.c.id)).all()
    if not rows:
        return ()
    session.execute(delete(t.news).where(t.news.c.id.in_([row.id for row in rows])))
    # A cause that went and came again meanwhile is told once.
    latest = {row.cause_pk: row for row in rows}
    groups = read_groups(session, now=now, most=len(latest), pks=latest.keys())
    tellers = [group.latest.pk for group in groups]
    bodies, victims = read_bodies(session, tellers), read_victims(session, tellers)
    return tuple(
        News(
            latest[group.pk].what,
            latest[group.pk].at,
            group,
            bodies[group.latest.pk],
            len(victims.get(group.latest.pk, ())),
        )
        for group in groups
    )


def _is_ripe(before: datetime) -> ColumnElement[bool]:
    instance, one = t.task_instance.c, t.task_try.c
    is_under_way = or_(one.state.is_(None), one.state.not_in(FINISHED_STATES))
    may_be_mended = exists().where(
        t.cause.c.id == t.news.c.cause_pk,
        t.problem.c.id == t.cause.c.problem_pk,
        t.dag_run.c.id == t.problem.c.run_pk,
        t.dag_run.c.state.not_in(FINISHED_RUN_STATES),
        t.dag_run.c.gone_at.is_(None),
        instance.run_pk == t.problem.c.run_pk,
        instance.task_id == t.problem.c.task_id,
        instance.map_index == t.problem.c.map_index,
        IS_CURRENT_TRY,
        is_under_way,
    )
    return and_(t.news.c.at <= before, ~may_be_mended)


def write_messages(session: WriteSession, drafts: Iterable[Draft], *, at: datetime) -> None:
    """Have these sent; those that came to an end long ago are forgotten."""
    rows = [
        {
            "uid": one.uid,
            "webhook": one.webhook,
            "body": one.body,
            "at": at,
            "tries": 0,
            "next_try_at": at,
        }
        for one in drafts
    ]
    if rows:
        session.execute(insert(t.message), rows)
        forget_messages(session, now=at)


def read_due(
    session: ReadSession, *, webhook: str, now: datetime, most: int
) -> tuple[Message, ...]:
    """A webhook's messages whose time has come, the oldest first."""
    rows = session.execute(
        select(t.message)
        .where(t.message.c.webhook == webhook, t.message.c.next_try_at <= now)
        .order_by(t.message.c.id)
        .limit(most)
    )
    return tuple(Message(row.id, row.uid, row.webhook, row.body, row.tries) for row in rows)


def give_up_others(session: WriteSession, *, webhooks: Collection[str]) -> int:
    """How many messages waited for webhooks other than these, which nobody will send."""
    result = session.execute(
        update(t.message)
        .where(t.message.c.next_try_at.is_not(None), t.message.c.webhook.not_in(webhooks))
        .values(next_try_at=None, error="it is no longer set")
    )
    return result.rowcount


def note_sent(session: WriteSession, message: Message, *, at: datetime) -> None:
    """The webhook took it."""
    _end(session, message, sent_at=at, next_try_at=None, error=None)


def note_failed(
    session: WriteSession, message: Message, *, error: str, next_try_at: datetime | None
) -> None:
    """The webhook did not take it; without a next time it is given up."""
    _end(session, message, tries=message.tries + 1, next_try_at=next_try_at, error=error)


def read_webhooks(session: ReadSession) -> tuple[WebhookState, ...]:
    """Every webhook that was sent anything lately, by name."""
    c = t.message.c
    unsent = and_(c.next_try_at.is_(None), c.sent_at.is_(None))
    rows = session.execute(
        select(
            c.webhook,
            func.count().filter(c.next_try_at.is_not(None)).label("waiting"),
            func.count().filter(unsent).label("given_up"),
            func.max(c.sent_at, type_=c.sent_at.type).label("last_sent"),
            func.max(c.id).filter(c.error.is_not(None)).label("failed"),
        )
        .group_by(c.webhook)
        .order_by(c.webhook)
    ).all()
    errors = _errors(session, [row.failed for row in rows if row.failed])
    return tuple(
        WebhookState(row.webhook, row.waiting, row.given_up, row.last_sent, errors.get(row.failed))
        for row in rows
    )


def _errors(session: ReadSession, pks: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(t.message.c.id, t.message.c.error).where(t.message.c.id.in_(pks)))
    return {row.id: row.error for row in rows}


def _end(session: WriteSession, message: Message, **values: Any) -> None:
    session.execute(update(t.message).where(t.message.c.id == message.pk).values(**values))
