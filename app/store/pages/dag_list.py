"""The DAGs of every deployment with what their latest run did, as overview and DAG list show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.store.pages.problem_groups import open_groups_per_dag
from app.store.pages.run_strips import StripRun, read_strips
from app.store.session import ReadSession
from app.store.tables import dag, dag_run, deployment, flow, task_instance

# Runs in a strip.
_STRIP = 24


class DagOrder(StrEnum):
    PROBLEMS = "problems"  # Most open problems first, then the latest run.
    LATEST = "latest"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class DagLine:
    """A DAG; its latest run is the last of `runs`, and the counts are of that run."""

    deployment: str
    dag_id: str
    schedule: str | None
    is_paused: bool
    is_stale: bool
    problems: int
    runs: tuple[StripRun, ...]
    task_instances: int = 0
    flows: int = 0
    keys_read: int = 0


@dataclass(frozen=True, slots=True)
class DagList:
    lines: tuple[DagLine, ...]
    total: int


def read_dag_list(
    session: ReadSession,
    *,
    order: DagOrder,
    most: int,
    now: datetime,
    deployment_name: str | None = None,
) -> DagList:
    """Five queries, whatever the number of DAGs."""
    counts = open_groups_per_dag(now).subquery()
    latest = (
        select(func.max(dag_run.c.run_after))
        .where(dag_run.c.dag_pk == dag.c.id)
        .correlate(dag)
        .scalar_subquery()
    )
    problems = func.coalesce(counts.c.problems, 0)
    # A DAG that Airflow no longer has and of which no run was seen has nothing to show.
    shown = (~dag.c.is_stale | latest.is_not(None)) & _of(deployment_name)
    rows = session.execute(
        select(dag, deployment.c.name.label("deployment"), problems.label("problems"))
        .join(deployment, dag.c.deployment_id == deployment.c.id)
        .outerjoin(counts, counts.c.dag_pk == dag.c.id)
        .where(shown)
        .order_by(*_sorted(order, problems, latest))
        .limit(most)
    ).all()
    total = session.execute(
        select(func.count())
        .select_from(dag)
        .join(deployment, dag.c.deployment_id == deployment.c.id)
        .where(shown)
    ).scalar_one()
    strips = read_strips(session, [row.id for row in rows], most=_STRIP)
    stats = _read_stats(session, [runs[-1].pk for runs in strips.values()])
    lines = (_line(row, strips.get(row.id, ()), stats) for row in rows)
    return DagList(tuple(lines), total)


def _of(deployment_name: str | None) -> ColumnElement[bool]:
    if deployment_name is None:
        return deployment.c.id.is_not(None)
    return deployment.c.name == deployment_name


def _sorted(
    order: DagOrder, problems: ColumnElement[int], latest: Any
) -> tuple[ColumnElement[Any], ...]:
    name = (dag.c.dag_id, deployment.c.name)
    newest = latest.desc().nulls_last()
    match order:
        case DagOrder.PROBLEMS:
            return (problems.desc(), newest, *name)
        case DagOrder.LATEST:
            return (newest, *name)
        case DagOrder.NAME:
            return name


def _read_stats(session: ReadSession, run_pks: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """Task instances, flows and keys read of each run, by its row number."""
    leaf = (flow.c.producer_dag_id, flow.c.producer_task_id, flow.c.key, flow.c.path)
    read = (
        select(flow.c.run_pk, *leaf, func.count().label("flows"))
        .where(flow.c.run_pk.in_(run_pks))
        .group_by(flow.c.run_pk, *leaf)
        .subquery()
    )
    flows = session.execute(
        select(read.c.run_pk, func.sum(read.c.flows), func.count()).group_by(read.c.run_pk)
    )
    of_flows = {run_pk: (int(number), keys) for run_pk, number, keys in flows}
    instances = session.execute(
        select(task_instance.c.run_pk, func.count())
        .where(task_instance.c.run_pk.in_(run_pks))
        .group_by(task_instance.c.run_pk)
    )
    return {run_pk: (number, *of_flows.get(run_pk, (0, 0))) for run_pk, number in instances}


def _line(row: Any, runs: tuple[StripRun, ...], stats: dict[int, tuple[int, int, int]]) -> DagLine:
    instances, flows, keys = stats.get(runs[-1].pk, (0, 0, 0)) if runs else (0, 0, 0)
    return DagLine(
        deployment=row.deployment,
        dag_id=row.dag_id,
        schedule=row.schedule,
        is_paused=row.is_paused,
        is_stale=row.is_stale,
        problems=row.problems,
        runs=runs,
        task_instances=instances,
        flows=flows,
        keys_read=keys,
    )
