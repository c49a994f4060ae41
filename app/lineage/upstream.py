"""Which tasks must end before another starts, near and far."""

from collections.abc import Iterable

from app.model.facts import Task


class Upstream:
    """The order of a DAG's tasks; a cycle, which no DAG has, does no harm.

    Sets of tasks are bits of a number, so that the order of a thousand tasks is a thousand
    numbers, put together once.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._after = {task.task_id: task.downstream for task in tasks}
        names = dict.fromkeys(
            (*self._after, *(one for after in self._after.values() for one in after))
        )
        self._bits = {name: 1 << at for at, name in enumerate(names)}
        self._above = dict.fromkeys(names, 0)
        self._put_together()

    def is_above(self, task_id: str, below: str) -> bool:
        return bool(self._bits.get(task_id, 0) & self._above.get(below, 0))

    def count_above(self, task_id: str) -> int:
        """How many tasks are above this one: fewer for each of those than for it."""
        return self._above.get(task_id, 0).bit_count()

    def of(self, task_id: str) -> frozenset[str]:
        """The tasks above this one."""
        above = self._above.get(task_id, 0)
        return frozenset(one for one, bit in self._bits.items() if bit & above)

    def _put_together(self) -> None:
        """From the first tasks down, each when all directly above it are done; then the cycles."""
        left = dict.fromkeys(self._bits, 0)
        for after in self._after.values():
            for one in after:
                left[one] += 1
        waiting = [one for one, count in left.items() if not count]
        while waiting:
            done = waiting.pop()
            del left[done]
            for one in self._after.get(done, ()):
                self._add(done, one)
                left[one] -= 1
                if not left[one]:
                    waiting.append(one)
        self._go_round(left)

    def _go_round(self, tasks: Iterable[str]) -> None:
        """All that changed in one round is told on in the next, each once however often it did."""
        changed = dict.fromkeys(tasks)
        while changed:
            told, changed = changed, {}
            for task_id in told:
                after = self._after.get(task_id, ())
                changed.update(dict.fromkeys(one for one in after if self._add(task_id, one)))

    def _add(self, above: str, below: str) -> bool:
        """Whether that told something new of the lower one."""
        known = self._above[below]
        self._above[below] = known | self._bits[above] | self._above[above]
        return self._above[below] != known


#: The order of no tasks: nothing is above anything.
NO_ORDER = Upstream(())
