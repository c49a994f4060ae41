"""Leaves written beside searches, at the rate of the issue, as it is where the program runs.

On SQLite the poller is a thread of the process that answers; on PostgreSQL it is another process
(docs/scale.md), so that it takes none of that one's Python.
"""

import gc
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Protocol

from app.refresh.visits import Visit
from app.store.session import Store
from tests.bench.search.filling import RUNS_AT_ONCE, in_passes, write_as_pass
from tests.bench.search.world import LEAVES, World

#: Leaves a second.
RATE = 9_000.0


class _Event(Protocol):
    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None) -> bool: ...
    def set(self) -> None: ...


@contextmanager
def writing_beside(
    store: Store, world: World, written: int, seconds: float
) -> Iterator[Callable[[], int]]:
    """While it lasts leaves are written; how many there were, to be asked at any time.

    `written`: runs that came after the world and were written before; `seconds`: how long it will
    take at most, about.
    """
    if store.engine.dialect.name == "sqlite":
        passes = _passes(world, written, seconds)
        # What is written later is no memory of a service: collecting must not go through it.
        gc.freeze()
        done, stop = [0], threading.Event()
        thread = threading.Thread(target=_write, args=(store, passes, stop, done))
        thread.start()
        try:
            yield lambda: done[0]
        finally:
            stop.set()
            thread.join()
        return
    context = multiprocessing.get_context("spawn")
    ready, ended, count = context.Event(), context.Event(), context.Array("q", 1, lock=False)
    url = store.engine.url.render_as_string(hide_password=False)
    given = (url, world.leaves, written, seconds, ready, ended, count)
    process = context.Process(target=_write_alone, args=given)
    process.start()
    ready.wait()
    try:
        yield lambda: int(count[0])
    finally:
        ended.set()
        process.join()


def _passes(world: World, written: int, seconds: float) -> list[Sequence[Visit]]:
    many = int(seconds * RATE / LEAVES / RUNS_AT_ONCE) + 1
    return list(islice(in_passes(world.later(written)), many))


def _write_alone(  # noqa: PLR0913, PLR0917 - a process is given all at once
    url: str,
    leaves: int,
    written: int,
    seconds: float,
    ready: _Event,
    stop: _Event,
    done: list[int],
) -> None:
    store = Store(url)
    passes = _passes(World(leaves), written, seconds)
    ready.set()
    _write(store, passes, stop, done)
    store.close()


def _write(store: Store, passes: Iterable[Sequence[Visit]], stop: _Event, done: list[int]) -> None:
    began = time.perf_counter()
    for some in passes:
        if stop.is_set():
            break
        with store.writing() as session:
            write_as_pass(session, some)
        done[0] += LEAVES * len(some)
        stop.wait(max(0.0, done[0] / RATE - (time.perf_counter() - began)))
