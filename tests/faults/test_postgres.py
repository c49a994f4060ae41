"""PostgreSQL ends and begins again in the middle of passes: the poller goes on by itself."""

import random
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from app.airflow.client import Airflow
from app.poller import Pace, Poller
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.faults.chronicle import Chronicle, assert_equal
from tests.faults.seeds import seeds
from tests.postgres import KEEPING, Postgres, running_postgres
from tests.refresh.mirrors import mirror_of, stored, truth
from tests.waiting import until

pytestmark = pytest.mark.postgres
PACE = Pace(busy=0.02, idle=0.02, longest=0.2)


@pytest.fixture(scope="module")
def own() -> Iterator[Postgres]:
    """A server that nobody else uses, and that keeps what was committed."""
    with running_postgres(KEEPING) as server:
        yield server


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", seeds(1))
def test_the_poller_goes_on_after_postgresql_was_restarted(
    seed: int, own: Postgres, server: FakeAirflow
) -> None:
    dice = random.Random(seed)  # noqa: S311 - dice, not keys
    world = Chronicle(server, dice)
    with own.database() as url:
        store = Store(url)
        poller = Poller(mirror_of(Airflow(server.url), store), pace=PACE)
        poller.start()
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGINT, signal.SIGQUIT):
            goes_on(world, seconds=dice.uniform(0.2, 1.0))
            own.stop(how)
            goes_on(world, seconds=dice.uniform(0.0, 0.5))
            own.start()
        until(lambda: is_equal(store, server), what="the store has not caught up")
        poller.stop()
        assert_equal(store, world)
        store.close()


def goes_on(world: Chronicle, *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        world.happens()
        with world.server.changing():
            world.server.tick()
        threading.Event().wait(0.02)


def is_equal(store: Store, server: FakeAirflow) -> bool:
    with server.changing():
        server.tick(10)
    return stored(store, server) == truth(server)
