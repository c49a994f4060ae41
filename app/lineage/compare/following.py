"""What came of the first difference: along flows that carried another value, to the failure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.lineage.beginnings import is_on_one_way
from app.lineage.compare.comparison import Change, Pair, SideName, Step, What
from app.lineage.compare.way import Way, flow_before, key_of, new_problems
from app.lineage.fields import address
from app.model.findings import Flow, Problem
from app.model.ids import TaskInstanceKey
from app.model.leaves import Place

# Steps told from the first difference to the failure.
_MOST_STEPS = 12


def followed_from(
    way: Way, first: Step, on_path: Sequence[Pair], target: Pair | None
) -> tuple[Step, ...]:
    """One step for each task that a value from the first reached, and the failure at the end."""
    trail = _Trail(way, on_path, first.pair)
    at = next(n for n, one in enumerate(on_path) if one is first.pair)
    steps: dict[str, Step] = {}
    for pair in on_path[at + 1 :]:
        step = trail.step_to(pair)
        if step is not None:
            trail.reached.add(id(pair))
            # Mapped instances of one task tell the same.
            steps.setdefault(pair.task_id, step)
    last = _end(way, target, (first, *steps.values()))
    return (*list(steps.values())[:_MOST_STEPS], *([last] if last else []))


#: Of a run, a task and its index.
_Key: TypeAlias = tuple[str, str, int]


def _key(instance: TaskInstanceKey) -> _Key:
    return instance.run_id, instance.task_id, instance.map_index


@dataclass(slots=True)
class _Trail:
    way: Way
    pairs: Sequence[Pair]
    first: Pair
    reached: set[int] = field(default_factory=set)  # Pairs, by their identity.
    by_key: dict[_Key, Pair] = field(default_factory=dict)
    flows: dict[_Key, list[Flow]] = field(default_factory=dict)  # By who got them.
    problems: dict[TaskInstanceKey, Problem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reached.add(id(self.first))
        for pair in self.pairs:
            self.by_key |= {_key(one.key): pair for one in (pair.left, pair.right) if one}
        for flow in (*self.way.left.flows, *self.way.right.flows):
            self.flows.setdefault(_key(flow.consumer.instance), []).append(flow)
        for problem in new_problems(self.way):
            if problem.instance:
                self.problems.setdefault(problem.instance, problem)

    def step_to(self, pair: Pair) -> Step | None:
        """How the instance got a value that differs from one that is reached, if it did."""
        for side in (self.way.subject, self.way.subject.other):
            key = key_of(pair, side)
            for flow in self.flows.get(_key(key), ()) if key else ():
                step = self._by_flow(pair, flow, side)
                if step is not None:
                    return step
        return self._by_problem(pair)

    def _by_flow(self, pair: Pair, flow: Flow, side: SideName) -> Step | None:
        producer = self.by_key.get(_key(flow.producer.instance))
        if producer is None or id(producer) not in self.reached:
            return None
        if not _gave_other(producer, flow, side):
            return None
        for change in pair.real:
            if change.place is Place.FIELD and _address(change, side) == flow.consumer.field:
                return Step(What.GOT, pair, change=change, flow=flow)
        return None

    def _by_problem(self, pair: Pair) -> Step | None:
        """It could not read what a task before it should have given."""
        key = key_of(pair, self.way.subject)
        problem = self.problems.get(key) if key else None
        if problem is None or problem.pull is None:
            return None
        reached = {one.task_id for one in self.pairs if id(one) in self.reached}
        is_of_these = not reached.isdisjoint(problem.pull.task_ids)
        flow = flow_before(self.way, pair, problem)
        return Step(What.PROBLEM, pair, problem=problem, flow=flow) if is_of_these else None


def _address(change: Change, side: SideName) -> str | None:
    path = change.path(side)
    return None if path is None else address(change.name, path)


def _gave_other(producer: Pair, flow: Flow, side: SideName) -> bool:
    """Whether what the flow took is among what the producer gave differently, or did not give."""
    if producer.is_state_changed:
        return True
    return any(
        one.place is Place.XCOM
        and one.name == flow.producer.key
        and is_on_one_way(one.path(side) or one.any_path, flow.producer.path)
        for one in producer.real
    )


def _end(way: Way, target: Pair | None, told: Iterable[Step]) -> Step | None:
    """What failed, unless that is told by the only step there is."""
    if target is None:
        return None
    key = key_of(target, way.subject)
    problem = next((one for one in new_problems(way) if one.instance == key), None)
    flow = flow_before(way, target, problem) if problem else None
    end = Step(What.PROBLEM if problem else What.STATE, target, problem=problem, flow=flow)
    if not problem and not target.is_state_changed:
        return None
    is_told = any(one.pair is target and one.what is end.what for one in told)
    return None if is_told else end
