"""The same for a file that no Airflow has seen: its tasks are those that it writes out."""

from collections.abc import Iterator, Mapping

from app.lineage.before.definition import DagDefinition
from app.lineage.before.problems import NOWHERE, dag_problems
from app.lineage.source.declaration import Declaration
from app.lineage.source.declare import declare
from app.lineage.template.holes import has_holes
from app.model.facts import AIRFLOW_3
from app.model.findings import Problem

DagTasks = Mapping[str, frozenset[str]]


def dags_of(source: str, file: str) -> dict[str, frozenset[str]]:
    """The DAGs that the file writes out, each with the ids of its tasks; none when some are open.

    A DAG that is here although its tasks are not all known has no ids.
    """
    declaration = declare(source, file)
    return {one: _task_ids(declaration, one) for one in _dag_ids(declaration)}


def file_problems(
    source: str, file: str, others: DagTasks, airflow_major: int = AIRFLOW_3
) -> tuple[Problem, ...]:
    """What is wrong with the file's DAGs as far as it tells. `others`: DAGs of other files.

    A name that leads nowhere is told when every task of the DAG is known and one of them may have
    been meant: what the file imports may make more.
    """
    return tuple(_found(source, file, others, airflow_major))


def _found(source: str, file: str, others: DagTasks, airflow_major: int) -> Iterator[Problem]:
    for dag_id, task_ids in dags_of(source, file).items():
        definition = DagDefinition(
            dag_id, source, airflow_major=airflow_major, other_dags=others, file=file
        )
        for problem in dag_problems(definition):
            read = problem.pull.dag_id if problem.pull else dag_id
            known = task_ids if read == dag_id else others.get(read)
            if problem.kind not in NOWHERE or (known and problem.suggestion is not None):
                yield problem


def _dag_ids(declaration: Declaration) -> dict[str, None]:
    ids = (task.dag_id for task in declaration.tasks)
    return dict.fromkeys(one for one in ids if one is not None and not has_holes(one))


def _task_ids(declaration: Declaration, dag_id: str) -> frozenset[str]:
    own = [task for task in declaration.tasks if task.dag_id in (None, dag_id)]
    is_open = any(has_holes(task.task_id) or task.doubt for task in own)
    is_open = is_open or declaration.problem is not None
    return frozenset() if is_open else frozenset(task.task_id for task in own)
