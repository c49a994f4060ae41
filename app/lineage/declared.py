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
    exact: dict[str, list[DeclaredTask]] = {}
    patterns: list[DeclaredTask] = []
    for task in _of_dag(declaration, index.run.dag_id):
        if has_holes(task.task_id):
            patterns.append(task)
        else:
            exact.setdefault(task.task_id, []).append(task)
    found: dict[str, DeclaredTask] = {}
    for task_id in index.task_ids:
        same = exact.get(task_id)
        chosen = _sure(same) if same else _best(task_id, patterns)
        if chosen is not None:
            found[task_id] = chosen
    return found


def literal_ids(declaration: Declaration, dag_id: str) -> frozenset[str]:
    """The task ids that the source writes out for the DAG."""
    own = _of_dag(declaration, dag_id)
    return frozenset(task.task_id for task in own if not has_holes(task.task_id))


def _of_dag(declaration: Declaration, dag_id: str) -> list[DeclaredTask]:
    written = {task.dag_id for task in declaration.tasks}
    own = {one for one in written if one is None or fits(with_anything(one), dag_id)}
    return [task for task in declaration.tasks if task.dag_id in own]


def _best(task_id: str, patterns: list[DeclaredTask]) -> DeclaredTask | None:
    fitting = [task for task in patterns if fits(with_anything(task.task_id), task_id)]
    known = {id(task): sum(map(len, literals(task.task_id))) for task in fitting}
    most = max(known.values(), default=0)
    best = [task for task in fitting if known[id(task)] == most and most > 0]
    return best[0] if len(best) == 1 else None


def _sure(tasks: list[DeclaredTask]) -> DeclaredTask | None:
    """Of several declarations with one id, as in the branches of an `if`, the one they agree on."""
    return tasks[0] if all(task.fields == tasks[0].fields for task in tasks[1:]) else None
