"""What the page of one DAG tells: its runs, its tasks, and what they give each other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.model.errors import NotKept
from app.model.facts import Dag, Task, XCom
from app.model.ids import RunKey
from app.model.values import Path
from app.store import tables as t
from app.store.dags import dag_from
from app.store.facts import read_definition
from app.store.pages.problem_groups import ProblemGroup, read_groups
from app.store.pages.run_strips import StripRun, read_strips
from app.store.pages.sightings import read_victims
from app.store.problems import StoredProblem, read_problems_ahead
from app.store.session import ReadSession
from app.store.tries import IS_CURRENT_TRY
from app.store.xcoms import xcom_from

# Runs listed; the strip in their head shows the newest of them.
_MOST_RUNS = 50
# Runs whose flows tell who reads what.
_CONTRACT_RUNS = 24
# XComs of one run whose keys are shown, and the bytes of a value that is looked into.
_MOST_XCOMS = 500
_LARGEST_VALUE = 64_000
_MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Task instances by state, flows and open problems of one run."""

    states: tuple[tuple[str | None, int], ...] = ()
    flows: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True)
class LeafReader:
    """A leaf that a field of another task read in some of the latest runs."""

    task_id: str
    key: str
    path: Path
    consumer_task_id: str
    field: str
    runs: int


@dataclass(frozen=True, slots=True)
class DagFacts:
    deployment: str
    airflow_url: str
    dag: Dag
    tasks: tuple[Task, ...]
    runs: tuple[StripRun, ...]  # Oldest first.
    counts: dict[int, RunCounts]  # By the run's number.
    readers: tuple[LeafReader, ...]
    xcoms: tuple[XCom, ...]  # Of the newest run that has any.
    groups: tuple[ProblemGroup, ...]
    victims: dict[int, frozenset[tuple[str, int]]]  # By the number of the problem that tells.
    ahead: tuple[StoredProblem, ...]  # What its next run will meet, found before it.


def read_dag(session: ReadSession, *, deployment: str, dag_id: str, now: datetime) -> DagFacts:
    """A fixed number of queries. Raises NotKept when the DAG is not stored."""
    row = session.execute(
        select(t.dag, t.deployment.c.url)
        .join(t.deployment, t.dag.c.deployment_id == t.deployment.c.id)
        .where(t.deployment.c.name == deployment, t.dag.c.dag_id == dag_id)
    ).one_or_none()
    if row is None:
        raise NotKept(f"There is no DAG {dag_id} in {deployment}")
    runs = read_strips(session, [row.id], most=_MOST_RUNS).get(row.id, ())
    latest = [run.pk for run in runs[-_CONTRACT_RUNS:]]
    groups = read_groups(session, now=now, most=_MOST_GROUPS, dag_pk=row.id)
    return DagFacts(
        deployment=deployment,
        airflow_url=row.url,
        dag=dag_from(row),
        tasks=read_definition(session, row.id, None).tasks,
        runs=runs,
        counts=_counts(session, [run.pk for run in runs]),
        readers=_readers(session, latest, dag_id),
        xcoms=_xcoms(session, latest, dag_id),
        groups=groups,
        victims=read_victims(session, [group.latest.pk for group in groups]),
        ahead=read_problems_ahead(session, deployment=deployment, dag_id=dag_id, most=_MOST_GROUPS),
    )


def _counts(session: ReadSession, run_pks: Collection[int]) -> dict[int, RunCounts]:
    states: dict[int, list[tuple[str | None, int]]] = {}
    instances = session.execute(
        select(t.task_instance.c.run_pk, t.task_try.c.state, func.count())
        .join(t.task_try, IS_CURRENT_TRY)
        .where(t.task_instance.c.run_pk.in_(run_pks))
        .group_by(t.task_instance.c.run_pk, t.task_try.c.state)
    )
    for run_pk, state, number in instances:
        states.setdefault(run_pk, []).append((state, number))
    flows = _per_run(session, t.flow.c.run_pk, t.flow.c.run_pk.in_(run_pks))
    problems = _per_run(
        session,
        t.problem.c.run_pk,
        t.problem.c.run_pk.in_(run_pks),
        t.problem.c.status == "open",
        ~t.problem.c.is_victim,
        t.problem.c.severity != "info",
    )
    return {
        pk: RunCounts(tuple(states.get(pk, ())), flows.get(pk, 0), problems.get(pk, 0))
        for pk in run_pks
    }


def _per_run(
    session: ReadSession, run_pk: ColumnElement[int], *conditions: ColumnElement[bool]
) -> dict[int, int]:
    """How many rows each run has."""
    rows = session.execute(select(run_pk, func.count()).where(*conditions).group_by(run_pk))
    return dict(rows.all())


def _readers(session: ReadSession, run_pks: Collection[int], dag_id: str) -> tuple[LeafReader, ...]:
    c = t.flow.c
    leaf = (c.producer_task_id, c.key, c.path, c.consumer_task_id, c.field)
    rows = session.execute(
        select(*leaf, func.count(c.run_pk.distinct()))
        .where(c.run_pk.in_(run_pks), c.producer_dag_id == dag_id)
        .group_by(*leaf)
        .order_by(*leaf)
    )
    return tuple(
        LeafReader(task_id, key, tuple(path), consumer, field, runs)
        for task_id, key, path, consumer, field, runs in rows
    )


def _xcoms(session: ReadSession, run_pks: Collection[int], dag_id: str) -> tuple[XCom, ...]:
    c = t.xcom.c
    newest = select(func.max(c.run_pk)).where(c.run_pk.in_(run_pks)).scalar_subquery()
    rows = session.execute(
        select(t.xcom, t.dag_run.c.run_id)
        .join(t.dag_run, t.dag_run.c.id == c.run_pk)
        .where(c.run_pk == newest, c.size <= _LARGEST_VALUE, c.map_index <= 0)
        .order_by(c.task_id, c.key, c.timestamp)
        .limit(_MOST_XCOMS)
    )
    return tuple(xcom_from(RunKey(dag_id, row.run_id), row) for row in rows)
