"""How long a pushed value takes to a page that is open: over the poller, the store and the stream.

The service is the whole one, `xcomtrace serve` in a process of its own, at its usual pace and on
SQLite. The page is asked for when the stream tells of a change, as a browser does.
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from app.model.ids import TaskInstanceKey
from app.web import links
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import FakeInstance
from tests.bench.pages.figures import Figure, times
from tests.commands import running

_TASK = TaskInstanceKey("etl", "now", "make")
_DICE = random.Random(3)  # noqa: S311 # the same moments each time
_TICK = 0.1  # Seconds.
_LONGEST = 60.0  # Seconds until a page has what was pushed.


def reaching(pushes: int) -> Iterator[Figure]:
    """The delays of so many values, pushed at moments that have nothing to do with the polling."""
    with _airflow() as airflow, TemporaryDirectory(prefix="xcomtrace-bench-") as folder:
        run = airflow.add_run(_TASK.dag_id, _TASK.run_id, state="running")
        task = run.task(_TASK.task_id)
        with running("serve", home=Path(folder), airflow_url=airflow.url, port="0") as served:
            # The first one waits until the service has begun.
            delays = [_delay(task, number, served.address) for number in range(pushes + 1)][1:]
    yield times("from a push to an open page", [1000 * one for one in delays])


@contextmanager
def _airflow() -> Iterator[FakeAirflow]:
    """One whose clock goes as ours does."""
    done = threading.Event()
    with FakeAirflow() as airflow:
        airflow.add_dag(_TASK.dag_id, "source", tasks=(_TASK.task_id,))

        def go() -> None:
            while not done.wait(_TICK):
                airflow.tick(_TICK)

        clock = threading.Thread(target=go)
        clock.start()
        yield airflow
        done.set()
        clock.join()


def _delay(task: FakeInstance, number: int, address: str) -> float:
    """Seconds from the push of a new value until the page that is asked for has it."""
    text = f"value-{number:05}-"
    page = links.task_instance(deployment="default", instance=_TASK)
    with httpx2.stream("GET", f"{address}{links.live()}", timeout=_LONGEST) as stream:
        lines = stream.iter_lines()
        next(lines)
        time.sleep(_DICE.uniform(0, 3))
        task.push("key", text)
        began = time.perf_counter()
        while not (next(lines).startswith("data:") and text in _page(f"{address}{page}")):
            assert time.perf_counter() < began + _LONGEST
    return time.perf_counter() - began


def _page(address: str) -> str:
    return httpx2.get(address, timeout=_LONGEST).text
