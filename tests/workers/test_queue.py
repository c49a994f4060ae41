"""Jobs that nobody does any more are buried, whoever had them."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

import psycopg
import pytest

from app.workers.queue import PASS, Queue

pytestmark = pytest.mark.postgres


@pytest.fixture
def queue(database_url: str) -> Queue:
    return Queue(database_url)


@pytest.fixture
def jobs(database_url: str) -> Iterator[psycopg.Connection]:
    options = "-c search_path=xcomtrace_jobs"
    with psycopg.connect(database_url, autocommit=True, options=options) as connection:
        yield connection


def run(queue: Queue, script: Callable[[], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with queue.app.open_async():
            async with asyncio.timeout(30):
                await script()

    asyncio.run(opened())


def begin(jobs: psycopg.Connection, worker: int) -> None:
    """A job that this worker has, as far as the database knows."""
    jobs.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id)"
        " VALUES ('pass:one', 'pass', 'one', %s, 'doing', %s)",
        ('{"name": "one"}', worker),
    )


def left(jobs: psycopg.Connection) -> list[str]:
    return [row[0] for row in jobs.execute("SELECT status FROM procrastinate_jobs").fetchall()]


def empty(jobs: psycopg.Connection) -> None:
    """Returns when every job is done."""
    while left(jobs):
        time.sleep(0.02)


def test_a_job_waits_once(queue: Queue, jobs: psycopg.Connection) -> None:
    async def script() -> None:
        for _ in range(3):
            await queue.ask_for(PASS, "one")
        await queue.ask_for(PASS, "two")

    run(queue, script)
    assert left(jobs) == ["todo", "todo"]


def test_the_job_of_a_worker_that_is_not_heard_of_is_buried(
    queue: Queue, jobs: psycopg.Connection
) -> None:
    jobs.execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1h')"
    )
    begin(jobs, 1)
    told: list[str] = []

    async def note(name: str) -> None:
        told.append(name)

    run(queue, lambda: queue.bury(note))
    assert told == ["one"]
    assert left(jobs) == []


def test_the_job_of_a_worker_that_is_alive_is_not(queue: Queue, jobs: psycopg.Connection) -> None:
    jobs.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    begin(jobs, 1)

    async def note(_name: str) -> None:
        raise AssertionError

    run(queue, lambda: queue.bury(note))
    assert left(jobs) == ["doing"]


def test_a_job_of_ours_that_was_lost_on_the_way_is_buried(
    queue: Queue, jobs: psycopg.Connection
) -> None:
    done = threading.Event()
    queue.does(PASS, lambda _name: done.set())
    told: list[str] = []

    async def note(name: str) -> None:
        told.append(name)

    async def script() -> None:
        working = asyncio.create_task(queue.work(PASS, ["one"], at_once=1))
        await queue.ask_for(PASS, "one")
        assert await asyncio.to_thread(done.wait, 10)
        await asyncio.to_thread(empty, jobs)
        begin(jobs, 1)  # As when the answer to fetching it did not come.
        while not told:
            await queue.bury(note)
            await asyncio.sleep(0.2)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    run(queue, script)
    assert told == ["one"]
    assert left(jobs) == []
