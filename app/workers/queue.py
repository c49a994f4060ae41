"""The jobs of all processes: procrastinate's tables, in a schema of their own."""

import logging
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker
from sqlalchemy import make_url

from app.workers.losses import relay

# As the migration made it.
_SCHEMA = "xcomtrace_jobs"
# Seconds between two signs of life of a worker, and without one after which its jobs are lost.
_HEARTBEAT = 2.0
_LOST = 10.0
# Seconds for which a job may be ours without being done: it begins at once, or has just ended.
_GRACE = 3.0
# Seconds between looks into the queue: a new job wakes a worker, the end of one that another waits
# for does not.
_LOOK = 0.5
# Of each worker one that listens, and some that ask.
_CONNECTIONS = 8

PASS, PAST, NEWS = "pass", "past", "news"

# What goes on job by job is no news; what goes wrong is.
_log = logging.getLogger("procrastinate")
_log.setLevel(logging.WARNING)
relay(_log)


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
        self._workers: dict[str, Worker] = {}  # By the kind of their jobs.
        self._under_way: set[int | None] = set()  # Numbers of jobs.
        self._suspects: dict[int | None, float] = {}  # Jobs of ours that nobody does: since when.

    def does(self, kind: str, act: Callable[[str], None]) -> None:
        """Have jobs of this kind done by `act`, which is told whose they are."""

        @self.app.task(name=kind, pass_context=True)
        def do(context: JobContext, name: str) -> None:
            self._under_way.add(context.job.id)
            try:
                act(name)
            finally:
                self._under_way.discard(context.job.id)

    async def ask_for(self, kind: str, name: str) -> None:
        """Put a job into the queue, unless one of this kind and name waits there."""
        job = self.app.configure_task(
            kind, queue=_queue(kind, name), lock=name, queueing_lock=_queue(kind, name)
        )
        with suppress(AlreadyEnqueued):
            await job.defer_async(name=name)

    async def work(self, kind: str, names: Collection[str], *, at_once: int) -> None:
        """Does jobs of this kind and these names until cancelled; those begun come to an end."""
        worker = self._workers[kind] = Worker(
            self.app,
            queues=[_queue(kind, name) for name in names],
            name=kind,
            concurrency=at_once,
            fetch_job_polling_interval=_LOOK,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_LOST,
            delete_jobs="always",
            install_signal_handlers=False,
        )
        await worker.run()  # type: ignore[no-untyped-call]

    async def bury(self, then: Callable[[str], Awaitable[None]]) -> None:
        """Ends the jobs that nobody does any more; `then` is told whose they were.

        Those of workers that are not heard of; and those of ours that were lost on the way, with
        the connection on which they were fetched or ended. They are not done again: another one
        may wait behind each, which must stand in the queue once (backend-measurements.md, the trap
        about stalled jobs).
        """
        jobs = self.app.job_manager
        lost = [*await jobs.get_stalled_jobs(seconds_since_heartbeat=_LOST), *await self._lost()]
        for job in lost:
            # Another process may have buried it.
            with suppress(ConnectorException):
                await jobs.finish_job(job, status=Status.FAILED, delete_job=True)
                await then(str(job.task_kwargs["name"]))

    async def _lost(self) -> list[Job]:
        ours = {worker.worker_id for worker in self._workers.values()} - {None}
        begun = await self.app.job_manager.list_jobs_async(status=Status.DOING.value)
        idle = [job for job in begun if job.worker_id in ours and job.id not in self._under_way]
        now = time.monotonic()
        self._suspects = {job.id: self._suspects.get(job.id, now) for job in idle}
        return [job for job in idle if now - self._suspects[job.id] > _GRACE]


def _queue(kind: str, name: str) -> str:
    return f"{kind}:{name}"
