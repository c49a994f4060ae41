"""Flows from a run into other runs: of other DAGs, or of its own."""

from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from app.model.findings import OnwardFlow
from app.model.ids import RunKey
from app.store import tables as t
from app.store.flows import flow_from
from app.store.session import ReadSession
from app.store.tries import IS_CURRENT_TRY

# Flows that are looked through, those that were written last; a run whose values hundreds of DAGs
# read every hour has more.
_MOST_KNOWN = 10_000
# Flows of one answer.
_MOST = 5_000


def read_onward_flows(
    session: ReadSession, *, deployment_pk: int, run: RunKey
) -> tuple[OnwardFlow, ...]:
    """What the latest tries of other runs' tasks got from this run; the newest runs come first.

    Of the runs of one task that got the same key into the same field, the newest tells it.
    """
    ranked = _ranked(deployment_pk, run).subquery()
    instance, one_try = t.task_instance.c, t.task_try.c
    rows = session.execute(
        select(
            t.flow,
            ranked.c.dag_id,
            ranked.c.run_id,
            (ranked.c.runs_before + ranked.c.runs_after - 1).label("runs"),
            one_try.state,
            one_try.rendered.is_not(None).label("is_rendered"),
        )
        .join(t.flow, t.flow.c.id == ranked.c.id)
        .outerjoin(
            t.task_instance,
            and_(
                instance.run_pk == t.flow.c.run_pk,
                instance.task_id == t.flow.c.consumer_task_id,
                instance.map_index == t.flow.c.consumer_map_index,
            ),
        )
        .outerjoin(t.task_try, IS_CURRENT_TRY)
        .where(
            ranked.c.age == 1,
            or_(instance.id.is_(None), instance.try_number == t.flow.c.consumer_try),
        )
        .order_by(ranked.c.run_after.desc().nulls_last(), ranked.c.run_pk.desc(), ranked.c.id)
        .limit(_MOST)
    )
    return tuple(OnwardFlow(flow_from(row), row.runs, row.state, row.is_rendered) for row in rows)


def _ranked(deployment_pk: int, run: RunKey) -> Select[*tuple[Any, ...]]:
    """The flows, each with its place among those of other runs into the same field."""
    known = _known(deployment_pk, run).subquery()
    c = known.c
    newest_first = (c.run_after.desc().nulls_last(), c.run_pk.desc())
    of_task = (c.dag_pk, c.consumer_task_id)
    place = func.dense_rank()
    return select(
        c.id,
        c.run_pk,
        c.run_after,
        c.run_id,
        c.dag_id,
        place.over(
            partition_by=(*of_task, c.field, c.producer_task_id, c.key), order_by=newest_first
        ).label("age"),
        # Together they are one more than the runs: neither store counts distinct ones in a window.
        place.over(partition_by=of_task, order_by=c.run_pk).label("runs_before"),
        place.over(partition_by=of_task, order_by=c.run_pk.desc()).label("runs_after"),
    )


def _known(deployment_pk: int, run: RunKey) -> Select[*tuple[Any, ...]]:
    """As little of the flows from the run into others as tells which are wanted."""
    c = t.flow.c
    return (
        select(
            c.id,
            c.run_pk,
            c.producer_task_id,
            c.key,
            c.consumer_task_id,
            c.field,
            t.dag_run.c.dag_pk,
            t.dag_run.c.run_id,
            t.dag_run.c.run_after,
            t.dag.c.dag_id,
        )
        .join(t.dag_run, c.run_pk == t.dag_run.c.id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .where(
            c.producer_dag_id == run.dag_id,
            c.producer_run_id == run.run_id,
            t.dag.c.deployment_id == deployment_pk,
            t.dag_run.c.pruned_at.is_(None),
            or_(t.dag.c.dag_id != run.dag_id, t.dag_run.c.run_id != run.run_id),
        )
        .order_by(c.id.desc())
        .limit(_MOST_KNOWN)
    )
