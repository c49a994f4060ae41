"""Problems as rows of their own, or as marks on the field that got something suspicious."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from app.graph.addresses import label
from app.graph.inputs import input_id
from app.graph.material import Material
from app.graph.meant import meant
from app.graph.parts import BrokenRow
from app.graph.ports import card_id
from app.model.findings import Problem, Severity


def broken_rows(material: Material, inputs: Collection[str]) -> tuple[BrokenRow, ...]:
    """One per task, field and mistake; the instances of a mapped task share it.

    `inputs`: ids of the rows of fields that got something. There what is no error is a mark; a
    remark about any other field is left out.
    """
    alike: dict[tuple[str, str, str, str], list[Problem]] = defaultdict(list)
    for problem in sorted(material.problems, key=_order):
        card = _card(problem, material)
        if card:
            alike[card, _field(problem), problem.kind, reads(problem)].append(problem)
    rows = _rows(material, alike, inputs)
    return tuple(row for row in rows if row.on or row.problem.severity is not Severity.INFO)


def _rows(
    material: Material,
    alike: Mapping[tuple[str, str, str, str], Sequence[Problem]],
    inputs: Collection[str],
) -> Iterator[BrokenRow]:
    task_ids = _task_ids(material)
    for (card, field, kind, read), problems in alike.items():
        is_mark = problems[0].severity is not Severity.ERROR and input_id(card, field) in inputs
        yield BrokenRow(
            id=f"bad:{card}:{field}:{kind}:{read}",
            card=card,
            problem=problems[0],
            field=field,
            reads=read,
            instances=len(problems),
            meant=meant(problems[0], dag_id=material.run.dag_id, task_ids=task_ids),
            on=input_id(card, field) if is_mark else "",
        )


def reads(problem: Problem) -> str:
    """The wrong part in as few characters as say it; `count of make` where no part is wrong."""
    pull = problem.pull
    if problem.wrong or pull is None:
        return problem.wrong
    tasks = ", ".join(pull.task_ids)
    is_whole = pull.key == "return_value" and not pull.path
    return tasks if is_whole else f"{label(pull.key, pull.path)} of {tasks or 'itself'}"


def _card(problem: Problem, material: Material) -> str:
    at, run = problem.instance, material.run
    return card_id(at, run, material.unfolded) if at and at.run == run else ""


def _field(problem: Problem) -> str:
    return problem.consumer.field if problem.consumer else "return.json"


def _order(problem: Problem) -> tuple[object, ...]:
    at = problem.instance
    return (at is None, at or (), _field(problem), problem.kind, problem.title)


def _task_ids(material: Material) -> frozenset[str]:
    planned = frozenset(task.task_id for task in material.tasks)
    known = planned | frozenset(instance.key.task_id for instance in material.instances)
    # Which of the instances was meant, where each has a card, nobody can tell.
    return known - material.unfolded
