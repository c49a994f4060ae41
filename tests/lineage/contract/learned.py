"""Contracts of tests: what a task gave, run after run."""

from collections.abc import Iterable
from functools import reduce

from app.lineage.contract.joining import joined
from app.lineage.contract.learning import observed
from app.lineage.contract.places import place_of, places
from app.model.contract import Contract, Given, Mark, Node
from app.model.values import Json, Path

_DAY = 86_400


def day(number: int) -> Mark:
    """The run that was due on that day."""
    return (number * _DAY, number)


def returned(value: Json, *, at: int = 0) -> tuple[Given, ...]:
    """What an instance gave that returned the value, and nothing else."""
    return (Given("return_value", value, at),)


def ran(number: int, *values: Json) -> Contract:
    """The run of that day, in which the task's instances returned these."""
    return observed(day(number), [returned(value, at=number * _DAY) for value in values])


def learned_from(values: Iterable[Json], *, start: int = 1) -> Contract:
    """One run for each value, day by day."""
    runs = (ran(number, value) for number, value in enumerate(values, start))
    return reduce(joined, runs, Contract())


def node_at(contract: Contract, key: str, path: Path) -> Node | None:
    """What is known of the values at the path."""
    place = place_of(contract, key, path)
    return next((node for at, node, _ in places(contract) if at == place), None)
