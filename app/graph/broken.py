"""Problems as red rows: a pull that did not deliver, a push that failed."""

from collections import defaultdict

from app.graph.material import Material
from app.graph.meant import meant
from app.graph.parts import BrokenRow
from app.graph.ports import card_id
from app.model.findings import Problem, Severity
from app.model.ids import RunKey


def broken_rows(material: Material) -> tuple[BrokenRow, ...]:
    """One row per task, field and mistake; the instances of a mapped task share it."""
    alike: dict[tuple[str, str, str, str], list[Problem]] = defaultdict(list)
    for problem in sorted(material.problems, key=_order):
        if problem.severity is not Severity.INFO and _card(problem, material.run):
            field, wrong = _field(problem), wrong_part(problem)
            alike[_card(problem, material.run), field, problem.kind, wrong].append(problem)
    task_ids = _task_ids(material)
    return tuple(
        BrokenRow(
            id=f"bad:{card}:{field}:{kind}:{wrong}",
            card=card,
            problem=problems[0],
            field=field,
            wrong=wrong,
            instances=len(problems),
            meant=meant(problems[0], dag_id=material.run.dag_id, task_ids=task_ids),
        )
        for (card, field, kind, wrong), problems in alike.items()
    )


def wrong_part(problem: Problem) -> str:
    """The part of the template that is wrong, in as few characters as say it."""
    if problem.wrong:
        return problem.wrong
    if problem.pull is None:
        return ""
    return ", ".join(problem.pull.task_ids)


def _card(problem: Problem, run: RunKey) -> str:
    at = problem.consumer or problem.producer
    return card_id(at.instance, run) if at and at.instance.run == run else ""


def _field(problem: Problem) -> str:
    return problem.consumer.field if problem.consumer else "return.json"


def _order(problem: Problem) -> tuple[object, ...]:
    at = problem.consumer or problem.producer
    return (at is None, at.instance if at else (), _field(problem), problem.kind, problem.title)


def _task_ids(material: Material) -> frozenset[str]:
    planned = frozenset(task.task_id for task in material.tasks)
    return planned | frozenset(instance.key.task_id for instance in material.instances)
