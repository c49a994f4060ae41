"""Back-filling beside a real api-server: what share of its own maximum the mirror takes."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.airflow.auth import Password
from app.airflow.client import Airflow
from app.poller import Pace, Poller
from app.store.schema import migrate
from app.store.session import Store
from tests.bench.mirror.measures import (
    Sizes,
    fill,
    mirror_of,
    processor_of,
    raw_maximum,
    unbounded,
)
from tests.bench.pages.figures import Figure
from tests.lab.configuration import HERE
from tests.lab.fab3 import USERS, Fab3

# Raw and mirrored, one after the other, as the machine's speed changes.
_ROUNDS = 5
# Runs that go on while it is mirrored at the usual pace, and for how many seconds.
_OPEN, _STEADY = 5, 60.0


def beside_api_server(sizes: Sizes) -> Iterator[Figure]:
    """Figures as measured, with nothing asked twice of an api-server in its only process."""
    filling = [str(HERE / "inside3fab" / "fill.py"), str(sizes.runs), str(_OPEN)]
    with TemporaryDirectory(prefix="xcomtrace-bench-") as folder:
        home = Path(folder)
        with Fab3.start(home / "lab", dags=HERE / "dags3many", filled_by=filling) as fab:
            raw_maximum(_client(fab), sizes)  # It is warm then.
            rounds = [_round(fab, sizes, home / f"{at}.sqlite") for at in range(_ROUNDS)]
            yield from _steady(fab, home / "0.sqlite", sizes)
    values = _ROUNDS * sizes.runs * sizes.tasks
    raw, ours = (sum(seconds) for seconds in zip(*rounds, strict=True))
    yield Figure("a real api-server (FAB): values a second, raw", values / raw, "/s")
    each = ", ".join(f"{100 * one / other:.0f}" for one, other in rounds)
    yield Figure(
        "back-filling beside it: of its raw maximum", 100 * raw / ours, "%", None, f"{each} each"
    )
    yield Figure("back-filling beside it: values a second", values / ours, "/s")


def _round(fab: Fab3, sizes: Sizes, file: Path) -> tuple[float, float]:
    """Seconds for the requests alone, and for all that is done with them."""
    raw = _seconds(lambda: raw_maximum(_client(fab), sizes))
    url = f"sqlite:///{file}"
    migrate(url)
    store, client = Store(url), _client(fab)
    mirror = mirror_of(client, store, sizes)
    mirror.refresh(fills_back=False)  # The runs that go on, value by value: not the past.
    ours = _seconds(lambda: fill(mirror))
    client.close()
    store.close()
    return raw, ours


def _steady(fab: Fab3, file: Path, sizes: Sizes) -> Iterator[Figure]:
    """What mirroring at the usual pace takes of the api-server, the past being stored."""
    idle = _spent(fab, lambda: time.sleep(_STEADY / 2)) / (_STEADY / 2)
    store, client = Store(f"sqlite:///{file}"), _client(fab)
    poller = Poller(mirror_of(client, store, sizes))
    before = client.requests

    def poll() -> None:
        poller.start()
        time.sleep(_STEADY)
        poller.stop()

    busy = _spent(fab, poll) / _STEADY
    yield Figure(
        f"its processor while {_OPEN} runs of {sizes.tasks} tasks go on, of one core",
        100 * (busy - idle),
        "%",
        None,
        f"{(client.requests - before) / _STEADY:.1f} requests a second, every"
        f" {Pace().busy:.0f} s; {100 * idle:.1f} % when nobody asks",
    )
    store.close()


def _spent(fab: Fab3, act: Callable[[], object]) -> float:
    """Seconds of the api-server's processor."""
    before = processor_of(fab.pid)
    act()
    return processor_of(fab.pid) - before


def _client(fab: Fab3) -> Airflow:
    client = Airflow(fab.url, Password("viewer", USERS["viewer"]), way=unbounded())
    client.version()
    return client


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
