"""Which runs are to go: never one that may still change, and always the one that ended first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select, true

from app.model.retention import Retention
from app.store import tables as t
from app.store.session import ReadSession

_RUN = t.dag_run.c


@dataclass(frozen=True, slots=True)
class Doomed:
    """A run that is to go."""

    pk: int
    dag_pk: int
    ended: datetime | None
    bytes: int


def ended() -> ColumnElement[Any]:
    """When a run ended: one that Airflow deleted while it ran, when that was seen."""
    return func.coalesce(
        _RUN.end,
        _RUN.gone_at,
        _RUN.start,
        _RUN.run_after,
        _RUN.queued_at,
        _RUN.logical_date,
        type_=_RUN.end.type,
    )


def is_kept(deployment_pk: int) -> ColumnElement[bool]:
    """For runs joined with their DAG: a run of the deployment that was not given up."""
    return and_(t.dag.c.deployment_id == deployment_pk, _RUN.pruned_at.is_(None))


def runs_with_dags() -> FromClause:
    return t.dag_run.join(t.dag, t.dag.c.id == _RUN.dag_pk)


def doomed(
    session: ReadSession, *, deployment_pk: int, keep: Retention, now: datetime, most: int
) -> tuple[Doomed, ...]:
    """The runs that go first, the one that ended first before all others."""
    excess = _excess(session, deployment_pk, keep)
    oldest = keep.oldest(now)
    if excess <= 0 and oldest is None:
        return ()
    rows = session.execute(
        _candidates(deployment_pk)
        .where(true() if excess > 0 else ended() < oldest)
        .order_by(ended().nulls_first(), _RUN.id)
        .limit(most)
    )
    found: list[Doomed] = []
    for row in rows:
        is_old = oldest is not None and row.ended is not None and row.ended < oldest
        if excess <= 0 and not is_old:
            break
        found.append(Doomed(row.id, row.dag_pk, row.ended, row.bytes))
        excess -= row.bytes
    return tuple(found)


def _excess(session: ReadSession, deployment_pk: int, keep: Retention) -> int:
    if keep.bytes is None:
        return 0
    taken = session.scalar(
        select(func.coalesce(func.sum(_RUN.bytes), 0))
        .select_from(runs_with_dags())
        .where(is_kept(deployment_pk))
    )
    return int(taken or 0) - keep.bytes


def _candidates(deployment_pk: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            _RUN.id,
            _RUN.dag_pk,
            ended().label("ended"),
            func.coalesce(_RUN.bytes, 0).label("bytes"),
        )
        .select_from(runs_with_dags())
        .where(is_kept(deployment_pk), _RUN.sealed_at.is_not(None))
    )
