"""One cause and all that follows from it in its run, as an indented list; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from app.lineage.explain.catalogue import entry_of
from app.model.ids import RunKey, TaskInstanceKey
from app.store.pages.problem_chain import ChainFacts
from app.store.problems import StoredProblem
from app.web import links, text
from app.web.run_words import worst_of

# Steps that a page shows; what hangs below one cause can be a whole DAG.
_MOST_STEPS = 24
# Deeper steps are no further indented than this.
_DEEPEST = 6

#: A task in a run: the instances of a mapped task are one step of the chain.
_Task: TypeAlias = tuple[RunKey, str]


@dataclass(frozen=True, slots=True)
class FieldLink:
    """A field that got nothing, and its problem."""

    field: str
    href: str
    is_here: bool  # It is the problem whose page this is.


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    href: str
    state: str | None
    is_known: bool  # False: the task did not run as far as we know.
    depth: int
    is_cause: bool
    note: str
    fields: tuple[FieldLink, ...]
    is_here: bool


@dataclass(frozen=True, slots=True)
class Chain:
    steps: tuple[Step, ...]
    unshown: int


def chain(facts: ChainFacts, *, here: int, deployment: str) -> Chain:
    """From the task that failed or pushed nothing down to all that had no value because of it.

    `here`: the number of the problem whose page it is on. No steps when nothing else follows.
    """
    walk = _Walk(facts)
    places = list(walk.steps())
    if len(places) < 2:  # noqa: PLR2004 - a cause alone is no chain
        return Chain((), 0)
    steps = tuple(
        _step(walk, task, depth, here, deployment) for task, depth in places[:_MOST_STEPS]
    )
    return Chain(steps, max(len(places) - _MOST_STEPS, 0))


class _Walk:
    """The chain's tasks, and who comes below whom."""

    def __init__(self, facts: ChainFacts) -> None:
        self.problems: dict[_Task, list[StoredProblem]] = defaultdict(list)
        self.states: dict[_Task, dict[TaskInstanceKey, str | None]] = defaultdict(dict)
        self._below: dict[_Task, dict[_Task, None]] = defaultdict(dict)
        self._after = {task.task_id: sorted(task.downstream) for task in facts.tasks}
        for instance, state in facts.states.items():
            self.states[_task(instance)][instance] = state
        for stored in sorted(facts.problems, key=lambda one: one.problem.is_victim):
            self._add(stored)

    def _add(self, stored: StoredProblem) -> None:
        place, root = stored.problem.instance, stored.problem.root
        if place is None:
            return
        self.problems[_task(place)].append(stored)
        if root is not None and _task(root.instance) != _task(place):
            self._below[_task(root.instance)][_task(place)] = None

    def steps(self) -> Iterator[tuple[_Task, int]]:
        """Each task once with its depth; first below the cause, then what else there is."""
        seen: set[_Task] = set()
        for top in (*self._tops(), *self.problems):
            waiting = [(top, 0)]
            while waiting:
                task, depth = waiting.pop()
                if task in seen:
                    continue
                seen.add(task)
                yield task, depth
                waiting += [(one, depth + 1) for one in reversed(list(self._children(task)))]

    def _tops(self) -> Iterable[_Task]:
        """Where the chain begins: tasks that owe a value and are themselves below nobody."""
        below = {one for ones in self._below.values() for one in ones}
        held_up = {task for task in self._below if self.state(task) == "upstream_failed"}
        first = [task for task in self._below if task not in below and task not in held_up]
        return sorted(first, key=lambda task: task not in self.problems)

    def below(self, task: _Task) -> Iterable[_Task]:
        """Those that it owes a value."""
        return self._below.get(task, {})

    def _children(self, task: _Task) -> Iterator[_Task]:
        yield from self.below(task)
        if self.state(task) not in {"failed", "upstream_failed"}:
            return
        run, task_id = task
        for after in self._after.get(task_id, ()):
            if self.state((run, after)) == "upstream_failed":
                yield (run, after)

    def state(self, task: _Task) -> str | None:
        return worst_of(self.states[task].values()) if task in self.states else None


def _step(walk: _Walk, task: _Task, depth: int, here: int, deployment: str) -> Step:
    run, task_id = task
    own = walk.problems.get(task, [])
    instance = next(iter(_instances(walk, task)), TaskInstanceKey(run.dag_id, run.run_id, task_id))
    number = len(walk.states.get(task, ()))
    fields = tuple(
        FieldLink(one.problem.consumer.field, links.problem(one.pk), one.pk == here)
        for one in own
        if one.problem.consumer
    )
    return Step(
        name=f"{task_id} \N{MULTIPLICATION SIGN}{number}" if number > 1 else task_id,
        href=links.task_instance(deployment=deployment, instance=instance),
        state=walk.state(task),
        is_known=task in walk.states,
        depth=min(depth, _DEEPEST),
        is_cause=depth == 0,
        note=_note(walk, task, own),
        fields=tuple({(one.field, one.is_here): one for one in fields}.values()),
        is_here=any(one.pk == here for one in own),
    )


def _instances(walk: _Walk, task: _Task) -> list[TaskInstanceKey]:
    places = (one.problem.instance for one in walk.problems.get(task, ()))
    return [place for place in places if place] or list(walk.states.get(task, ()))


def _note(walk: _Walk, task: _Task, own: list[StoredProblem]) -> str:
    """What went wrong there, in the words of its kind."""
    if own:
        return entry_of(own[0].problem.kind).name
    state = walk.state(task)
    owed = next((one for below in walk.below(task) for one in walk.problems[below]), None)
    if state == "success" and owed is not None:
        return entry_of(owed.problem.kind).name
    return "never started" if state == "upstream_failed" else text.state_look(state).word


def _task(instance: TaskInstanceKey) -> _Task:
    return instance.run, instance.task_id
