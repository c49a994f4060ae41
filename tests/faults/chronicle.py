"""`Chronicle`: a world that writes down all that ever was true, and what a store owes it."""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any, TypeAlias

from sqlalchemy import func, select

from app.refresh.choosing import OVERLAP
from app.store import tables as t
from app.store.runs import unsealed_runs
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.refresh.mirrors import deployment, stored, truth
from tests.refresh.world import World

#: Run, task, map index, key and time of a push.
Version: TypeAlias = tuple[str, str, int, str, datetime]


class Chronicle(World):
    """A World in which XComs are also edited and deleted, and no run id comes twice."""

    def __init__(self, server: FakeAirflow, dice: random.Random) -> None:
        super().__init__(server, dice)
        self.pushed: dict[Version, Any] = {}
        self.began: dict[tuple[str, str], datetime] = {}
        self._numbers = count()

    def happens(self) -> None:
        """One more event, told by Airflow's own clock."""
        rare: tuple[Callable[[], None], ...] = (self.xcom_is_edited, self.xcom_is_deleted)
        with self.server.changing():
            if self.dice.random() < 0.15:
                self.dice.choice(rare)()
            else:
                super().happens()
            self.notes()

    def notes(self) -> None:
        for run in self.server.runs.values():
            self.began.setdefault((run.dag_id, run.run_id), run.updated_at)
            for (task, index, key), (time, text) in run.xcoms.items():
                self.pushed[run.run_id, task, index, key, time] = json.loads(text)

    def run_begins(self) -> None:
        number, now = next(self._numbers), self.server.now
        self.server.add_run("etl", f"r{number}", state="running", end=None, run_after=now)

    def xcom_is_edited(self) -> None:
        if (run := self.some(is_open=True)) and run.xcoms:
            task_id, index, key = self.dice.choice(sorted(run.xcoms))
            run.instances[task_id, index].push(key, {"edited": self.dice.randint(0, 99)})
            run.touch()

    def xcom_is_deleted(self) -> None:
        if (run := self.some(is_open=True)) and run.xcoms:
            del run.xcoms[self.dice.choice(sorted(run.xcoms))]
            run.touch()


def assert_nothing_is_made_up(store: Store, world: Chronicle) -> None:
    """Every stored version was once pushed with that value at that time, and is stored once."""
    found: dict[Version, list[Any]] = defaultdict(list)
    c = t.xcom.c
    with store.reading() as session:
        rows = session.execute(
            select(t.dag_run.c.run_id, c.task_id, c.map_index, c.key, c.timestamp, c.value).join(
                t.dag_run, c.run_pk == t.dag_run.c.id
            )
        ).all()
    for *version, value in rows:
        found[tuple(version)].append(value)
    assert {at: values for at, values in found.items() if values != [world.pushed.get(at)]} == {}


def assert_the_watermark_is_not_ahead(store: Store, world: Chronicle) -> None:
    """What Airflow stamped earlier than the watermark less the overlap is stored.

    That is: each run that began before is known, and each that has not changed since is stored as
    it is, or it is one to which the next pass goes back by itself.
    """
    state = deployment(store)
    if state.watermark is None:
        return
    edge = state.watermark - OVERLAP
    server = world.server
    there, found = truth(server), stored(store, server)
    with store.reading() as session:
        again = {(one.dag_id, one.run_id) for one in unsealed_runs(session, deployment_pk=1)}
    known = [at for at, run in found.items() if run is not None or not state.backfill_done]
    assert [at for at in there if world.began[at] < edge and at not in known] == []
    quiet = [at for at, run in server.runs.items() if run.updated_at < edge and found[at]]
    left = [at for at in quiet if at not in again]
    assert {at: found[at] for at in left} == {at: there[at] for at in left}


def assert_equal(store: Store, world: Chronicle) -> None:
    """The store has what Airflow has, and nothing that it never had, nothing twice."""
    assert stored(store, world.server) == truth(world.server)
    assert_nothing_is_made_up(store, world)
    with store.reading() as session:
        twice = select(t.dag_run.c.run_id).group_by(t.dag_run.c.run_id).having(func.count() > 1)
        assert session.execute(twice).all() == []
