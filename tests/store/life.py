"""Runs and problems put into a store one after the other, as passes would."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.model.findings import Analysis, Problem
from app.model.ids import RunKey
from app.store.deployments import ensure_deployment
from app.store.findings import write_analysis
from app.store.pages.problem_groups import ProblemGroup, read_groups
from app.store.replacing import replace_dag_problems
from app.store.runs import write_runs
from app.store.session import Store
from tests.build import START, make_consumer, make_problem, make_run


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def broken(task_id: str = "load", **more: Any) -> Problem:
    """A field of that task that reads a task that does not exist."""
    cause = more.pop("cause", task_id)
    return make_problem(consumer=make_consumer(task_id, run=RunKey("d", "")), cause=cause, **more)


@dataclass(frozen=True, slots=True)
class Life:
    """The deployment `default` and its DAG `d`: run number n ends, and is analysed, at hour n."""

    store: Store
    deployment_pk: int

    def run(
        self,
        number: float,
        *problems: Problem,
        state: str = "failed",
        version: int = 1,
        at: float | None = None,
        dag_id: str = "d",
    ) -> None:
        key, ended = RunKey(dag_id, f"r{number}"), hour(number)
        with self.store.writing() as session:
            run = make_run(
                key, state=state, run_after=ended, start=ended, end=ended, version_number=version
            )
            write_runs(session, deployment_pk=self.deployment_pk, runs=[run])
            write_analysis(
                session,
                deployment_pk=self.deployment_pk,
                run=key,
                analysis=Analysis((), tuple(_in_run(one, key) for one in problems)),
                engine_version=1,
                structure_hash=None,
                at=hour(number if at is None else at),
            )

    def version(self, number: int, *problems: Problem, at: float) -> bool:
        """The DAG's version of that number is looked at before it runs."""
        with self.store.writing() as session:
            return replace_dag_problems(
                session,
                deployment_pk=self.deployment_pk,
                dag_id="d",
                version_number=number,
                problems=problems,
                at=hour(at),
            )

    def groups(self, now: float = 100) -> tuple[ProblemGroup, ...]:
        with self.store.reading() as session:
            return read_groups(session, now=hour(now), most=100)

    def told(self, now: float = 100) -> list[str]:
        """`cause status runs` of every group, by cause."""
        lines = (f"{one.latest.cause} {one.status} {one.runs}" for one in self.groups(now))
        return sorted(lines)


def begin(store: Store) -> Life:
    with store.writing() as session:
        return Life(store, ensure_deployment(session, name="default", url="http://airflow.test"))


def _in_run(problem: Problem, run: RunKey) -> Problem:
    at = problem.consumer
    assert at is not None
    instance = replace(at.instance, dag_id=run.dag_id, run_id=run.run_id)
    return replace(problem, consumer=replace(at, instance=instance))
