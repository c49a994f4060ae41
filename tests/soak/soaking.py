"""`soak`: the real poller beside a producing Airflow, through a proxy with rare faults."""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from app.store import tables as t
from app.store.schema import migrate
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.faults.chronicle import assert_equal
from tests.faults.proxy import Proxy
from tests.polling import polling
from tests.refresh.mirrors import stored, truth
from tests.soak.judging import Sample, Soak
from tests.soak.producing import Producing
from tests.waiting import until

#: The part of the requests to which something happens: about one in half a minute.
_FAULTS = 0.002
_LOOK_EVERY = 0.25


def soak(*, seconds: float, seed: int, tell: Callable[[str], None], every: float = 5.0) -> Soak:
    """What was seen in so many seconds, sampled `every` few of them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeAirflow() as server,
        Proxy(server.url, seed=seed, rate=_FAULTS) as proxy,
    ):
        file = Path(folder) / "store.sqlite"
        migrate(f"sqlite:///{file}")
        store = Store(f"sqlite:///{file}")
        world = Producing(server, random.Random(seed))  # noqa: S311 - dice, not keys
        watch = _Watch(world, store, file)
        with polling(proxy.url, store.engine.url.render_as_string(), interval=3.0) as process:
            world.start()
            watch.goes_on(process.pid, seconds, every=every, tell=tell)
            world.stop()
            proxy.rate = 0.0
            is_equal = _becomes_equal(world, store)
        store.close()
    faults = sum(proxy.happened.values()) - proxy.happened["nothing"]
    return Soak(watch.samples, watch.lags, faults, world.ended, is_equal)


class _Watch:
    def __init__(self, world: Producing, store: Store, file: Path) -> None:
        self.samples: list[Sample] = []
        self.lags: list[float] = []
        self._world, self._store, self._file = world, store, file
        self._seen = 0  # Row number of the latest version that was looked at.

    def goes_on(
        self, pid: int, seconds: float, *, every: float, tell: Callable[[str], None]
    ) -> None:
        begin = time.monotonic()
        while (now := time.monotonic() - begin) < seconds:
            self._looks()
            if not self.samples or now - self.samples[-1].seconds >= every:
                self.samples.append(self._sample(now, pid))
                tell(_line(self.samples[-1], self.lags))
            time.sleep(_LOOK_EVERY)

    def _looks(self) -> None:
        """The lag of what came in since the last look."""
        c, now = t.xcom.c, time.monotonic()
        with self._store.reading() as session:
            rows = session.execute(select(c.id, c.timestamp).where(c.id > self._seen)).all()
        for number, timestamp in rows:
            self._seen = max(self._seen, number)
            self.lags.append(now - self._world.pushed_at[timestamp])

    def _sample(self, now: float, pid: int) -> Sample:
        log = self._file.with_name(f"{self._file.name}-wal")
        size = self._file.stat().st_size + (log.stat().st_size if log.exists() else 0)
        return Sample(now, _own(pid), len(self._world.server.requests), size)


def _becomes_equal(world: Producing, store: Store) -> bool:
    server = world.server

    def is_equal() -> bool:
        # What a copy that was behind told last is put right when lists overlap no more.
        world.passes_by()
        with server.changing():
            return stored(store, server) == truth(server)

    try:
        until(is_equal, what="the store has not caught up", seconds=180)
        assert_equal(store, world)
    except AssertionError:
        return False
    return True


def _own(pid: int) -> int:
    """Without the pages of the database's file, which grow with it and which Linux takes back."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024


def _line(sample: Sample, lags: list[float]) -> str:
    lag = f"{lags[-1]:4.1f} s behind" if lags else "nothing stored yet"
    size, memory = sample.stored / 1e6, sample.memory / 1e6
    return f"{sample.seconds:6.0f} s  {memory:6.1f} MB of its own  {lag}  {size:6.1f} MB stored"
