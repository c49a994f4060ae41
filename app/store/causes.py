"""Causes: what there is to mend in each DAG, kept in step with the problems that were found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, insert, or_, select, update

from app.store import tables as t
from app.store.openness import is_latest_open, problems_with_runs
from app.store.session import AnyRow, ReadSession, WriteSession

# A problem of a run that ended longer ago is history, not news.
_NEWS_WITHIN = timedelta(days=1)
# Of a cause without a problem; what tells of it is joined with that, and so leaves it out.
_NO_PROBLEM = 0


@dataclass(frozen=True, slots=True)
class _Sum:
    """What all problems of one cause come to."""

    name: str
    is_open: bool
    first_at: datetime
    last_at: datetime
    runs: int
    problem_pk: int


def refresh_causes(
    session: WriteSession, *, dag_pk: int, names: Collection[str], at: datetime
) -> bool:
    """Whether one of the DAG's causes opened, came back or went.

    `names`: those whose problems were written; any that is open may have gone by what was written.
    One that comes back is no longer acknowledged. What opens or returns is put down as news.
    """
    known = _known(session, dag_pk)
    wanted = {*names, *(name for name, row in known.items() if row.is_open)}
    sums = {one.name: one for one in _sums(session, dag_pk, wanted)} if wanted else {}
    is_changed = False
    for name in sorted(wanted):
        is_changed |= _bring(session, dag_pk, known.get(name), sums.get(name), at)
    return is_changed


def refresh_causes_of_fewer_runs(
    session: WriteSession, *, dag_pk: int, names: Collection[str], at: datetime
) -> None:
    """These causes tell of the runs that are left, after old ones were deleted: that is no news.

    One without any goes, unless it is muted: then it stays unseen, to be silent if it comes back.
    """
    known = _known(session, dag_pk)
    sums = {one.name: one for one in _sums(session, dag_pk, names)}
    for name in sorted(known.keys() & names):
        row, found = known[name], sums.get(name)
        if found is None:
            _leave_unseen(session, row.id, at)
            continue
        # What showed it mended may have been deleted before it.
        is_open = row.is_open and found.is_open
        since = row.since if is_open == row.is_open else at
        values = {**_values(found), "is_open": is_open, "since": since}
        session.execute(update(t.cause).where(t.cause.c.id == row.id).values(**values))


def rename_cause(session: WriteSession, *, dag_pk: int, old: str, new: str) -> None:
    """Have what was decided of a cause go on under another name, unless that is known already."""
    if new not in _known(session, dag_pk):
        session.execute(
            update(t.cause)
            .where(t.cause.c.dag_pk == dag_pk, t.cause.c.name == old)
            .values(name=new)
        )


def _known(session: ReadSession, dag_pk: int) -> dict[str, AnyRow]:
    rows = session.execute(select(t.cause).where(t.cause.c.dag_pk == dag_pk))
    return {row.name: row for row in rows}


def _sums(session: ReadSession, dag_pk: int, names: Collection[str]) -> tuple[_Sum, ...]:
    c = t.problem.c
    ended = func.coalesce(t.dag_run.c.end, t.dag_run.c.start, t.dag_run.c.run_after)
    newest_first = (c.is_victim, is_latest_open().desc(), t.dag_run.c.run_after.desc().nulls_last())
    problems = (
        select(
            c.id,
            c.cause,
            c.run_pk,
            is_latest_open().label("is_open"),
            func.coalesce(ended, c.first_seen).label("first_at"),
            func.coalesce(ended, c.last_seen).label("last_at"),
            func.row_number()
            .over(partition_by=c.cause, order_by=(*newest_first, c.run_pk.desc(), c.id))
            .label("place"),
        )
        .select_from(problems_with_runs())
        .where(c.dag_pk == dag_pk, c.cause.in_(names))
        .subquery()
    ).c
    rows = session.execute(
        select(
            problems.cause,
            func.count().filter(problems.is_open),
            func.min(problems.first_at, type_=t.cause.c.first_at.type),
            func.max(problems.last_at, type_=t.cause.c.last_at.type),
            func.count(problems.run_pk.distinct()),
            func.max(problems.id).filter(problems.place == 1),
        ).group_by(problems.cause)
    )
    return tuple(_Sum(row[0], bool(row[1]), *row[2:]) for row in rows)


def _bring(
    session: WriteSession, dag_pk: int, known: AnyRow | None, found: _Sum | None, at: datetime
) -> bool:
    """Whether it opened, came back or went."""
    if found is None:
        if known is not None:
            session.execute(delete(t.cause).where(t.cause.c.id == known.id))
        return known is not None
    values = _values(found)
    if known is None:
        made = insert(t.cause).values(dag_pk=dag_pk, name=found.name, since=at, returns=0, **values)
        pk = session.execute(made.returning(t.cause.c.id)).scalar_one()
        _note_news(session, pk, "new", found, at)
        return True
    is_back = found.is_open and not known.is_open
    if found.is_open != known.is_open:
        values |= {"since": at, "returns": known.returns + is_back}
    session.execute(update(t.cause).where(t.cause.c.id == known.id).values(**values))
    if is_back:
        _forget_acknowledged(session, known.id)
        _note_news(session, known.id, "returned", found, at)
    return bool(found.is_open != known.is_open)


def _values(found: _Sum) -> dict[str, Any]:
    return {
        "is_open": found.is_open,
        "first_at": found.first_at,
        "last_at": found.last_at,
        "runs": found.runs,
        "problem_pk": found.problem_pk,
    }


def _leave_unseen(session: WriteSession, cause_pk: int, at: datetime) -> None:
    decision = t.decision.c
    is_muted = exists().where(
        decision.cause_pk == t.cause.c.id,
        decision.what == "muted",
        or_(decision.until.is_(None), decision.until > at),
    )
    session.execute(delete(t.cause).where(t.cause.c.id == cause_pk, ~is_muted))
    session.execute(
        update(t.cause)
        .where(t.cause.c.id == cause_pk)
        .values(is_open=False, runs=0, problem_pk=_NO_PROBLEM, since=at)
    )


def _forget_acknowledged(session: WriteSession, cause_pk: int) -> None:
    session.execute(
        delete(t.decision).where(
            t.decision.c.cause_pk == cause_pk, t.decision.c.what == "acknowledged"
        )
    )


def _note_news(session: WriteSession, cause_pk: int, what: str, found: _Sum, at: datetime) -> None:
    """An Airflow that is mirrored for the first time has a past, and that is no news."""
    mirror = session.execute(
        select(t.deployment.c.began_at, t.deployment.c.backfill_done)
        .join(t.dag, t.dag.c.deployment_id == t.deployment.c.id)
        .join(t.cause, t.cause.c.dag_pk == t.dag.c.id)
        .where(t.cause.c.id == cause_pk)
    ).one()
    oldest = max(mirror.began_at or at, at - _NEWS_WITHIN)
    is_past = found.last_at < oldest if found.runs else not mirror.backfill_done
    if found.is_open and not is_past:
        session.execute(insert(t.news).values(cause_pk=cause_pk, what=what, at=at))
