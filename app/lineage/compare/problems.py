"""Problems that only one of two runs has, and those of both."""

from collections.abc import Hashable, Iterable
from typing import TypeAlias

from app.lineage.compare.comparison import ProblemChange
from app.lineage.compare.flows import Counterparts
from app.model.findings import Problem

_Name: TypeAlias = tuple[Hashable, ...]


def changed_problems(
    left: Iterable[Problem], right: Iterable[Problem], to: Counterparts
) -> tuple[ProblemChange, ...]:
    """The left run's in their order, each with the right one's if it has it, then the others."""
    before = _named(left, Counterparts())
    after = _named(right, to)
    names = dict.fromkeys((*before, *after))
    return tuple(ProblemChange(before.get(name), after.get(name)) for name in names)


def _named(problems: Iterable[Problem], to: Counterparts) -> dict[_Name, Problem]:
    found: dict[_Name, Problem] = {}
    for one in problems:
        found.setdefault(_name(one, to), one)
    return found


def _name(problem: Problem, to: Counterparts) -> _Name:
    at = problem.instance
    where = to.of(at) if at else None
    place = (where.task_id, where.map_index) if where else ()
    field = problem.consumer.field if problem.consumer else ""
    if at:
        field = to.field_of(at, field)
    return (problem.kind, problem.cause, place, field)
