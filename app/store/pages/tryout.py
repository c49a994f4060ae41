"""What the page on which templates are tried needs: a run's facts, and the runs beside it."""

from collections.abc import Collection
from dataclasses import dataclass

from app.model.facts import Reach, Run, RunFacts
from app.model.ids import RunKey
from app.store.facts import read_run_facts
from app.store.pages.listings import list_runs
from app.store.pages.places import find_run
from app.store.problems import StoredProblem, read_problem
from app.store.session import ReadSession

# Runs to choose from.
_MOST_RUNS = 50


@dataclass(frozen=True, slots=True)
class TryFacts:
    deployment: str
    dag_id: str
    runs: tuple[Run, ...]  # The newest first.
    problem: StoredProblem | None = None


def read_try_facts(
    session: ReadSession, *, deployment: str, dag_id: str, problem: int | None
) -> TryFacts:
    """Raises NotKept when the DAG is not stored."""
    listed = list_runs(session, deployment_name=deployment, dag_id=dag_id, most=_MOST_RUNS)
    return TryFacts(
        deployment=deployment,
        dag_id=dag_id,
        runs=tuple(one.run for one in listed),
        problem=None if problem is None else read_problem(session, problem),
    )


def read_facts_to_try_on(
    session: ReadSession, *, deployment: str, run: RunKey, reaches: Collection[Reach] = ()
) -> RunFacts:
    """The run's facts, with what `reaches` asks for of others. Raises NotKept."""
    pk = find_run(session, deployment_name=deployment, run=run)
    return read_run_facts(session, deployment_pk=pk, run=run, reaches=reaches)
