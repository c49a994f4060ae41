"""Several processes poll several Airflows: each is mirrored whole, by one process at a time."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select

from app.store import tables as t
from app.store.deployments import DeploymentState, read_deployments
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import late
from tests.airflow.serving import Handler
from tests.commands import Running, running

LONGEST = 60.0
KINDS_OF_JOBS = 3


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
def process(
    database_url: str, airflows: Mapping[str, FakeAirflow], home: Path
) -> Iterator[Running]:
    """One `xcomtrace poll` over these Airflows."""
    file = home / "xcomtrace.toml"
    tables = [
        f'[deployments.{name}]\nairflow_url = "{server.url}"\n' for name, server in airflows.items()
    ]
    file.write_text("interval_seconds = 0.5\nidle_interval_seconds = 0.5\n" + "".join(tables))
    with running("poll", home=home, config=str(file), database_url=database_url) as started:
        yield started


def runs(store: Store) -> dict[str, int]:
    """How many of each deployment are stored."""
    of_dag = t.dag_run.join(t.dag).join(t.deployment)
    counted = select(t.deployment.c.name, func.count(t.dag_run.c.id)).select_from(of_dag)
    with store.reading() as session:
        rows = session.execute(counted.group_by(t.deployment.c.name))
        return {row[0]: row[1] for row in rows}


def passes(server: FakeAirflow) -> int:
    return sum("version" in request for request in server.requests)


@pytest.mark.postgres
def test_processes_share_the_airflows_and_go_on_when_one_is_killed(
    database_url: str, store: Store, airflows: dict[str, FakeAirflow], tmp_path: Path
) -> None:
    with ExitStack() as ending:
        first = ending.enter_context(process(database_url, airflows, tmp_path))
        until(lambda: len(workers(database_url)) == KINDS_OF_JOBS)
        of_first = workers(database_url)
        second = ending.enter_context(process(database_url, airflows, tmp_path))
        until(lambda: len(workers(database_url)) == 2 * KINDS_OF_JOBS)
        until(lambda: all(one.backfill_done for one in states(store).values()))
        they_share(airflows)

        wait_until_one_waits_for(airflows["one"])
        is_first = who_does(database_url, "one") in of_first
        victim, other = (first, second) if is_first else (second, first)
        before = states(store)["one"].last_pass_at
        victim.process.kill()
        took = until(lambda: states(store)["one"].last_pass_at != before, 25)

        lose_every_connection(database_url)
        lost = {name: one.last_pass_at for name, one in states(store).items()}
        until(lambda: all(one.last_pass_at != lost[name] for name, one in states(store).items()))
        ended = other.end()
    assert took <= 20
    assert ended.code == 0
    assert "a worker was lost" in ended.complained
    assert "Traceback" not in ended.complained
    assert runs(store) == dict.fromkeys(airflows, 23)


def they_share(airflows: dict[str, FakeAirflow]) -> None:
    """A pass each half second and what it takes, not one for each process."""
    before = {name: passes(server) for name, server in airflows.items()}
    time.sleep(3)
    took = 3 + until(lambda: all(passes(airflows[name]) > count for name, count in before.items()))
    for name, server in airflows.items():
        assert passes(server) - before[name] <= took / 0.5 + 1


def wait_until_one_waits_for(server: FakeAirflow) -> None:
    """Whoever does the next pass waits for an answer that does not come for a minute."""
    is_asked = threading.Event()

    def slowly(handler: Handler) -> None:
        is_asked.set()
        late(60)(handler)

    server.fails("dagRuns", slowly)
    assert is_asked.wait(LONGEST)


def lose_every_connection(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def workers(database_url: str) -> set[int]:
    return {row[0] for row in ask(database_url, "SELECT id FROM procrastinate_workers")}


def who_does(database_url: str, name: str) -> int | None:
    """The worker that has a job of this deployment."""
    asked = "SELECT queue_name, worker_id FROM procrastinate_jobs WHERE status = 'doing'"
    return dict(ask(database_url, asked)).get(f"pass:{name}")


def ask(database_url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database_url, options="-c search_path=xcomtrace_jobs") as connection:
        return connection.execute(statement.encode()).fetchall()
