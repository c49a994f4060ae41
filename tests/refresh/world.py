"""An Airflow in which one thing after another happens, chosen by dice."""

import random
from collections.abc import Callable

from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import FakeRun

#: Task ids and map indexes: one of them is mapped.
TASKS = (("a", -1), ("b", -1), ("c", 0), ("c", 1))
ERROR = {"event": "failed", "level": "error", "error_detail": [{"exc_type": "E"}]}


class World:
    def __init__(self, server: FakeAirflow, dice: random.Random) -> None:
        self.server = server
        self.dice = dice

    def happens(self) -> None:
        events: tuple[Callable[[], None], ...] = (
            self.run_begins, self.task_runs, self.task_runs, self.task_pushes, self.task_pushes,
            self.task_retries, self.run_ends, self.run_ends, self.run_is_cleared, self.is_deleted,
        )  # fmt: skip
        self.dice.choice(events)()

    def run_begins(self) -> None:
        self.server.add_run("etl", f"r{len(self.server.requests)}", state="running", end=None)

    def task_runs(self) -> None:
        if run := self.some(is_open=True):
            task = run.task(*self.dice.choice(TASKS), state="running")
            task.rendered = {"arguments": [str(self.dice.random())]}
            task.state = self.dice.choice(("running", "success", "success"))
            run.touch()

    def task_pushes(self) -> None:
        if (run := self.some(is_open=True)) and run.instances:
            task = self.dice.choice(list(run.instances.values()))
            task.push(self.dice.choice(("return_value", "k")), self.dice.randint(0, 99))
            run.touch()  # Its task's heartbeat, or its end, makes the scheduler look.

    def task_retries(self) -> None:
        if (run := self.some(is_open=True)) and run.instances:
            task = self.dice.choice(list(run.instances.values()))
            task.fails(ERROR).retries()

    def run_ends(self) -> None:
        if run := self.some(is_open=True):
            for task in run.instances.values():
                task.state = "success"
            run.finishes(self.dice.choice(("success", "failed")))

    def run_is_cleared(self) -> None:
        if run := self.some(is_open=False):
            run.touch(state="running", end=None)
            for task in run.instances.values():
                task.retries()

    def is_deleted(self) -> None:
        if self.dice.random() < 0.2 and (run := self.some(is_open=False)):
            del self.server.runs[run.dag_id, run.run_id]

    def some(self, *, is_open: bool) -> FakeRun | None:
        runs = [run for run in self.server.runs.values() if (run.state == "running") is is_open]
        return self.dice.choice(runs) if runs else None
