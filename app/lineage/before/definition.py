"""What there is of a DAG before it runs, in the shape in which runs are looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.lineage.declared import looked_up
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import DeclaredTask
from app.model.facts import AIRFLOW_3, Run, RunFacts, Task
from app.model.ids import RunKey, TaskInstanceKey

#: The run of problems that were found before any.
NO_RUN = ""


@dataclass(frozen=True, slots=True)
class DagDefinition:
    """One version of a DAG. Without `tasks` its tasks are those that the source writes out."""

    dag_id: str
    source: str
    tasks: tuple[Task, ...] = ()
    airflow_major: int = AIRFLOW_3
    #: Task ids of the other DAGs there are; empty: those are not known.
    other_dags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    file: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A definition, looked up: `declared` holds what the source says of each task."""

    index: RunIndex
    declared: dict[str, DeclaredTask]

    def reader(self, task_id: str) -> TaskInstanceKey:
        return TaskInstanceKey(self.index.run.dag_id, NO_RUN, task_id)


def outlook(definition: DagDefinition) -> Outlook:
    """Any definition gives one."""
    facts = RunFacts(
        Run(RunKey(definition.dag_id, NO_RUN), state=""),
        tasks=definition.tasks,
        source=definition.source,
        airflow_major=definition.airflow_major,
        other_dags=definition.other_dags,
    )
    return Outlook(*looked_up(facts, definition.file))
