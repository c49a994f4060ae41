"""Two runs of one DAG in, what differs between them out."""

from collections.abc import Iterable

from app.lineage.compare.always import Sides
from app.lineage.compare.comparison import Change, Comparison, Pair, SideName
from app.lineage.compare.flows import Counterparts, changed_flows, is_of
from app.lineage.compare.instances import Compared, Runs, compared
from app.lineage.compare.matching import Matched, by_task, matched
from app.lineage.compare.own import Own, own_of
from app.lineage.compare.path import path_to_failure
from app.lineage.compare.problems import changed_problems
from app.lineage.compare.walking import differences
from app.lineage.compare.way import Way
from app.lineage.upstream import Upstream
from app.model.facts import Task
from app.model.ids import TaskInstanceKey
from app.model.leaves import Place
from app.model.sides import InstanceSide, RunSide


def compare(left: RunSide, right: RunSide, before: RunSide | None = None) -> Comparison:
    """What changed from the left run to the right one, aligned by task and mapped instance.

    `before`: a good run before both, which tells what differs in every run. Comparing a run with
    itself finds nothing, and with the sides swapped the same is found the other way round.
    """
    subject = subject_of(left, right)
    ours = own_of(left.run), own_of(right.run)
    matches = matched(left.instances, right.instances, plain=(ours[0].plain, ours[1].plain))
    reference = left if subject is SideName.RIGHT else right
    runs = _runs(Sides(ours, subject.other), reference, before)
    order = Upstream(_tasks(left.tasks, right.tasks))
    found = sorted(
        (compared(one, runs) for one in matches), key=lambda one: _place(one.pair, order)
    )
    pairs = tuple(one.pair for one in found)
    to = _counterparts(found)
    problems = changed_problems(left.problems, right.problems, to)
    above = _Above(order, (left, right))
    task_ids = _task_ids(left), _task_ids(right)
    return Comparison(
        left=left,
        right=right,
        pairs=pairs,
        flows=changed_flows(left.flows, right.flows, runs=(left.run.key, right.run.key), to=to),
        problems=problems,
        conf=_conf(left, right),
        path=path_to_failure(Way(subject, left, right, pairs, problems, above.of)),
        tasks_added=tuple(sorted(task_ids[1] - task_ids[0])),
        tasks_vanished=tuple(sorted(task_ids[0] - task_ids[1])),
    )


def subject_of(left: RunSide, right: RunSide) -> SideName:
    """The run that failed while the other did not, else the later one."""
    failed = [one.run.state == "failed" for one in (left, right)]
    if failed[0] is not failed[1]:
        return SideName.LEFT if failed[0] else SideName.RIGHT
    return SideName.LEFT if _time(left) > _time(right) else SideName.RIGHT


def _time(side: RunSide) -> tuple[float, str]:
    at = side.run.run_after or side.run.start
    return (at.timestamp() if at else 0.0, side.run.key.run_id)


def _runs(sides: Sides, reference: RunSide, before: RunSide | None) -> Runs:
    if before is None:
        return Runs(sides, None, lambda _: None)
    own = own_of(before.run)
    history = _History(reference, before, own, sides)
    return Runs(sides, own, history.find)


class _History:
    """Which instance of the good run before is the reference's, looked up task by task."""

    def __init__(self, reference: RunSide, before: RunSide, own: Own, sides: Sides) -> None:
        self._plain = (sides.theirs.plain, own.plain)
        self._good = by_task(reference.instances)
        self._before = by_task(before.instances)
        self._found: dict[str, dict[TaskInstanceKey, InstanceSide]] = {}

    def find(self, one: InstanceSide) -> InstanceSide | None:
        task_id = one.key.task_id
        if task_id not in self._found:
            pairs: tuple[Matched, ...] = matched(
                self._good.get(task_id, ()), self._before.get(task_id, ()), plain=self._plain
            )
            self._found[task_id] = {good.key: old for good, old in pairs if good and old}
        return self._found[task_id].get(one.key)


def _tasks(left: Iterable[Task], right: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks of both versions: what one is after in either, it is after here."""
    after: dict[str, frozenset[str]] = {}
    for task in (*left, *right):
        after[task.task_id] = after.get(task.task_id, frozenset()) | task.downstream
    return tuple(Task(task_id, downstream=below) for task_id, below in after.items())


def _place(pair: Pair, order: Upstream) -> tuple[int, float, str, int]:
    """What depends on little stands first; of those the one that started first."""
    both = [one for one in (pair.left, pair.right) if one]
    starts = [one.start.timestamp() for one in both if one.start]
    index = min(one.key.map_index for one in both)
    return order.count_above(pair.task_id), min(starts, default=0.0), pair.task_id, index


def _conf(left: RunSide, right: RunSide) -> tuple[Change, ...]:
    """What the runs were triggered with, where that differs."""
    found = differences(left.run.conf or {}, right.run.conf or {}).leaves
    return tuple(
        Change(one.kind, Place.FIELD, "conf", one.left_path, one.right_path, one.left, one.right)
        for one in found
    )


def _counterparts(found: Iterable[Compared]) -> Counterparts:
    instances: dict[TaskInstanceKey, TaskInstanceKey] = {}
    moved = {}
    for one in found:
        left, right = one.pair.left, one.pair.right
        if left is None or right is None:
            continue
        if left.key.map_index != right.key.map_index:
            instances[right.key] = left.key
        if one.moved:
            moved[right.key] = one.moved
    return Counterparts(instances, moved)


class _Above:
    """Every task before one: by the DAG, and by what was read without depending on it."""

    def __init__(self, order: Upstream, sides: Iterable[RunSide]) -> None:
        self._order = order
        self._read: dict[str, set[str]] = {}
        for side in sides:
            for flow in side.flows:
                if is_of(flow.producer.instance, side.run.key):
                    read = self._read.setdefault(flow.consumer.instance.task_id, set())
                    read.add(flow.producer.instance.task_id)

    def of(self, task_id: str) -> frozenset[str]:
        found = set(self._order.of(task_id))
        waiting = [task_id, *found]
        while waiting:
            read = self._read.get(waiting.pop(), set()) - found
            new = {one for each in read for one in (each, *self._order.of(each))} - found
            found |= new
            waiting += new
        return frozenset(found - {task_id})


def _task_ids(side: RunSide) -> set[str]:
    return {one.key.task_id for one in side.instances}
