"""Whatever happens in Airflow, in any order and with any faults, the mirror gets there."""

import random
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

from app.airflow.client import Airflow
from app.model.errors import AirflowError
from app.refresh import Limits, Mirror
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import FakeRun
from tests.airflow.faults import half, hang_up, page, status, text
from tests.refresh.mirrors import mirror_of, stored, truth

FAULTS = (status(500), status(503), status(401), status(404), page(), half(), hang_up, text(b"{"))
PATHS = ("version", "dagRuns", "taskInstances", "xcomEntries", "wait", "logs", "tries", "dags")
ERROR = {"event": "failed", "level": "error", "error_detail": [{"exc_type": "E"}]}


class World:
    """An Airflow in which one thing after another happens, chosen by dice."""

    def __init__(self, server: FakeAirflow, dice: random.Random) -> None:
        self.server = server
        self.dice = dice

    def happens(self) -> None:
        events: tuple[Callable[[], None], ...] = (
            self.run_begins, self.task_runs, self.task_runs, self.task_pushes, self.task_pushes,
            self.task_retries, self.run_ends, self.run_ends, self.run_is_cleared, self.is_deleted,
        )  # fmt: skip
        self.dice.choice(events)()

    def breaks(self) -> None:
        fault, path = self.dice.choice(FAULTS), self.dice.choice(PATHS)
        self.server.fails(path, fault, times=self.dice.randint(1, 3))

    def run_begins(self) -> None:
        self.server.add_run("etl", f"r{len(self.server.requests)}", state="running", end=None)

    def task_runs(self) -> None:
        if run := self.some(is_open=True):
            name, index = self.dice.choice("abc"), self.dice.choice((-1, -1, 0, 1))
            task = run.task(name, index, state="running")
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


@pytest.mark.parametrize("seed", range(12))
def test_the_store_equals_airflow_when_quiet_returns(
    seed: int, migrated: Path, tmp_path: Path
) -> None:
    dice = random.Random(seed)  # noqa: S311 - dice, not keys
    store = Store(f"sqlite:///{copy(migrated, tmp_path / 'store.sqlite')}")
    with FakeAirflow() as server:
        server.serves_wait = dice.random() < 0.5
        server.serves_cursor = dice.random() < 0.5
        server.version = dice.choice(("3.3.2", "3.1.8"))
        world = World(server, dice)
        airflow = Airflow(server.url)
        mirror = mirror_of(airflow, store, limits=Limits(runs_at_once=2, backfill_at_once=2))
        for _ in range(60):
            world.happens()
            if dice.random() < 0.2:
                world.breaks()
            if dice.random() < 0.15:
                server.before(dice.choice(PATHS), world.happens)
            if dice.random() < 0.5:
                server.tick(dice.choice((1, 3, 3, 60, 200)))
                tries(mirror)
            if dice.random() < 0.05:  # Ours is started anew, with an empty memory.
                mirror = mirror_of(airflow, store, limits=Limits(runs_at_once=2))
        server._faults.clear()
        server._before.clear()
        for seconds in (3, 130, 3, 3):
            server.tick(seconds)
            mirror.refresh()
        assert stored(store, server) == truth(server)
        airflow.close()
    store.close()


def tries(mirror: Mirror) -> None:
    try:
        mirror.refresh()
    except AirflowError:
        return
