"""Which XCom a pull read: the run's facts, indexed, and the view one task instance has of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.lineage.template.holes import ANYTHING, has_holes, shown, with_anything
from app.lineage.template.matching import fits
from app.lineage.template.reads import Answer, Ask, Read
from app.lineage.upstream import Upstream
from app.model.facts import RunFacts, Task, Try, TryLog, XCom
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
        for at, key in self.xcoms:
            self._keys[at].append(key)

    @cached_property
    def task_ids(self) -> frozenset[str]:
        """Every task of the DAG.

        Airflow tells the definition of the latest version only; without it those count that left
        a trace in the run or that the source names.
        """
        seen = frozenset(one.task_id for one in self._own())
        return seen | (frozenset(self.tasks) or self._declared_ids)

    @cached_property
    def upstream(self) -> Upstream:
        return Upstream(self.facts.tasks)

    def ancestors(self, task_id: str) -> frozenset[str]:
        """The tasks that must end before this one starts, near and far."""
        return self.upstream.of(task_id)

    def instances(self, dag_id: str, task_id: str) -> tuple[TaskInstanceKey, ...]:
        """The task's instances in this run, in the order of their map indexes."""
        return self._instances.get((dag_id, task_id), ())

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

    def _own(self) -> Iterable[TaskInstanceKey]:
        return (one for one in self.tries if one.run == self.run)


@dataclass(frozen=True, slots=True)
class View:
    """What one try sees of the run's XComs, up to a moment (None: all there is).

    A World for the renderer. An XCom counts when it was pushed before the moment, and was not yet
    deleted by the start of a later try of its task.
    """

    index: RunIndex
    reader: TryKey
    moment: datetime | None = None

    def pull(self, ask: Ask) -> Answer:
        if not ask.is_sure:
            named = ask.task_ids or ("…",)
            return Answer(tuple(_unsure(ask, shown(one)) for one in named))
        if ask.task_ids is None:
            return Answer((self._own(ask),))
        reads = [read for task_id in ask.task_ids for read in self._reads(ask, task_id)]
        return Answer(tuple(reads), ask.is_list or len(reads) > 1)

    def _own(self, ask: Ask) -> Read:
        """Airflow 3 reads the task's own XCom; Airflow 2 the newest of any task."""
        instance = self.reader.instance
        if self.index.facts.airflow_major < 3:  # noqa: PLR2004  # the major version that changed it
            return _unsure(ask, "…")
        return self.read(ask, instance)

    def _reads(self, ask: Ask, given: str) -> list[Read]:
        dag_id = ask.dag_id or self.reader.instance.dag_id
        if has_holes(dag_id):
            return [_unsure(ask, shown(given))]
        if dag_id != self.index.run.dag_id and not self._knows(dag_id):
            return [_unsure(ask, shown(given))]
        task_id = self._real(given)
        if task_id is None:
            return [_unsure(ask, shown(given))]
        instances = self.index.instances(dag_id, task_id)
        wanted = [
            one for one in instances if ask.map_indexes is None or one.map_index in ask.map_indexes
        ]
        found = [read for read in (self.read(ask, one) for one in wanted) if read.xcom]
        if found:
            return found
        return [Read(ask, task_id, wanted[0] if len(wanted) == 1 else None)]

    def _knows(self, dag_id: str) -> bool:
        """Whether the other DAG's facts are here, so that a missing XCom is really missing."""
        facts = self.index.facts
        is_absent = bool(facts.other_dags) and dag_id not in facts.other_dags
        return is_absent or any(one.key.instance.dag_id == dag_id for one in facts.other_tries)

    def _real(self, given: str) -> str | None:
        if not has_holes(given):
            return given
        matching = self.index.matching(given)
        return matching[0] if len(matching) == 1 else None

    def read(self, ask: Ask, instance: TaskInstanceKey) -> Read:
        """The version of the XCom that stood there at the moment."""
        versions = self.index.xcoms.get((instance, ask.key), ())
        seen = [one for one in versions if self.moment is None or one.at.timestamp <= self.moment]
        if not seen:
            return Read(ask, instance.task_id, instance)
        tries = [one for one in self.index.tries.get(instance, ()) if one.start is not None]
        pushed = seen[-1].at.timestamp
        owners = [one for one in tries if one.start is not None and one.start <= pushed]
        later = [
            one
            for one in tries
            if one.start is not None and pushed < one.start and self._before(one.start)
        ]
        if later and self.moment is not None:
            return Read(ask, instance.task_id, instance)
        number = owners[-1].key.try_number if owners else 0
        return Read(ask, instance.task_id, instance, number, seen[-1])

    def _before(self, time: datetime) -> bool:
        return self.moment is not None and time <= self.moment


def _unsure(ask: Ask, task_id: str) -> Read:
    return Read(ask, task_id, None, is_known=False)


def _by_instance(tries: Iterable[Try]) -> dict[TaskInstanceKey, tuple[Try, ...]]:
    found: dict[TaskInstanceKey, list[Try]] = defaultdict(list)
    for one in tries:
        found[one.key.instance].append(one)
    return {
        at: tuple(sorted(many, key=lambda one: one.key.try_number)) for at, many in found.items()
    }


def _by_place(xcoms: Iterable[XCom]) -> dict[tuple[TaskInstanceKey, str], tuple[XCom, ...]]:
    found: dict[tuple[TaskInstanceKey, str], list[XCom]] = defaultdict(list)
    for one in xcoms:
        found[one.at.instance, one.at.key].append(one)
    return {at: tuple(sorted(many, key=lambda one: one.at.timestamp)) for at, many in found.items()}


def _instances(
    keys: Iterable[TaskInstanceKey],
) -> dict[tuple[str, str], tuple[TaskInstanceKey, ...]]:
    found: dict[tuple[str, str], set[TaskInstanceKey]] = defaultdict(set)
    for one in keys:
        found[one.dag_id, one.task_id].add(one)
    return {at: _mapped_first(many) for at, many in found.items()}


def _mapped_first(instances: set[TaskInstanceKey]) -> tuple[TaskInstanceKey, ...]:
    """The unmapped instance of a mapped task is a placeholder that never pushes."""
    mapped = [one for one in instances if one.map_index != NOT_MAPPED]
    return tuple(sorted(mapped or instances))
