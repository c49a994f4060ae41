"""SIGTERM in the middle of things: what is under way comes to its end, streams and passes end."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import late
from tests.commands import Running, running
from tests.refresh.mirrors import stored, truth
from tests.waiting import until

# Seconds that a supervisor waits before it kills: those of docker are 10, of Kubernetes 30.
LONGEST_END = 10.0


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with FakeAirflow() as airflow:
        airflow.add_run("etl", "r1").task("extract").push("return_value", {"key1": "a"})
        yield airflow


def file_of(home: Path) -> Path:
    return home / "xcomtrace" / "xcomtrace.sqlite"


@contextmanager
def busy(file: Path) -> Iterator[sqlite3.Connection]:
    """Another one writes into the store: who wants to write waits."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def pretend_signal_came(served: Running) -> None:
    """Send it, and return when the service no longer takes requests."""
    served.process.terminate()

    def is_deaf() -> bool:
        try:
            httpx2.get(f"{served.address}/healthz", timeout=2)
        except httpx2.TransportError:
            return True
        return False

    until(is_deaf, what="it goes on after SIGTERM", seconds=LONGEST_END)


def test_a_request_under_way_is_answered_and_a_stream_ends(tmp_path: Path) -> None:
    with running("serve", "--no-poll", "--port", "0", home=tmp_path) as served:  # noqa: SIM117 # the stream ends with the service
        with (
            httpx2.stream("GET", f"{served.address}/live", timeout=30) as stream,
            ThreadPoolExecutor() as threads,
            busy(file_of(tmp_path)) as other,
        ):
            lines = stream.iter_lines()
            next(lines)
            asked = threads.submit(acknowledge, served.address)
            # By then it waits for the other one's writing, on a busy machine too.
            time.sleep(1.5)
            began = time.monotonic()
            pretend_signal_came(served)
            other.execute("ROLLBACK")
            assert asked.result(timeout=LONGEST_END) == 404
            # The stream ends, and does not break off.
            assert not [line for line in lines if line.startswith("data")]
            _, complained = served.process.communicate(timeout=LONGEST_END)
            assert time.monotonic() - began < LONGEST_END
    assert served.process.returncode == 0
    for line in ("GET /live 200 ", "POST /problems/{number}/acknowledge 404 "):
        assert line in complained


def acknowledge(address: str) -> int:
    answer = httpx2.post(
        f"{address}/problems/1/acknowledge",
        headers={"Origin": address},
        data={"reason": ""},
        timeout=30,
    )
    return answer.status_code


def test_a_stream_alone_does_not_delay_the_end(tmp_path: Path) -> None:
    with running("serve", "--no-poll", "--port", "0", home=tmp_path) as served:  # noqa: SIM117 # the stream ends with the service
        with httpx2.stream("GET", f"{served.address}/live", timeout=30) as stream:
            next(stream.iter_lines())
            asked = time.monotonic()
            ended = served.end()
            assert time.monotonic() - asked < 3
    assert ended.code == 0


@pytest.mark.parametrize("command", ["serve", "poll"])
def test_a_pass_under_way_is_rolled_back_or_whole_and_the_next_start_goes_on(
    tmp_path: Path, fake: FakeAirflow, command: str
) -> None:
    waits = threading.Event()
    fake.fails("xcomEntries", late(3), times=1)
    fake.before("xcomEntries", waits.set)
    arguments = (command, *(("--port", "0") if command == "serve" else ()))
    with running(*arguments, home=tmp_path, airflow_url=fake.url) as served:
        assert waits.wait(60)
        began = time.monotonic()
        ended = served.end()
        assert time.monotonic() - began < LONGEST_END
    assert ended.code == 0
    store = Store(f"sqlite:///{file_of(tmp_path)}")
    # Nothing half: a run is there with all that it gave, or not at all.
    there = stored(store, fake)
    assert there in (truth(fake), dict.fromkeys(there))
    with running(*arguments, home=tmp_path, airflow_url=fake.url) as served:
        until(lambda: stored(store, fake) == truth(fake), what="the mirror does not go on")
        assert served.end().code == 0
    store.close()
