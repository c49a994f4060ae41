"""Several processes poll several Airflows: each is mirrored whole, by one process at a time."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from app.store.deployments import DeploymentState, read_deployments
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import late
from tests.commands import Running, running

LONGEST = 60.0


def until(is_so: Callable[[], bool], seconds: float = LONGEST) -> float:
    """The seconds that it took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


def states(store: Store) -> dict[str, DeploymentState]:
    with store.reading() as session:
        return {one.name: one for one in read_deployments(session)}


@contextmanager
def processes(
    number: int, database_url: str, airflows: Mapping[str, FakeAirflow], home: Path
) -> Iterator[list[Running]]:
    """So many `xcomtrace poll` beside each other."""
    file = home / "xcomtrace.toml"
    tables = [
        f'[deployments.{name}]\nairflow_url = "{server.url}"\n' for name, server in airflows.items()
    ]
    file.write_text("interval_seconds = 0.5\nidle_interval_seconds = 0.5\n" + "".join(tables))
    with ExitStack() as ending:
        yield [
            ending.enter_context(
                running("poll", home=home, config=str(file), database_url=database_url)
            )
            for _ in range(number)
        ]


def passes(server: FakeAirflow) -> int:
    return sum("version" in request for request in server.requests)


@pytest.mark.postgres
def test_processes_share_the_airflows(
    database_url: str, store: Store, airflows: dict[str, FakeAirflow], tmp_path: Path
) -> None:
    with processes(2, database_url, airflows, tmp_path) as both:
        until(lambda: len(states(store)) == 3)
        until(lambda: all(one.backfill_done for one in states(store).values()))
        pids = [one.process.pid for one in both]
        assert connected(database_url) >= len(pids)
        counts = {name: passes(server) for name, server in airflows.items()}
        time.sleep(3)
        for name, server in airflows.items():
            # A pass each half second and what it takes, not one for each process.
            assert 2 <= passes(server) - counts[name] <= 7
        lose_every_connection(database_url)
        lost = {name: one.last_pass_at for name, one in states(store).items()}
        until(lambda: all(one.last_pass_at != lost[name] for name, one in states(store).items()))
        ended = [one.end() for one in both]
    assert [one.code for one in ended] == [0, 0]
    assert {one.sealed_runs + one.open_runs for one in states(store).values()} == {31}
    assert all("Traceback" not in one.complained for one in ended)


def lose_every_connection(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def connected(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT count(*) FROM xcomtrace_jobs.procrastinate_workers")
        return int(found.fetchone()[0])  # type: ignore[index]


@pytest.mark.postgres
def test_what_a_killed_process_did_goes_on_within_twenty_seconds(
    database_url: str, store: Store, airflows: dict[str, FakeAirflow], tmp_path: Path
) -> None:
    with processes(1, database_url, airflows, tmp_path) as (victim,):
        until(lambda: len(states(store)) == 3)
        until(lambda: all(one.backfill_done for one in states(store).values()))
        airflows["one"].fails("dagRuns", late(40))
        until(lambda: in_a_pass(database_url, "one"))
        time.sleep(1)
        workers = connected(database_url)
        with processes(1, database_url, airflows, tmp_path) as (other,):
            until(lambda: connected(database_url) > workers)
            before = states(store)["one"].last_pass_at
            victim.process.send_signal(signal.SIGKILL)
            took = until(lambda: states(store)["one"].last_pass_at != before, 25)
            ended = other.end()
    assert took <= 20
    assert "a worker was lost" in ended.complained


def in_a_pass(database_url: str, name: str) -> bool:
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT 1 FROM xcomtrace_jobs.procrastinate_jobs WHERE status = 'doing' AND lock = %s",
            (name,),
        )
        return found.fetchone() is not None
