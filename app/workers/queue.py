"""The jobs of all processes: procrastinate's tables, in a schema of their own."""

import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from sqlalchemy import make_url

# As the migration made it.
_SCHEMA = "xcomtrace_jobs"
# Seconds between two signs of life of a worker, and without one after which its jobs are lost.
_HEARTBEAT = 2.0
_LOST = 10.0
# Seconds between looks into the queue: a new job wakes a worker, the end of one that another waits
# for does not.
_LOOK = 0.5
# Of each worker one that listens, and some that ask.
_CONNECTIONS = 8

PASS, PAST, NEWS = "pass", "past", "news"

# What goes on job by job is no news; what goes wrong is.
logging.getLogger("procrastinate").setLevel(logging.WARNING)


class Queue:
    """Jobs of three kinds: passes, back-filling (`past`) and notifications (`news`)."""

    def __init__(self, database_url: str) -> None:
        url = make_url(database_url).set(drivername="postgresql")
        connector = PsycopgConnector(
            conninfo=url.render_as_string(hide_password=False),
            kwargs={"options": f"-c search_path={_SCHEMA}"},
            min_size=1,
            max_size=_CONNECTIONS,
        )
        self.app = App(connector=connector)

    def does(self, kind: str, act: Callable[[str], None]) -> None:
        """Have jobs of this kind done by `act`, which is told whose they are."""
        self.app.task(name=kind)(act)

    async def ask_for(self, kind: str, name: str) -> None:
        """Put a job into the queue, unless one of this kind and name waits there."""
        job = self.app.configure_task(
            kind, queue=_queue(kind, name), lock=name, queueing_lock=_queue(kind, name)
        )
        with suppress(AlreadyEnqueued):
            await job.defer_async(name=name)

    async def work(self, kind: str, names: Collection[str], *, at_once: int) -> None:
        """Does jobs of this kind and these names until cancelled; those begun come to an end."""
        await self.app.run_worker_async(
            queues=[_queue(kind, name) for name in names],
            name=kind,
            concurrency=at_once,
            fetch_job_polling_interval=_LOOK,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_LOST,
            delete_jobs="always",
            install_signal_handlers=False,
        )

    async def bury(self, then: Callable[[str], Awaitable[None]]) -> None:
        """Ends the jobs of workers that are not heard of; `then` is told whose they were.

        They are ended and not done again: another one may wait behind each, which must stand in
        the queue once (backend-measurements.md, the trap about stalled jobs).
        """
        jobs = self.app.job_manager
        for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=_LOST):
            await jobs.finish_job(job, status=Status.FAILED, delete_job=True)
            await then(str(job.task_kwargs["name"]))


def _queue(kind: str, name: str) -> str:
    return f"{kind}:{name}"
