"""Two runs of one DAG, and the good one before them, as a comparison reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.model.errors import NotKept
from app.model.facts import FINISHED_RUN_STATES
from app.model.findings import Flow
from app.model.ids import RunKey
from app.model.sides import InstanceSide, RunSide
from app.store import tables as t
from app.store.facts import read_definition
from app.store.pages.good import good_before, last_good
from app.store.pages.run_sides import read_instances, read_run_flows
from app.store.pages.run_strips import StripRun, read_strips
from app.store.problems import StoredProblem, read_open_problems
from app.store.runs import run_from
from app.store.session import AnyRow, ReadSession

# Runs to choose from, the newest.
_MOST_RUNS = 50
# A run with more problems than this has one cause.
_MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class ChosenRun:
    """A run that is compared. `pk` is its number; the problems are those of `side`, with theirs."""

    pk: int
    side: RunSide
    problems: tuple[StoredProblem, ...]
    source: str | None


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """`left` and `right` are None where the DAG has too few runs."""

    deployment: str
    dag_id: str
    airflow_url: str
    runs: tuple[StripRun, ...]  # To choose from, oldest first.
    left: ChosenRun | None
    right: ChosenRun | None
    before: RunSide | None  # The last good run before both.


def read_compared(
    session: ReadSession,
    *,
    deployment: str,
    dag_id: str,
    left: str | None = None,
    right: str | None = None,
) -> ComparedRuns:
    """The runs of these ids, in a fixed number of queries.

    Without `right` it is the newest run that has ended, without `left` the last good one before
    it.
    Raises NotKept when the DAG or a run that is asked for is not stored.
    """
    dag = _dag(session, deployment, dag_id)
    rows = _chosen(session, dag.id, dag_id, left, right)
    both = [row for row in rows if row is not None]
    before = good_before(session, both) if len(both) == len(rows) else None
    found = [*both, before] if before is not None else both
    runs = {row.id: RunKey(dag_id, row.run_id) for row in found}
    instances = read_instances(session, runs)
    flows = read_run_flows(session, {row.id: runs[row.id] for row in both})
    chosen = [
        None if row is None else _side(session, row, dag, deployment, instances, flows)
        for row in rows
    ]
    return ComparedRuns(
        deployment=deployment,
        dag_id=dag_id,
        airflow_url=dag.url,
        runs=read_strips(session, [dag.id], most=_MOST_RUNS).get(dag.id, ()),
        left=chosen[0],
        right=chosen[1],
        before=_before_side(before, dag_id, instances) if before is not None else None,
    )


def _dag(session: ReadSession, deployment: str, dag_id: str) -> AnyRow:
    row = session.execute(
        select(t.dag.c.id, t.dag.c.dag_id, t.dag.c.deployment_id, t.deployment.c.url)
        .join(t.deployment, t.dag.c.deployment_id == t.deployment.c.id)
        .where(t.deployment.c.name == deployment, t.dag.c.dag_id == dag_id)
    ).one_or_none()
    if row is None:
        raise NotKept(f"There is no DAG {dag_id} in {deployment}")
    return row


def _chosen(
    session: ReadSession, dag_pk: int, dag_id: str, left: str | None, right: str | None
) -> tuple[AnyRow | None, AnyRow | None]:
    named = {one for one in (left, right) if one}
    rows = session.execute(
        select(t.dag_run).where(t.dag_run.c.dag_pk == dag_pk, t.dag_run.c.run_id.in_(named))
    )
    by_id = {row.run_id: row for row in rows}
    for one in named - by_id.keys():
        raise NotKept(f"DAG {dag_id} has no run {one}")
    after = by_id[right] if right else _newest(session, dag_pk, but=left)
    if left:
        return by_id[left], after
    reference = None if after is None else last_good(session, after)
    return (None if reference is None else reference.row), after


def _newest(session: ReadSession, dag_pk: int, *, but: str | None) -> AnyRow | None:
    c = t.dag_run.c
    return session.execute(
        select(t.dag_run)
        .where(c.dag_pk == dag_pk, c.state.in_(FINISHED_RUN_STATES), c.pruned_at.is_(None))
        .where(c.run_id != (but or ""))
        .order_by(c.run_after.desc().nulls_last(), c.id.desc())
        .limit(1)
    ).one_or_none()


def _side(  # noqa: PLR0913, PLR0917 - what was read of both runs at once
    session: ReadSession,
    row: AnyRow,
    dag: AnyRow,
    deployment: str,
    instances: Mapping[int, tuple[InstanceSide, ...]],
    flows: Mapping[int, tuple[Flow, ...]],
) -> ChosenRun:
    run = RunKey(dag.dag_id, row.run_id)
    problems = read_open_problems(session, deployment=deployment, run=run, most=_MOST_PROBLEMS)
    definition = read_definition(session, dag.id, row.version_number)
    side = RunSide(
        run_from(run, row),
        tasks=definition.tasks,
        instances=instances.get(row.id, ()),
        flows=flows.get(row.id, ()),
        problems=tuple(one.problem for one in problems),
        version_number=definition.version_number,
        is_gone=row.gone_at is not None,
        is_analysed=row.analysed_by is not None,
    )
    return ChosenRun(row.id, side, problems, definition.source)


def _before_side(
    row: AnyRow, dag_id: str, instances: Mapping[int, Iterable[InstanceSide]]
) -> RunSide:
    run = run_from(RunKey(dag_id, row.run_id), row)
    return RunSide(run, instances=tuple(instances.get(row.id, ())))
