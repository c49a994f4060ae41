"""What a reader can decide about a problem: seen, not to be told of for a while, open again.

Each form is posted, and leads back to the page it was on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.model.errors import NotKept
from app.store.audit import Act, Entry, note_act
from app.store.decisions import acknowledge, mute, reopen
from app.store.pages.problem_groups import Decision, GroupStatus, ProblemGroup
from app.store.problems import read_problem
from app.store.session import WriteSession
from app.web import links, text
from app.web.guard import visit_of
from app.web.parts import MOST_NUMBERED, Parts, WebParts
from app.web.posted import Form

router = APIRouter(include_in_schema=False)

#: Characters of a reason; it is one line beside the problem.
MOST_REASON = 300
# The lengths that the form offers, in days; the others are a date, and for good.
_DAYS = {"day": 1, "week": 7}

Number = Annotated[int, Path(ge=1, le=MOST_NUMBERED)]


@dataclass(frozen=True, slots=True)
class Deciding:
    """What was decided, in words, and what can be decided now."""

    number: int  # Of the problem.
    decided: str  # "acknowledged 2 h ago by ada", "muted until 3 Dec 00:00 UTC"; or nothing.
    reason: str
    can_acknowledge: bool
    can_reopen: bool
    earliest: str  # The first day on which a mute can end.
    back: str  # Where the forms lead.


def deciding(group: ProblemGroup, *, back: str, now: datetime) -> Deciding:
    return Deciding(
        number=group.latest.pk,
        decided=_decided(group.decision, now) if group.decision else "",
        reason=group.decision.reason if group.decision else "",
        can_acknowledge=group.status is GroupStatus.OPEN,
        can_reopen=group.decision is not None,
        earliest=f"{now.astimezone(UTC).date():%Y-%m-%d}",
        back=back,
    )


def decide(  # noqa: PLR0913 - who decides what about what
    parts: WebParts,
    request: Request,
    number: int,
    what: Act,
    write: Callable[[WriteSession, str], None],
    *,
    by: str = "",
) -> None:
    """Has `write` write what was decided about a problem, and by whom, and notes who it was.

    Who is known is believed, and `by` else. Raises NotKept when there is no such problem for this
    reader, or another StoreError.
    """
    with parts.store.reading() as session:
        if read_problem(session, number) is None:
            raise NotKept(f"There is no problem {number}")
    name = parts.reader.name
    with parts.store.writing() as session:
        write(session, name or by)
        if name:
            address = parts.access.address(visit_of(request))
            note_act(session, Entry(parts.now(), name, address, what, f"problem {number}"))


@router.post(links.ACKNOWLEDGE_ROUTE)
def acknowledged(parts: Parts, request: Request, number: Number, form: Form) -> Response:
    def write(session: WriteSession, by: str) -> None:
        acknowledge(session, number, at=parts.now(), by=by)

    decide(parts, request, number, Act.ACKNOWLEDGED, write)
    return _back(number, form)


@router.post(links.MUTE_ROUTE)
def muted(parts: Parts, request: Request, number: Number, form: Form) -> Response:
    now = parts.now()
    until = _until(form, now)
    reason = " ".join(form.get("reason", "").split())[:MOST_REASON]

    def write(session: WriteSession, by: str) -> None:
        mute(session, number, reason=reason, until=until, at=now, by=by)

    decide(parts, request, number, Act.MUTED, write)
    return _back(number, form)


@router.post(links.REOPEN_ROUTE)
def reopened(parts: Parts, request: Request, number: Number, form: Form) -> Response:
    decide(parts, request, number, Act.REOPENED, lambda session, _by: reopen(session, number))
    return _back(number, form)


def _back(number: int, form: dict[str, str]) -> Response:
    """To the inbox as it was, or to the problem; never to an address that is not ours."""
    asked = form.get("back", "")
    inbox = links.problems()
    is_ours = asked == inbox or asked.startswith((f"{inbox}?", f"{inbox}/"))
    return RedirectResponse(asked if is_ours else links.problem(number), 303)


def _until(form: dict[str, str], now: datetime) -> datetime | None:
    """None: for good. Raises HTTPException when the form names no time to come."""
    length = form.get("length", "")
    if length == "good":
        return None
    if length in _DAYS:
        return now + timedelta(days=_DAYS[length])
    try:
        last = date.fromisoformat(form.get("until", ""))
        end = datetime.combine(last + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise HTTPException(422, "Say until which day it is to be muted") from error
    if end <= now:
        raise HTTPException(422, "The day until which it is to be muted is over")
    return end


def _decided(decision: Decision, now: datetime) -> str:
    by = f" by {decision.by}" if decision.by else ""
    if decision.what == "acknowledged":
        since = text.ago(decision.at, now)
        return f"acknowledged {since.text if since else ''}{by}"
    until = text.day_and_time(decision.until)
    return f"muted until {until.text}{by}" if until else f"muted for good{by}"
