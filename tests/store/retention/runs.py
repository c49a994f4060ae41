"""Runs of one size that ended one after the other, put into a store and looked for in it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import func, select

from app.model.findings import Analysis
from app.model.ids import RunKey
from app.model.retention import Retention
from app.refresh.pruning import Pruned, Pruner
from app.store import tables as t
from app.store.deployments import DeploymentState, ensure_deployment, read_deployment
from app.store.facts import read_run_facts
from app.store.runs import note_visits
from app.store.session import Store
from tests.build import (
    START,
    keep,
    make_candidates,
    make_consumer,
    make_facts,
    make_flow,
    make_log,
    make_problem,
    make_producer,
    make_run,
    make_try,
    make_try_key,
    make_xcom,
)

#: Tables whose rows belong to a run.
OF_RUNS = (
    "dag_run",
    "task_instance",
    "task_try",
    "xcom",
    "leaf",
    "flow",
    "candidates",
    "problem",
)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def key(number: float, dag_id: str = "d") -> RunKey:
    return RunKey(dag_id, f"r{number}")


def analysis_of(run: RunKey, cause: str = "typo") -> Analysis:
    consumer = make_consumer("load", run=run)
    return Analysis(
        flows=(make_flow(make_producer("extract", run=run), consumer),),
        problems=(make_problem(consumer=consumer, cause=cause),),
        candidates=(make_candidates(consumer=consumer),),
    )


@dataclass(frozen=True, slots=True)
class Past:
    """The deployment `default`; run number n ended on day n, and is sealed."""

    store: Store
    deployment_pk: int

    def run(  # noqa: PLR0913 - a run has many sides, all by keyword
        self,
        number: float,
        *,
        dag_id: str = "d",
        value: Any = "alpha",
        pushed: float = 9,
        ran: float = 0,
        is_sealed: bool = True,
        cause: str = "typo",
        **more: Any,
    ) -> RunKey:
        """`ran`: the day of its tries and their fields; `pushed`: seconds from day 0."""
        run, ended = key(number, dag_id), day(number)
        times: dict[str, Any] = {"queued_at": day(ran), "start": day(ran), "end": day(ran)}
        state = {"state": "success", "run_after": ended, "start": ended, "end": ended, **more}
        facts = make_facts(
            make_run(run, **state),
            tries=(
                make_try("extract", run=run, rendered={"arguments": ["--all"]}, **times),
                make_try("load", run=run, rendered={"arguments": [str(value)]}, **times),
            ),
            xcoms=(
                make_xcom("extract", {"key1": value, "number": number}, run=run, seconds=pushed),
            ),
            logs=(make_log("it went wrong", key=make_try_key("load", run=run)),),
        )
        keep(self.store, facts, analysis_of(run, cause))
        if is_sealed:
            self.seal(run)
        return run

    def seal(self, run: RunKey) -> None:
        with self.store.writing() as session:
            note_visits(
                session,
                deployment_pk=self.deployment_pk,
                runs=[run],
                at=day(0),
                settled=[run],
            )

    def prune(self, keep: Retention, *, now: float = 1000, seconds: float = 600) -> Pruned:
        """As a pass would, without a pause."""
        return self.pruner(keep).prune(now=day(now), seconds=seconds)

    def pruner(self, keep: Retention) -> Pruner:
        return Pruner(self.store, self.deployment_pk, keep, wait=lambda _: False)

    def kept(self) -> dict[str, Any]:
        """Everything that is known of each run, by its id."""
        with self.store.reading() as session:
            runs = session.execute(
                select(t.dag.c.dag_id, t.dag_run.c.run_id).join(
                    t.dag, t.dag.c.id == t.dag_run.c.dag_pk
                )
            ).all()
            return {
                run_id: read_run_facts(
                    session, deployment_pk=self.deployment_pk, run=RunKey(dag_id, run_id)
                )
                for dag_id, run_id in runs
            }

    def bytes(self) -> int:
        with self.store.reading() as session:
            return int(session.scalar(select(func.sum(t.dag_run.c.bytes))) or 0)

    def sizes(self) -> dict[str, int]:
        """What each run takes, by its id."""
        with self.store.reading() as session:
            rows = session.execute(select(t.dag_run.c.run_id, t.dag_run.c.bytes))
            return {row.run_id: row.bytes for row in rows}

    def state(self) -> DeploymentState:
        with self.store.reading() as session:
            return read_deployment(session, deployment_pk=self.deployment_pk)

    def again(self) -> Self:
        """The same in a store that was emptied."""
        with self.store.writing() as session:
            pk = ensure_deployment(session, name="default", url="http://airflow.test")
        return replace(self, deployment_pk=pk)

    def rows(self, *tables: str) -> dict[str, int]:
        with self.store.reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(t.metadata.tables[name])) or 0
                for name in tables or OF_RUNS
            }
