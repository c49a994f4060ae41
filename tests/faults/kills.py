"""`kill_often`: a poller that is killed at random moments, again and again, and what is stored."""

import random
import threading
import time

from app.store.deployments import ensure_deployment
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.faults.child import killed, polling
from tests.faults.chronicle import (
    Chronicle,
    assert_equal,
    assert_nothing_is_made_up,
    assert_the_watermark_is_not_ahead,
)
from tests.faults.proxy import Proxy
from tests.refresh.mirrors import deployment, stored, truth
from tests.waiting import until

#: Seconds that a poller lives at most: it begins, back-fills and makes some passes in them.
_LONGEST_LIFE = 1.2
_KILLS_IN_A_ROW = 6
_EVENT_EVERY = 0.04
_RUNS_BEFORE = 30


def kill_often(database: str, *, times: int, seed: int) -> None:
    """Kill a poller into this migrated, empty database so many times; the world goes on meanwhile.

    After each few kills the store must come to equal the truth. Raises AssertionError.
    """
    dice = random.Random(seed)  # noqa: S311 - dice, not keys
    store = Store(database)
    with store.writing() as session:
        ensure_deployment(session, name="default", url="http://airflow.test")
    with FakeAirflow() as server, Proxy(server.url, seed=seed) as proxy:
        world = Chronicle(server, dice)
        _fill(server, world)
        for first in range(0, times, _KILLS_IN_A_ROW):
            proxy.rate = 0.03
            for _ in range(min(_KILLS_IN_A_ROW, times - first)):
                _lives_and_dies(world, proxy, store, database)
            proxy.rate = 0.0
            with polling(proxy.url, database):
                _catches_up(world, store)
            assert_equal(store, world)
    store.close()


def _fill(server: FakeAirflow, world: Chronicle) -> None:
    """A past to bring in: what kills of the first pollers interrupt."""
    for number in range(_RUNS_BEFORE):
        run = server.add_run("etl", f"past{number}")
        run.task("a").push("return_value", {"n": number, "list": list(range(20))}).push("k", number)
        run.touch()
    world.notes()


def _lives_and_dies(world: Chronicle, proxy: Proxy, store: Store, database: str) -> None:
    server, dice = world.server, world.dice
    # Its life is mostly told from its first request, seldom from its birth: beginning takes longer
    # on a busy machine.
    asked = len(server.requests) if dice.random() < 0.8 else -1
    with polling(proxy.url, database) as process:
        until(lambda: len(server.requests) > asked, what="the poller has not begun")
        end = time.monotonic() + dice.uniform(0.0, _LONGEST_LIFE)
        while (left := end - time.monotonic()) > 0:
            world.happens()
            with server.changing():
                server.tick(dice.choice((0.1, 1, 5)))
            threading.Event().wait(min(left, _EVENT_EVERY))
        killed(process)
    assert_nothing_is_made_up(store, world)
    assert_the_watermark_is_not_ahead(store, world)
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"


def _catches_up(world: Chronicle, store: Store) -> None:
    """Let Airflow's time pass, nothing happening, until the store equals the truth."""
    server = world.server

    def has_caught_up() -> bool:
        with server.changing():
            server.tick(10)
        return deployment(store).backfill_done and stored(store, server) == truth(server)

    until(has_caught_up, what="the store has not caught up")
