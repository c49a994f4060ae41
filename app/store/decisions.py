"""What people decide about a problem: it holds for its cause, in every run."""

from datetime import datetime

from sqlalchemy import delete, select

from app.model.errors import NotKept
from app.store import tables as t
from app.store import touched
from app.store.session import AnyRow, WriteSession
from app.store.upsert import upsert


def acknowledge(session: WriteSession, problem_pk: int, *, at: datetime, by: str = "") -> None:
    """Somebody has seen it: it waits for nobody until it is gone and comes back.

    Raises NotKept when there is no problem of that number.
    """
    _decide(session, problem_pk, what="acknowledged", reason="", until=None, at=at, by=by)


def mute(  # noqa: PLR0913 - all by keyword; they describe one decision
    session: WriteSession,
    problem_pk: int,
    *,
    reason: str,
    until: datetime | None,
    at: datetime,
    by: str = "",
) -> None:
    """It is silent until then, for good without an end, whether or not it comes back.

    Raises NotKept when there is no problem of that number.
    """
    _decide(session, problem_pk, what="muted", reason=reason, until=until, at=at, by=by)


def reopen(session: WriteSession, problem_pk: int) -> None:
    """Nothing is decided about it any more. Raises NotKept when there is no such problem."""
    found = _cause(session, problem_pk)
    session.execute(delete(t.decision).where(t.decision.c.cause_pk == found.id))
    _tell(session, found)


def _decide(  # noqa: PLR0913 - the columns of a row
    session: WriteSession,
    problem_pk: int,
    *,
    what: str,
    reason: str,
    until: datetime | None,
    at: datetime,
    by: str,
) -> None:
    found = _cause(session, problem_pk)
    row = {
        "cause_pk": found.id,
        "what": what,
        "reason": reason,
        "until": until,
        "at": at,
        "by": by,
    }
    upsert(session, t.decision, [row], unique=["cause_pk"], returning="id")
    _tell(session, found)


def _cause(session: WriteSession, problem_pk: int) -> AnyRow:
    same = (t.cause.c.dag_pk == t.problem.c.dag_pk) & (t.cause.c.name == t.problem.c.cause)
    found = session.execute(
        select(t.cause.c.id, t.dag.c.deployment_id, t.dag.c.dag_id)
        .select_from(t.problem)
        .join(t.cause, same)
        .join(t.dag, t.dag.c.id == t.cause.c.dag_pk)
        .where(t.problem.c.id == problem_pk)
    ).one_or_none()
    if found is None:
        raise NotKept(f"There is no problem {problem_pk}")
    return found


def _tell(session: WriteSession, found: AnyRow) -> None:
    touched.note(session, [touched.Touched(found.deployment_id, found.dag_id)])
