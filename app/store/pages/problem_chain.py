"""What hangs together with a problem in its run: its cause's other problems, tasks and states."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from app.model.facts import Task
from app.model.ids import TaskInstanceKey
from app.store.facts import read_definition
from app.store.pages.places import read_run_row
from app.store.problems import StoredProblem, read_problems
from app.store.session import ReadSession
from app.store.tables import task_instance, task_try
from app.store.tries import IS_CURRENT_TRY

# A run with more problems than this has one cause; the chain says that there is more.
_MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """The problems of one run that have one cause, and what the run says beside them."""

    problems: tuple[StoredProblem, ...]
    tasks: tuple[Task, ...] = ()
    #: Of the run's instances; empty for a problem that no run has yet.
    states: Mapping[TaskInstanceKey, str | None] = field(default_factory=dict)


def read_chain(session: ReadSession, stored: StoredProblem) -> ChainFacts:
    """Of the run that the problem is of, or of the DAG when no run has it yet."""
    found = read_problems(
        session,
        most=_MOST_PROBLEMS,
        deployment=stored.deployment,
        dag_id=stored.run.dag_id,
        run_id=stored.run.run_id,
        status=stored.status,
    )
    problems = tuple(one for one in found if one.problem.cause == stored.problem.cause)
    if not stored.run.run_id:
        return ChainFacts(problems)
    row = read_run_row(session, deployment_name=stored.deployment, run=stored.run)
    return ChainFacts(
        problems=problems,
        tasks=read_definition(session, row.dag_pk, row.version_number).tasks,
        states=_states(session, row.id, stored),
    )


def _states(
    session: ReadSession, run_pk: int, stored: StoredProblem
) -> dict[TaskInstanceKey, str | None]:
    rows = session.execute(
        select(task_instance.c.task_id, task_instance.c.map_index, task_try.c.state)
        .join(task_try, IS_CURRENT_TRY)
        .where(task_instance.c.run_pk == run_pk)
    )
    run = stored.run
    return {
        TaskInstanceKey(run.dag_id, run.run_id, row.task_id, row.map_index): row.state
        for row in rows
    }
