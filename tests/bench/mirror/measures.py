"""Passes and back-filling, against an Airflow that answers at once and is a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from app.airflow.client import Airflow
from app.airflow.connection import Way
from app.lineage.analyze import ENGINE_VERSION, analyze
from app.model.ids import RunKey
from app.refresh import Limits, Mirror
from app.refresh.findings import Findings
from app.store import tables as t
from app.store.schema import migrate
from app.store.session import Store
from tests.bench.pages.figures import Figure

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Sizes:
    runs: int = 200
    tasks: int = 20
    passes: int = 60  # Of an Airflow in which nothing happens.


@dataclass(frozen=True, slots=True)
class Served:
    """An Airflow in a process of its own."""

    url: str
    pid: int
    requests: Callable[[], int]

    def cpu(self) -> float:
        """Seconds that it has spent on a processor."""
        return processor_of(self.pid)


@dataclass(frozen=True, slots=True)
class Spent:
    wall: float
    ours: float  # Processor of this process.
    theirs: float  # And of Airflow's.
    requests: int


def processor_of(pid: int) -> float:
    """Seconds that a process has had a processor, with threads that ended; in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(sizes: Sizes) -> Iterator[Figure]:
    """Every figure, as it is made."""
    with _served(sizes) as airflow, TemporaryDirectory(prefix="xcomtrace-bench-") as folder:
        url = f"sqlite:///{folder}/mirror.sqlite"
        migrate(url)
        store = Store(url)
        client = Airflow(airflow.url, way=unbounded())
        mirror = mirror_of(client, store, sizes)
        mirror.refresh(fills_back=False)
        yield from _filled(airflow, mirror, store, sizes)
        yield from _resting(airflow, mirror, sizes)
        client.close()
        store.close()


def _filled(airflow: Served, mirror: Mirror, store: Store, sizes: Sizes) -> Iterator[Figure]:
    """The past brought in whole; and the same requests by a loop that does nothing with them."""
    spent = _spent(airflow, lambda: fill(mirror))
    values = sizes.runs * sizes.tasks
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(t.xcom)) == values
    raw = _spent(airflow, lambda: raw_maximum(Airflow(airflow.url, way=unbounded()), sizes))
    needed = 3 * sizes.runs + sizes.runs / 100
    yield Figure(
        "back-filling: requests a run, for each that the API needs",
        100 * spent.requests / needed,
        "%",
        110,
        f"{spent.requests / sizes.runs:.2f} a run of {sizes.tasks} tasks with a value each; its"
        " instances, the index of its XComs and their values: 3",
    )
    yield Figure(
        "back-filling: values a second", values / spent.wall, "/s", None, f"{values} in all"
    )
    yield Figure(
        "back-filling: of what the same requests give when nothing is done with them",
        100 * raw.wall / spent.wall,
        "%",
        None,
        f"{values / raw.wall:.0f} values a second raw, four requests at once",
    )
    yield Figure("back-filling: processor of ours a run", 1000 * spent.ours / sizes.runs, "ms")
    theirs = 1000 * spent.theirs / sizes.runs
    yield Figure("back-filling: processor of the Airflow that answers, a run", theirs, "ms")


def _resting(airflow: Served, mirror: Mirror, sizes: Sizes) -> Iterator[Figure]:
    spent = _spent(airflow, lambda: [mirror.refresh() for _ in range(sizes.passes)])
    each = 1000 / sizes.passes
    more = f"{spent.requests / sizes.passes:.1f} requests"
    yield Figure("a pass when nothing happens", each * spent.wall, "ms", None, more)
    yield Figure("a pass when nothing happens: processor of ours", each * spent.ours, "ms")
    yield Figure("passes a second and core", sizes.passes / spent.ours, "/s")


def _spent(airflow: Served, act: Callable[[], object]) -> Spent:
    wall, ours = time.perf_counter(), time.process_time()
    theirs, requests = airflow.cpu(), airflow.requests()
    act()
    return Spent(
        time.perf_counter() - wall,
        time.process_time() - ours,
        airflow.cpu() - theirs,
        airflow.requests() - requests,
    )


def fill(mirror: Mirror) -> None:
    """The past alone; what goes on is to be there already."""
    while mirror.fill_back():
        pass


def raw_maximum(client: Airflow, sizes: Sizes) -> None:
    """What the mirror asks for of each run, answers read to their end and thrown away."""
    client.version()
    runs = [RunKey("etl", f"r{number:05}") for number in range(sizes.runs)]
    names = tuple(f"task_{number:02}" for number in range(sizes.tasks))

    def read(run: RunKey) -> None:
        client.task_instances(run)
        client.xcom_index(run)
        client.return_values(run, names)

    client.many([lambda run=run: read(run) for run in runs])  # type: ignore[misc]
    client.close()


def unbounded() -> Way:
    """No budget of requests: what is possible is measured, not what is allowed."""
    return Way(a_minute=10**9)


def mirror_of(client: Airflow, store: Store, sizes: Sizes) -> Mirror:
    limits = Limits(backfill_days=3650, backfill_runs=2 * sizes.runs)
    findings = Findings(analyze, ENGINE_VERSION)
    return Mirror(client, store, findings=findings, limits=limits)


@contextmanager
def _served(sizes: Sizes) -> Iterator[Served]:
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-m", "tests.bench.mirror.server", str(sizes.runs), str(sizes.tasks)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        say, hear = process.stdin, process.stdout

        def requests() -> int:
            say.write("\n")
            say.flush()
            return int(hear.readline())

        try:
            yield Served(hear.readline().strip(), process.pid, requests)
        finally:
            process.terminate()
