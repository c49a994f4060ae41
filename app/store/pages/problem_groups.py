"""What there is to mend: each cause with the problem that tells it and what was decided of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from app.store.pages.sightings import SIGHTING, Sighting, sighting
from app.store.session import AnyRow, ReadSession
from app.store.tables import cause, dag, dag_run, decision, deployment, problem

_SEVERITIES = ("error", "warning", "info")


class GroupStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"  # Open, and somebody has seen it; until it comes back.
    MUTED = "muted"  # Open, and told to be silent.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Decision:
    what: str  # "acknowledged" or "muted".
    reason: str
    until: datetime | None  # None: for good.
    at: datetime
    by: str  # As far as it is known.


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """One cause. `latest` is the problem that tells it, of the newest run that has it."""

    pk: int
    latest: Sighting
    status: GroupStatus
    since: datetime  # Our clock: open, or gone, since then.
    first_at: datetime
    last_at: datetime
    runs: int
    returns: int  # Times it was gone and came back.
    decision: Decision | None  # As long as it holds.

    @property
    def is_open(self) -> bool:
        """Whether it stands, whatever was decided of it."""
        return self.status is not GroupStatus.GONE


def open_group_count(session: ReadSession, *, now: datetime) -> int:
    """How many problems wait for somebody: not acknowledged, not muted, more than a remark."""
    waiting = select(func.count()).select_from(_causes()).where(is_waiting(now))
    return session.execute(waiting).scalar_one()


@dataclass(frozen=True, slots=True)
class OpenProblems:
    """How many of one kind and severity wait in a deployment."""

    deployment: str
    kind: str
    severity: str
    count: int


def read_open_problems_of_each_kind(
    session: ReadSession, *, now: datetime
) -> tuple[OpenProblems, ...]:
    """What is open of each kind, neither acknowledged nor muted; remarks too."""
    group = (deployment.c.name, problem.c.kind, problem.c.severity)
    rows = session.execute(
        select(*group, func.count())
        .select_from(_causes())
        .join(dag, cause.c.dag_pk == dag.c.id)
        .join(deployment, dag.c.deployment_id == deployment.c.id)
        .where(_status(now) == GroupStatus.OPEN.value)
        .group_by(*group)
        .order_by(*group)
    )
    return tuple(OpenProblems(*row) for row in rows)


def open_groups_per_dag(now: datetime) -> Select[*tuple[Any, ...]]:
    """Columns `dag_pk` and `problems`, as `open_group_count` counts."""
    return (
        select(cause.c.dag_pk, func.count().label("problems"))
        .select_from(_causes())
        .where(is_waiting(now))
        .group_by(cause.c.dag_pk)
    )


def is_waiting(now: datetime) -> ColumnElement[bool]:
    return and_(_status(now) == GroupStatus.OPEN.value, problem.c.severity != "info")


def read_groups(  # noqa: PLR0913 - all by keyword; each narrows the list
    session: ReadSession,
    *,
    now: datetime,
    most: int,
    dag_pk: int | None = None,
    pks: Collection[int] | None = None,
    only_waiting: bool = False,
    mentions: str = "",
) -> tuple[ProblemGroup, ...]:
    """Errors first, then by the newest run; of one DAG, or of these numbers, when given.

    `only_waiting`: those that `open_group_count` counts. `mentions`: those whose problem may have
    these words, all of them.
    """
    asked = (
        true() if dag_pk is None else dag.c.id == dag_pk,
        true() if pks is None else cause.c.id.in_(pks),
        is_waiting(now) if only_waiting else true(),
        _may_mention(mentions),
    )
    rows = session.execute(_groups(now).where(*asked).order_by(*_in_order()).limit(most))
    return tuple(_group(row) for row in rows)


def read_groups_of(
    session: ReadSession, problem_pks: Collection[int], *, now: datetime
) -> dict[int, ProblemGroup]:
    """The group of each of these problems, by the problem's number."""
    one = problem.alias("one")
    same = and_(one.c.dag_pk == cause.c.dag_pk, one.c.cause == cause.c.name)
    rows = session.execute(
        _groups(now)
        .add_columns(one.c.id.label("asked"))
        .join(one, same)
        .where(one.c.id.in_(problem_pks))
    )
    return {row.asked: _group(row) for row in rows}


def read_waiting(session: ReadSession, *, now: datetime, most: int) -> tuple[int, ...]:
    """The numbers of the problems that tell what waits for somebody, in the inbox's order."""
    rows = session.execute(
        select(problem.c.id)
        .select_from(_causes())
        .where(_status(now) == GroupStatus.OPEN.value)
        .order_by(*_in_order())
        .limit(most)
    )
    return tuple(rows.scalars())


def read_hit_runs(session: ReadSession, pks: Collection[int]) -> dict[int, frozenset[int]]:
    """The numbers of the runs that have, or had, each of these causes."""
    same = and_(problem.c.dag_pk == cause.c.dag_pk, problem.c.cause == cause.c.name)
    rows = session.execute(
        select(cause.c.id, problem.c.run_pk)
        .join(problem, same)
        .where(cause.c.id.in_(pks), problem.c.run_pk.is_not(None))
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for pk, run_pk in rows:
        found.setdefault(pk, set()).add(run_pk)
    return {pk: frozenset(runs) for pk, runs in found.items()}


def _causes() -> FromClause:
    return cause.join(problem, problem.c.id == cause.c.problem_pk).outerjoin(
        decision, decision.c.cause_pk == cause.c.id
    )


def _in_order() -> tuple[ColumnElement[Any], ...]:
    """Errors first, then by the newest run."""
    rank = case({name: at for at, name in enumerate(_SEVERITIES)}, value=problem.c.severity)
    return (rank, cause.c.last_at.desc(), cause.c.id.desc())


def _status(now: datetime) -> ColumnElement[str]:
    is_silent = or_(decision.c.until.is_(None), decision.c.until > now)
    return case(
        (~cause.c.is_open, GroupStatus.GONE.value),
        (and_(decision.c.what == "muted", is_silent), GroupStatus.MUTED.value),
        (decision.c.what == "acknowledged", GroupStatus.ACKNOWLEDGED.value),
        else_=GroupStatus.OPEN.value,
    )


def _groups(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *SIGHTING,
            cause.c.id.label("cause_pk"),
            cause.c.since,
            cause.c.first_at,
            cause.c.last_at,
            cause.c.runs,
            cause.c.returns,
            _status(now).label("group_status"),
            decision.c.what,
            decision.c.reason,
            decision.c.until,
            decision.c.at.label("decided_at"),
            decision.c.by,
        )
        .select_from(_causes())
        .join(dag, cause.c.dag_pk == dag.c.id)
        .join(deployment, dag.c.deployment_id == deployment.c.id)
        .outerjoin(dag_run, dag_run.c.id == problem.c.run_pk)
    )


def _may_mention(words: str) -> ColumnElement[bool]:
    """Whether each word stands anywhere in what is stored; the reader looks closer."""
    # Its JSON as the text that it is, or the words would be written as JSON too.
    texts = (type_coerce(problem.c.body, Text), dag.c.dag_id)
    return and_(
        true(),
        *(
            or_(*(func.lower(text).contains(word.lower(), autoescape=True) for text in texts))
            for word in words.split()
        ),
    )


def _group(row: AnyRow) -> ProblemGroup:
    status = GroupStatus(row.group_status)
    holds = row.what and status.value == row.what
    return ProblemGroup(
        pk=row.cause_pk,
        latest=sighting(row, is_open=status is not GroupStatus.GONE),
        status=status,
        since=row.since,
        first_at=row.first_at,
        last_at=row.last_at,
        runs=row.runs,
        returns=row.returns,
        decision=Decision(row.what, row.reason, row.until, row.decided_at, row.by)
        if holds
        else None,
    )
