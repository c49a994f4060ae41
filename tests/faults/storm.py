"""`weather`: a world that goes on while passes go through a faulty proxy; then quiet."""

import random
from collections import Counter

from app.airflow.auth import Anonymous, Password
from app.airflow.client import Airflow
from app.model.errors import AirflowError
from app.refresh import Limits, Mirror
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.faults.chronicle import (
    Chronicle,
    assert_equal,
    assert_nothing_is_made_up,
    assert_the_watermark_is_not_ahead,
)
from tests.faults.proxy import DEEDS, Proxy
from tests.refresh.mirrors import mirror_of

_LIMITS = Limits(runs_at_once=2, backfill_at_once=2)
_EVENTS = 60
#: Passes in quiet, by seconds between them: what is listed, then what is listed no more.
_QUIET = (3, 130, 3, 3)


def weather(store: Store, *, seed: int) -> Counter[str]:
    """What happened to requests by kind, when the store has come through it whole.

    Raises AssertionError when it has not; the same seed throws the same world and faults.
    """
    dice = random.Random(seed)  # noqa: S311 - dice, not keys
    with FakeAirflow() as server, _proxy(server, dice, seed) as proxy:
        world = Chronicle(server, dice)
        airflow = Airflow(proxy.url, _credentials(server, dice))
        mirror = mirror_of(airflow, store, limits=_LIMITS)
        for _ in range(_EVENTS):
            world.happens()
            for _ in range(dice.choice((0, 1, 1, 2))):
                server.tick(dice.choice((1, 3, 3, 20, 60, 200)))
                tries(mirror)
                assert_nothing_is_made_up(store, world)
                assert_the_watermark_is_not_ahead(store, world)
            if dice.random() < 0.05:  # Ours is started anew, with an empty memory.
                mirror = mirror_of(airflow, store, limits=_LIMITS)
        proxy.rate = 0.0
        for seconds in _QUIET:
            server.tick(seconds)
            mirror.refresh()
        assert_equal(store, world)
        airflow.close()
    return proxy.happened


def tries(mirror: Mirror) -> None:
    try:
        mirror.refresh()
    except AirflowError:
        return


def _proxy(server: FakeAirflow, dice: random.Random, seed: int) -> Proxy:
    server.serves_wait = dice.random() < 0.5
    server.serves_cursor = dice.random() < 0.5
    # Some kinds at a time: where all come together, one hides what another would show.
    kinds = dice.sample(sorted(DEEDS), dice.randint(1, len(DEEDS)))
    return Proxy(server.url, seed=seed, rate=dice.choice((0.03, 0.1, 0.3, 0.5)), kinds=kinds)


def _credentials(server: FakeAirflow, dice: random.Random) -> Anonymous | Password:
    if dice.random() < 0.5:
        return Anonymous()
    server.users = {"viewer": "secret"}
    return Password("viewer", "secret")
