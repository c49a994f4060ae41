"""Whose turn it is to poll an Airflow, where any number of processes do; on PostgreSQL only.

Times are by the database's clock, as those of the processes' machines differ. Each turn has a
number, which rises: a process that was paused, and whose turn was given to another one meanwhile,
is refused when it wants to write (`require_turn`).
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from app.model.errors import Outpaced
from app.store import tables as t
from app.store.session import ReadSession, WriteSession

# Seconds after which a turn may be over that nobody ended. One that still lasts then is not
# disturbed: the job of the next turn waits for the end of this one's.
_LONGEST_TURN = 60.0

_columns = t.deployment.c


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to do for one deployment: a pass, back-filling, or both."""

    deployment: str
    is_due: bool
    is_behind: bool  # Runs of the past are still to be brought in.


def read_due(session: ReadSession, names: Collection[str]) -> tuple[Due, ...]:
    """Those of these deployments for which there is anything to do, by name."""
    # The past comes after a first pass, which tells what is going on now.
    is_behind = and_(~_columns.backfill_done, _columns.watermark.is_not(None))
    rows = session.execute(
        select(_columns.name, _is_due().label("is_due"), is_behind.label("is_behind"))
        .where(_columns.name.in_(names), or_(_is_due(), is_behind))
        .order_by(_columns.name)
    )
    return tuple(Due(row.name, row.is_due, row.is_behind) for row in rows)


def is_due(session: ReadSession, deployment_pk: int) -> bool:
    """Whether it is time for the next pass."""
    asked = select(_is_due()).where(_columns.id == deployment_pk)
    return bool(session.scalar(asked))


def take_turn(session: WriteSession, deployment_pk: int, *, if_due: bool) -> int | None:
    """The number of the turn that begins with it; None when `if_due` and it is not time yet.

    Waits for a transaction of the turn before, which ends by itself: the server ends sessions that
    do nothing in the middle of one.
    """
    conditions = [_columns.id == deployment_pk, *([_is_due()] if if_due else [])]
    values = {"turn": _columns.turn + 1}
    if if_due:
        values["due_at"] = _after(_LONGEST_TURN)
    taken = update(t.deployment).where(*conditions).values(**values).returning(_columns.turn)
    return session.execute(taken).scalar_one_or_none()


def end_turn(session: WriteSession, deployment_pk: int, turn: int, *, pause: float) -> None:
    """Have the next pass begin `pause` seconds from now, unless another turn has begun."""
    session.execute(
        update(t.deployment)
        .where(_columns.id == deployment_pk, _columns.turn == turn)
        .values(due_at=_after(pause))
    )


def give_up_turn(session: WriteSession, name: str) -> None:
    """Have the next pass begin at once: whoever had the turn is gone."""
    session.execute(update(t.deployment).where(_columns.name == name).values(due_at=func.now()))


def require_turn(session: WriteSession, deployment_pk: int, turn: int) -> None:
    """Nothing while this turn lasts; no other one begins before the transaction ends.

    Raises Outpaced.
    """
    asked = select(_columns.turn).where(_columns.id == deployment_pk).with_for_update(read=True)
    if session.scalar(asked) != turn:
        raise Outpaced("another process polls this Airflow now: nothing more is written here")


def _is_due() -> ColumnElement[bool]:
    return or_(_columns.due_at.is_(None), _columns.due_at <= func.clock_timestamp())


def _after(seconds: float) -> ColumnElement[object]:
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
