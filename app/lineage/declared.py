"""Declared tasks beside the real ones."""

from collections import defaultdict
from dataclasses import replace

from app.lineage.opened import opened
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import Choice, Declaration, DeclaredField, DeclaredTask
from app.lineage.source.declare import declare
from app.lineage.template.holes import has_holes, literals, with_anything
from app.lineage.template.matching import fits
from app.lineage.unify import unified
from app.model.facts import RunFacts


def looked_up(facts: RunFacts, file: str = "") -> tuple[RunIndex, dict[str, DeclaredTask]]:
    """The facts, indexed, and what their source declares for each task; any facts give them."""
    declaration = declare(facts.source, file) if facts.source else Declaration()
    index = RunIndex(facts, literal_ids(declaration, facts.run.key.dag_id))
    return index, by_task_id(declaration, index)


def by_task_id(declaration: Declaration, index: RunIndex) -> dict[str, DeclaredTask]:
    """What the source declares for each real task of the run's DAG.

    A literal id goes before a pattern, and the pattern that knows more characters before others. A
    task that several patterns fit equally well has no declaration.
    """
    own = [task for task in declaration.tasks if _is_of(task, index.run.dag_id)]
    exact: dict[str, list[DeclaredTask]] = defaultdict(list)
    for task in own:
        exact[task.task_id].append(task)
    patterns = [task for task in own if has_holes(task.task_id)]
    found: dict[str, DeclaredTask] = {}
    for task_id in index.task_ids:
        written = exact.get(task_id)
        chosen = _either(written) if written else _best(task_id, patterns)
        if chosen is not None:
            known = unified(chosen, task_id, index.task_ids.__contains__)
            found[task_id] = opened(known, index.matching)
    return found


def literal_ids(declaration: Declaration, dag_id: str) -> frozenset[str]:
    """The task ids that the source writes out for the DAG."""
    own = (task for task in declaration.tasks if _is_of(task, dag_id))
    return frozenset(task.task_id for task in own if not has_holes(task.task_id))


def _is_of(task: DeclaredTask, dag_id: str) -> bool:
    return task.dag_id is None or fits(with_anything(task.dag_id), dag_id)


def _best(task_id: str, patterns: list[DeclaredTask]) -> DeclaredTask | None:
    fitting = [task for task in patterns if fits(with_anything(task.task_id), task_id)]
    known = {id(task): sum(map(len, literals(task.task_id))) for task in fitting}
    most = max(known.values(), default=0)
    best = [task for task in fitting if known[id(task)] == most and most > 0]
    return _either(best) if best and len({task.task_id for task in best}) == 1 else None


def _either(tasks: list[DeclaredTask]) -> DeclaredTask:
    """Of several declarations with one id, as in the branches of an `if`, the one or the other."""
    first = tasks[0]
    if all(task.fields == first.fields for task in tasks):
        return first
    names = dict.fromkeys(field.name for task in tasks for field in task.fields)
    fields = tuple(_choice([_named(task, name) for task in tasks], name) for name in names)
    pulls = tuple(dict.fromkeys(pull for task in tasks for pull in task.pulls))
    return replace(first, fields=fields, pulls=pulls)


def _named(task: DeclaredTask, name: str) -> DeclaredField | None:
    return next((field for field in task.fields if field.name == name), None)


def _choice(options: list[DeclaredField | None], name: str) -> DeclaredField:
    given = [field for field in options if field is not None]
    values = tuple(dict.fromkeys(field.value for field in given))
    if len(values) == 1:
        return given[0]
    return DeclaredField(name, Choice(values), given[0].is_mapped, given[0].line, is_open=True)
