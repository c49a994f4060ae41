"""`Producing`: an Airflow at work by the clock on the wall, as much as one on two cores can do."""

import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import FakeInstance, FakeRun
from tests.faults.chronicle import Chronicle
from tests.refresh.world import ERROR

#: Task instances that begin in a second, and XComs of each. How many a 2-core Airflow ends was not
#: measured: this is assumed to be about as many as it can.
TASKS_A_SECOND = 5.0
XCOMS = 3
#: Tasks of each run, one begun after the other; seconds for which each is at work.
TASKS_OF_A_RUN = 20
_WORKS = 4.0
_FAILS = 0.03  # Of the tries.
_TICK = 0.1


@dataclass
class Working:
    """A run, and what of it is under way."""

    run: FakeRun
    begin: deque[float] = field(default_factory=deque)  # When its next tasks begin.
    ends: list[tuple[float, FakeInstance]] = field(default_factory=list)


class Producing(Chronicle):
    """Begins runs and ends tasks from `start` to `stop`; tells when each XCom was pushed."""

    def __init__(self, server: FakeAirflow, dice: random.Random) -> None:
        super().__init__(server, dice)
        self.pushed_at: dict[datetime, float] = {}  # By Airflow's time of the version, on the wall.
        self.ended = 0  # Tries.
        self._open: list[Working] = []
        self._next_run = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._goes_on, daemon=True)
        server.now = datetime.now(UTC)
        server.add_dag("etl", tasks=tuple(f"t{number}" for number in range(TASKS_OF_A_RUN)))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No more tasks begin; those at work come to their end, and their runs with them."""
        with self.server.changing():
            self._next_run = float("inf")
            for working in self._open:
                working.begin.clear()
        while self._open:
            time.sleep(_TICK)
        self._stopping.set()
        self._thread.join()
        self.notes()

    def passes_by(self) -> None:
        """Airflow's clock is that of the wall, though nothing happens any more."""
        with self.server.changing():
            self.server.now = max(self.server.now, _wall())

    def _goes_on(self) -> None:
        while not self._stopping.wait(_TICK):
            now = time.monotonic()
            with self.server.changing():
                self.server.now = max(self.server.now + timedelta(microseconds=1), _wall())
                self._begin_runs(now)
                for working in self._open:
                    self._advance(working, now)
                self._open = [one for one in self._open if not self._is_over(one)]

    def _begin_runs(self, now: float) -> None:
        if now < self._next_run:
            return
        self._next_run += TASKS_OF_A_RUN / TASKS_A_SECOND
        self.run_begins()
        run = next(reversed(self.server.runs.values()))
        begins = (now + number * _WORKS / 4 for number in range(TASKS_OF_A_RUN))
        self._open.append(Working(run, deque(begins)))

    def _advance(self, working: Working, now: float) -> None:
        while working.begin and working.begin[0] <= now:
            working.begin.popleft()
            task = working.run.task(f"t{len(working.run.instances)}", state="running", end=None)
            task.start = self.server.now
            task.rendered = {"arguments": [f"--n={self.dice.random()}", working.run.run_id]}
            working.ends.append((now + self.dice.uniform(0.5, 1.5) * _WORKS, task))
            working.run.touch()
        for end, task in [one for one in working.ends if one[0] <= now]:
            working.ends.remove((end, task))
            self._end(working, task, now)

    def _end(self, working: Working, task: FakeInstance, now: float) -> None:
        self.ended += 1
        if task.try_number == 1 and self.dice.random() < _FAILS:
            task.fails(ERROR).retries(start=self.server.now)
            working.ends.append((now + _WORKS, task))
            return
        self._push(task, "return_value", {"rows": self.dice.randint(0, 10**6), "path": "x" * 500})
        for number in range(XCOMS - 1):
            self._push(task, f"key{number}", f"{self.dice.random()}")
        task.state, task.end = "success", self.server.now
        working.run.touch()

    def _push(self, task: FakeInstance, key: str, value: object) -> None:
        task.push(key, value)
        self.pushed_at[self.server.now] = time.monotonic()

    def _is_over(self, working: Working) -> bool:
        if working.begin or working.ends:
            return False
        working.run.finishes()
        return True


def _wall() -> datetime:
    return datetime.now(UTC)
