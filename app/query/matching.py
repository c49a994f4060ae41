"""Whether a leaf fits a search: what every store's answer is held against."""

from collections.abc import Sequence
from functools import singledispatch
from operator import ge, gt, le, lt

from app.model.leaves import Leaf, LeafAddress
from app.query.regex.searching import search
from app.query.scalars import moment, number, within
from app.query.terms import (
    At,
    Begins,
    Compared,
    Condition,
    Contains,
    In,
    Is,
    Matches,
    Named,
    Query,
    Scope,
    Sign,
    Since,
    Term,
    Until,
)  # fmt: skip

_A_TO_Z = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_ORDER = {Sign.LESS: lt, Sign.AT_MOST: le, Sign.MORE: gt, Sign.AT_LEAST: ge}
#: A step that stands for any number of steps.
_ANY_STEPS = "**"


def matches(query: Query, leaf: Leaf) -> bool:
    """Whether all terms hold for the leaf."""
    return all(_holds(term, leaf) for term in query.terms)


def lowered(text: str) -> str:
    """The text with A to Z in lower case and all else as it was, as *contains* compares."""
    return text.translate(_A_TO_Z)


def _holds(term: Term, leaf: Leaf) -> bool:
    return _fits(term.condition, leaf) is not term.is_negated


@singledispatch
def _fits(condition: Condition, leaf: Leaf) -> bool:
    raise TypeError(condition, leaf)


@_fits.register
def _contains(condition: Contains, leaf: Leaf) -> bool:
    return lowered(condition.text) in lowered(leaf.text)


@_fits.register
def _is(condition: Is, leaf: Leaf) -> bool:
    return leaf.text == condition.text


@_fits.register
def _begins(condition: Begins, leaf: Leaf) -> bool:
    return leaf.text.startswith(condition.text)


@_fits.register
def _matches(condition: Matches, leaf: Leaf) -> bool:
    return search(condition.pattern).found_in(leaf.text)


@_fits.register
def _named(condition: Named, leaf: Leaf) -> bool:
    name = _name(condition.scope, leaf)
    return name is not None and wildcard_fits(condition.pattern, name)


def _name(scope: Scope, leaf: Leaf) -> str | None:
    instance = leaf.at.instance
    return {
        Scope.DEPLOYMENT: leaf.at.deployment,
        Scope.DAG: instance.dag_id,
        Scope.RUN: instance.run_id,
        Scope.TASK: instance.task_id,
        Scope.STATE: leaf.state,
        Scope.KEY: leaf.at.name,
    }[scope]


@_fits.register
def _at(condition: At, leaf: Leaf) -> bool:
    return path_fits(condition, _steps(leaf.at))


@_fits.register
def _compared(condition: Compared, leaf: Leaf) -> bool:
    if not path_fits(condition, _steps(leaf.at)):
        return False
    if condition.sign in _ORDER:
        return _is_in_order(condition, leaf.text)
    return _is_equal(condition, leaf.text) is (condition.sign == Sign.EQUAL)


def _is_equal(condition: Compared, text: str) -> bool:
    if isinstance(condition.value, str):
        return text == condition.value
    return number(text) == condition.value


def _is_in_order(condition: Compared, text: str) -> bool:
    value = number(text) if isinstance(condition.value, float) else moment(text)
    return value is not None and _ORDER[condition.sign](value, condition.value)


@_fits.register
def _since(condition: Since, leaf: Leaf) -> bool:
    return leaf.at.time >= condition.time


@_fits.register
def _until(condition: Until, leaf: Leaf) -> bool:
    return leaf.at.time < condition.time


@_fits.register
def _in(condition: In, leaf: Leaf) -> bool:
    return within(leaf.at.place, leaf.at.name) == condition.within


def _steps(at: LeafAddress) -> tuple[str, ...]:
    return (at.name, *map(str, at.path))


def path_fits(condition: At | Compared, whole: Sequence[str | None]) -> bool:
    """Whether the name and the steps after it are those that the condition asks for.

    With a step that is None, whether they may be.
    """
    if isinstance(condition, Compared):
        return steps_fit((_ANY_STEPS, *condition.steps), whole)
    return steps_fit(condition.steps, whole[1:]) or steps_fit(condition.steps, whole)


def steps_fit(pattern: Sequence[str], steps: Sequence[str | None]) -> bool:
    """Whether the steps are those of the pattern, in which `**` is any number of them.

    A step that is None stands for some position in a list: then, whether they may be.
    """
    reached = {0}
    for each in pattern:
        if each == _ANY_STEPS:
            reached = set(range(min(reached), len(steps) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(steps) and _step_fits(each, steps[at])}
        if not reached:
            return False
    return len(steps) in reached


def _step_fits(pattern: str, step: str | None) -> bool:
    if step is None:
        return "*" in pattern or pattern.isdecimal()
    return wildcard_fits(pattern, step)


def wildcard_fits(pattern: str, text: str) -> bool:
    """Whether the text is the pattern's, in which `*` is any text."""
    first, *parts = pattern.split("*")
    if not parts:
        return text == pattern
    last = parts.pop()
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and end >= len(first)):
        return False
    return _in_turn(parts, text, len(first), end)


def _in_turn(parts: Sequence[str], text: str, start: int, end: int) -> bool:
    """Whether the parts stand one after the other between the places."""
    for part in parts:
        found = text.find(part, start, end)
        if found < 0:
            return False
        start = found + len(part)
    return True
