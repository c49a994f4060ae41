"""Whatever happens in Airflow, in any order and with any faults, the mirror gets there."""

import random
from pathlib import Path
from shutil import copy

import pytest

from app.airflow.client import Airflow
from app.model.errors import AirflowError
from app.refresh import Limits, Mirror
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import half, hang_up, page, status, text
from tests.refresh.mirrors import mirror_of, stored, truth
from tests.refresh.world import World

FAULTS = (status(500), status(503), status(401), status(404), page(), half(), hang_up, text(b"{"))
PATHS = ("version", "dagRuns", "taskInstances", "xcomEntries", "wait", "logs", "tries", "dags")


def breaks(server: FakeAirflow, dice: random.Random) -> None:
    fault, path = dice.choice(FAULTS), dice.choice(PATHS)
    server.fails(path, fault, times=dice.randint(1, 3))


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
                breaks(server, dice)
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
