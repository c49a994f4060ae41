"""What the page of one DAG tells: its runs, its tasks, and what they give each other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.model.errors import NotKept
from app.model.facts import Dag, Task
from app.store import tables as t
from app.store.dags import dag_from
from app.store.facts import read_definition
from app.store.pages.contracts import READ_RUNS, ContractFacts, contract_facts
from app.store.pages.problem_groups import ProblemGroup, read_groups
from app.store.pages.run_strips import StripRun, read_strips
from app.store.pages.sightings import read_victims
from app.store.problems import StoredProblem, read_problems_ahead
from app.store.session import ReadSession
from app.store.tries import IS_CURRENT_TRY

# Runs listed; the strip in their head shows the newest of them.
_MOST_RUNS = 50
_MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Task instances by state, flows and open problems of one run."""

    states: tuple[tuple[str | None, int], ...] = ()
    flows: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True)
class DagFacts:
    deployment: str
    airflow_url: str
    dag: Dag
    tasks: tuple[Task, ...]
    runs: tuple[StripRun, ...]  # Oldest first.
    counts: dict[int, RunCounts]  # By the run's number.
    given: ContractFacts  # What its tasks give, and who reads it.
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
    tasks = read_definition(session, row.id, None).tasks
    groups = read_groups(session, now=now, most=_MOST_GROUPS, dag_pk=row.id)
    return DagFacts(
        deployment=deployment,
        airflow_url=row.url,
        dag=dag_from(row),
        tasks=tasks,
        runs=runs,
        counts=_counts(session, [run.pk for run in runs]),
        given=contract_facts(
            session,
            deployment=deployment,
            dag_pk=row.id,
            dag_id=dag_id,
            tasks=tasks,
            run_ids=[run.run.run_id for run in runs[-READ_RUNS:]],
        ),
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
