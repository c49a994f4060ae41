"""Declared tasks beside the real ones."""

from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import Declaration, DeclaredTask
from app.lineage.template.holes import has_holes, literals, with_anything
from app.lineage.template.matching import fits


def by_task_id(declaration: Declaration, index: RunIndex) -> dict[str, DeclaredTask]:
    """What the source declares for each real task of the run's DAG.

    A literal id goes before a pattern, and the pattern that knows more characters before others. A
    task that several declarations fit equally well has none.
    """
    own = [task for task in declaration.tasks if _is_of(task, index.run.dag_id)]
    found: dict[str, DeclaredTask] = {}
    for task_id in index.task_ids:
        chosen = _best(task_id, own)
        if chosen is not None:
            found[task_id] = chosen
    return found


def literal_ids(declaration: Declaration, dag_id: str) -> frozenset[str]:
    """The task ids that the source writes out for the DAG."""
    own = (task for task in declaration.tasks if _is_of(task, dag_id))
    return frozenset(task.task_id for task in own if not has_holes(task.task_id))


def _is_of(task: DeclaredTask, dag_id: str) -> bool:
    return task.dag_id is None or fits(with_anything(task.dag_id), dag_id)


def _best(task_id: str, tasks: list[DeclaredTask]) -> DeclaredTask | None:
    exact = [task for task in tasks if task.task_id == task_id]
    if exact:
        return exact[0] if len(exact) == 1 else _sure(exact)
    fitting = [
        task
        for task in tasks
        if has_holes(task.task_id) and fits(with_anything(task.task_id), task_id)
    ]
    known = {id(task): sum(map(len, literals(task.task_id))) for task in fitting}
    most = max(known.values(), default=0)
    best = [task for task in fitting if known[id(task)] == most and most > 0]
    return best[0] if len(best) == 1 else None


def _sure(tasks: list[DeclaredTask]) -> DeclaredTask | None:
    """Of several declarations with one id, as in the branches of an `if`, the one they agree on."""
    return tasks[0] if all(task.fields == tasks[0].fields for task in tasks) else None
