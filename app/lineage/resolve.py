"""The facts of a run, indexed for those who ask which XCom a pull read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.lineage.template.holes import ANYTHING, with_anything
from app.lineage.template.matching import fits
from app.lineage.upstream import Upstream
from app.model.facts import Reach, RunFacts, Task, Try, TryLog, XCom
from app.model.ids import NOT_MAPPED, TaskInstanceKey, TryKey


class RunIndex:
    """The facts of a run, to be looked up."""

    def __init__(self, facts: RunFacts, declared_ids: frozenset[str] = frozenset()) -> None:
        self.facts = facts
        self._declared_ids = declared_ids
        self.run = facts.run.key
        self.tasks: dict[str, Task] = {task.task_id: task for task in facts.tasks}
        self.logs: dict[TryKey, TryLog] = {log.key: log for log in facts.logs}
        self.tries = _by_instance((*facts.tries, *facts.other_tries))
        self.xcoms = _by_place((*facts.xcoms, *facts.other_xcoms))
        self._instances = _instances((*self.tries, *(at for at, _ in self.xcoms)))
        self._keys: dict[TaskInstanceKey, list[str]] = defaultdict(list)
        self._pushers: dict[str, list[TaskInstanceKey]] = defaultdict(list)
        for at, key in self.xcoms:
            self._keys[at].append(key)
            if self.is_own(at):
                self._pushers[key].append(at)
        #: What the pulls that were looked at are after in other runs; filled by the views.
        self.reaches: set[Reach] = set()

    @cached_property
    def task_ids(self) -> frozenset[str]:
        """Every task of the DAG.

        Airflow tells the definition of the latest version only; without it those count that left
        a trace in the run or that the source names.
        """
        seen = frozenset(one.task_id for one in self._own())
        return seen | (frozenset(self.tasks) or self._declared_ids)

    @cached_property
    def past_values(self) -> dict[tuple[str, str], tuple[XCom, ...]]:
        """What earlier runs pushed, by task and key, the newest first."""
        found: dict[tuple[str, str], list[XCom]] = defaultdict(list)
        for one in sorted(self.facts.past_xcoms, key=lambda one: one.at.timestamp, reverse=True):
            found[one.at.instance.task_id, one.at.key].append(one)
        return {at: tuple(many) for at, many in found.items()}

    @cached_property
    def restarts(self) -> tuple[tuple[datetime, str], ...]:
        """When tasks began the last of several tries, the latest first."""
        again = ((many[-1].start, at.task_id) for at, many in self.tries.items() if len(many) > 1)
        return tuple(sorted(((start, one) for start, one in again if start), reverse=True))

    @cached_property
    def upstream(self) -> Upstream:
        return Upstream(self.facts.tasks)

    def ancestors(self, task_id: str) -> frozenset[str]:
        """The tasks that must end before this one starts, near and far."""
        return self.upstream.of(task_id)

    def above(self, task_id: str) -> "Above":
        """The same, to be asked of a few tasks."""
        return Above(self.upstream, task_id)

    @cached_property
    def by_last_name(self) -> dict[str, list[str]]:
        """The task ids by what follows their last dot, their groups left away."""
        found: dict[str, list[str]] = defaultdict(list)
        for task_id in sorted(self.task_ids):
            found[task_id.rpartition(".")[2]].append(task_id)
        return found

    def instances(
        self, dag_id: str, task_id: str, run_id: str | None = None
    ) -> tuple[TaskInstanceKey, ...]:
        """The task's instances in the run, in the order of their map indexes."""
        own = self.run.run_id if run_id is None else run_id
        return self._instances.get((dag_id, own, task_id), ())

    def pushers(self, key: str) -> list[TaskInstanceKey]:
        """The instances of this run that pushed the key, of which some may be gone."""
        return self._pushers.get(key, [])

    def numbered(self, instance: TaskInstanceKey, number: int) -> Try | None:
        """The instance's try of that number."""
        tries = self.tries.get(instance, ())
        return next((one for one in tries if one.key.try_number == number), None)

    def latest(self, instance: TaskInstanceKey) -> Try | None:
        tries = self.tries.get(instance)
        return tries[-1] if tries else None

    def keys(self, instance: TaskInstanceKey) -> list[str]:
        """The keys the instance pushed, of which some may be gone."""
        return self._keys.get(instance, [])

    def matching(self, pattern: str) -> list[str]:
        """The real task ids that a pattern with holes may stand for."""
        wild = with_anything(pattern)
        if not wild.replace(ANYTHING, "").strip("._-"):
            return []
        return sorted(one for one in self.task_ids if fits(wild, one))

    def is_own(self, instance: TaskInstanceKey) -> bool:
        return instance.run_id == self.run.run_id and instance.dag_id == self.run.dag_id

    def _own(self) -> Iterable[TaskInstanceKey]:
        return filter(self.is_own, self.tries)


@dataclass(frozen=True, slots=True)
class Above:
    """The tasks that must end before a task starts, without naming them all."""

    upstream: Upstream
    task_id: str

    def __contains__(self, other: object) -> bool:
        return isinstance(other, str) and self.upstream.is_above(other, self.task_id)


def _by_instance(tries: Iterable[Try]) -> dict[TaskInstanceKey, tuple[Try, ...]]:
    found: dict[TaskInstanceKey, list[Try]] = defaultdict(list)
    for one in tries:
        found[one.key.instance].append(one)
    for many in found.values():
        if len(many) > 1:
            many.sort(key=lambda one: one.key.try_number)
    return {at: tuple(many) for at, many in found.items()}


def _by_place(xcoms: Iterable[XCom]) -> dict[tuple[TaskInstanceKey, str], tuple[XCom, ...]]:
    found: dict[tuple[TaskInstanceKey, str], list[XCom]] = defaultdict(list)
    for one in xcoms:
        found[one.at.instance, one.at.key].append(one)
    for many in found.values():
        if len(many) > 1:
            many.sort(key=lambda one: one.at.timestamp)
    return {at: tuple(many) for at, many in found.items()}


def _instances(
    keys: Iterable[TaskInstanceKey],
) -> dict[tuple[str, str, str], tuple[TaskInstanceKey, ...]]:
    found: dict[tuple[str, str, str], set[TaskInstanceKey]] = defaultdict(set)
    for one in keys:
        found[one.dag_id, one.run_id, one.task_id].add(one)
    return {at: _mapped_first(many) for at, many in found.items()}


def _mapped_first(instances: set[TaskInstanceKey]) -> tuple[TaskInstanceKey, ...]:
    """The unmapped instance of a mapped task is a placeholder that never pushes."""
    if len(instances) == 1:
        return tuple(instances)
    mapped = [one for one in instances if one.map_index != NOT_MAPPED]
    return tuple(sorted(mapped or instances))
