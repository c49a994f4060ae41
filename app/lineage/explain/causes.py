"""What there is to mend: problems with one cause, and the one of them that tells it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from app.lineage.explain.wrong_part import Parts, wrong_part
from app.lineage.upstream import NO_ORDER, Upstream
from app.model.findings import Problem
from app.model.ids import TaskInstanceKey


def with_causes(
    problems: Iterable[Problem],
    order: Upstream = NO_ORDER,
    blocked: Collection[TaskInstanceKey] = (),
) -> tuple[Problem, ...]:
    """The same problems, each with its cause; of those with one cause all but one are victims.

    The problem of a failed push has the cause of every pull that it left empty, and so on down the
    DAG. The push tells it where there is one, else what comes first in the DAG. `order` is that
    of the DAG's tasks; `blocked` are the instances that did not start since a task before them
    failed. However the problems are sorted, and in every run, the same cause has the same text.
    """
    given = tuple(problems)
    causes = _Causes(given, order, blocked)
    texts = [causes.of(problem) for problem in given]
    tellers: dict[str, int] = {}
    for at in sorted(range(len(given)), key=lambda at: causes.place(given[at])):
        tellers.setdefault(texts[at], at)
    return tuple(
        replace(problem, cause=text, is_victim=tellers[text] != at)
        for at, (problem, text) in enumerate(zip(given, texts, strict=True))
    )


class _Causes:
    def __init__(
        self, problems: Sequence[Problem], order: Upstream, blocked: Collection[TaskInstanceKey]
    ) -> None:
        self._order = order
        self._blocked = blocked
        self._found: dict[Problem, Parts] = {}
        of_instance: dict[TaskInstanceKey, list[Problem]] = defaultdict(list)
        for problem in problems:
            place = problem.instance
            # What is silent did not stop its task, so it left nobody else empty.
            if place is not None and not problem.silent:
                of_instance[place].append(problem)
        self._of_instance = {at: min(ones, key=self.place) for at, ones in of_instance.items()}

    def of(self, problem: Problem) -> str:
        parts = repr(self._parts(problem))
        return sha256(parts.encode(errors="backslashreplace")).hexdigest()[:32]

    def place(self, problem: Problem) -> Parts:
        """Sorts what tells a cause before what follows from it."""
        instance = problem.instance
        rank = 0 if not _is_pull(problem) else 1 if problem.root is None else 2
        above = self._order.count_above(instance.task_id) if instance else 0
        address = instance and (instance.task_id, instance.map_index, instance.dag_id)
        return (rank, above, address or ("", 0, ""), repr(problem))

    def _parts(self, problem: Problem) -> Parts:
        """Followed from root to root; all on the way have what stands at its end."""
        way: dict[Problem, None] = {}
        here = problem
        while here not in self._found and here not in way:
            way[here] = None
            before = self._root_of(here)
            if before is None:
                self._found[here] = _own_parts(here)
            else:
                here = before
        end = self._found[here] if here in self._found else _end_of_circle(tuple(way), here)
        self._found.update(dict.fromkeys(way, end))
        return end

    def _root_of(self, problem: Problem) -> Problem | None:
        """The problem that left this one's pull empty, if another one did."""
        if not _is_pull(problem) or problem.root is None:
            return None
        root = problem.root.instance
        own = self._of_instance.get(root)
        if own is None and root in self._blocked:
            own = self._first_above(root)
        return None if own == problem else own

    def _first_above(self, blocked: TaskInstanceKey) -> Problem | None:
        """What stopped an instance that never started: the first problem above it in the DAG."""
        above = [
            problem
            for at, problem in self._of_instance.items()
            if self._order.is_above(at.task_id, blocked.task_id)
        ]
        return min(above, key=self.place, default=None)


def _is_pull(problem: Problem) -> bool:
    return problem.consumer is not None


def _own_parts(problem: Problem) -> Parts:
    if problem.consumer is None:
        at = problem.producer.instance if problem.producer else None
        return ("push", problem.kind.value, at and (at.dag_id, at.task_id))
    if problem.root is not None:
        root = problem.root.instance
        return ("root", root.dag_id, root.task_id)
    return ("pull", problem.kind.value, *wrong_part(problem, problem.consumer))


def _end_of_circle(way: Sequence[Problem], entry: Problem) -> Parts:
    """Problems that name each other as root: any of their own causes, but always the same one."""
    circle = way[way.index(entry) :]
    return min((_own_parts(problem) for problem in circle), key=repr)
