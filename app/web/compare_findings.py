"""Problems and flows that only one of two runs has, and how much differs in all; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.graph.addresses import label
from app.lineage.compare.comparison import ChangeKind, Comparison, FlowChange, ProblemChange
from app.model.facts import FINISHED_RUN_STATES
from app.model.findings import Problem
from app.model.leaves import Place
from app.store.problems import StoredProblem
from app.web import links, text

# Rows of problems of each kind.
_MOST_PROBLEMS = 40


@dataclass(frozen=True, slots=True)
class ProblemRow:
    what: str  # "new", "gone" or "same", from left to right.
    severity: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class FlowRow:
    kind: str
    giver: str
    leaf: str
    reader: str
    field: str
    note: str


def notes(comparison: Comparison) -> Iterator[str]:
    left, right = comparison.left, comparison.right
    for side in (left, right):
        name = side.run.key.run_id
        if side.run.state not in FINISHED_RUN_STATES:
            yield f"{name} is not over yet: what its tasks have not given yet counts for nothing."
        if not side.is_analysed:
            yield f"The flows of {name} are being worked out."
    if left.run.key == right.run.key:
        yield "Both sides are the same run."
    if comparison.tasks_vanished:
        yield f"Only the left run has {_listed(comparison.tasks_vanished)}."
    if comparison.tasks_added:
        yield f"Only the right run has {_listed(comparison.tasks_added)}."


def _listed(names: tuple[str, ...], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def summary(comparison: Comparison) -> Iterator[str]:
    kinds: Counter[tuple[Place, ChangeKind]] = Counter()
    expected = 0
    for pair in comparison.pairs:
        for change in pair.changes:
            kinds[change.place, change.kind] += change.always is None
            expected += change.always is not None
    for place, one, many in ((Place.FIELD, "field", "fields"), (Place.XCOM, "key", "keys")):
        for kind in ChangeKind:
            if kinds[place, kind]:
                yield f"{text.count(kinds[place, kind], one, many)} {kind.value}"
    ended = sum(pair.is_state_changed for pair in comparison.pairs)
    if ended:
        yield f"{text.count(ended, 'task instance')} ended otherwise"
    flows = Counter(one.kind for one in comparison.flows)
    for kind, word in ((ChangeKind.ADDED, "new"), (ChangeKind.VANISHED, "gone")):
        if flows[kind]:
            yield f"{text.count(flows[kind], 'flow')} {word}"
    if expected:
        yield f"{text.count(expected, 'value differs', 'values differ')} as always"


def problem_rows(comparison: Comparison, stored: Iterable[StoredProblem]) -> Iterator[ProblemRow]:
    """New ones, then those that are gone, then those of both."""
    numbers = {id(one.problem): one.pk for one in stored}
    for what in ("new", "gone", "same"):
        found = [one for one in comparison.problems if _what(one) == what]
        for one in found[:_MOST_PROBLEMS]:
            problem = one.right or one.left
            if problem is not None and not problem.is_victim:
                yield _problem(what, problem, numbers[id(problem)])


def _what(one: ProblemChange) -> str:
    return "new" if one.left is None else "gone" if one.right is None else "same"


def _problem(what: str, problem: Problem, number: int) -> ProblemRow:
    return ProblemRow(what, problem.severity.value, problem.title, links.problem(number))


def flow_row(one: FlowChange) -> FlowRow:
    flow = one.right or one.left
    assert flow is not None  # noqa: S101 - a change has a side
    note = ""
    if one.left is not None and one.right is not None:
        note = f"{one.left.evidence.value}, then {one.right.evidence.value}"
    producer, consumer = flow.producer.instance, flow.consumer.instance
    return FlowRow(
        kind={"added": "new", "vanished": "gone"}.get(one.kind.value, "other evidence"),
        giver=producer.task_id + text.mapped(producer.map_index),
        leaf=label(flow.producer.key, flow.producer.path),
        reader=consumer.task_id + text.mapped(consumer.map_index),
        field=flow.consumer.field,
        note=note,
    )
