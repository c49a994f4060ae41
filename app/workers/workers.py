"""The thread of a process that takes jobs, asks for new ones, and buries those of the lost."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial

from procrastinate.exceptions import ConnectorException

from app.model.errors import Outpaced, StoreError
from app.notify.notifier import Notifier
from app.poller import Poller
from app.store.session import Store
from app.store.turns import Due, give_up_turn, read_due
from app.workers.losses import handle_error
from app.workers.queue import NEWS, PASS, PAST, Queue
from app.workers.turn import Turn

log = logging.getLogger(__name__)

# Seconds between two looks for what is due, and for what the lost have left.
_TICK = 1.0
# Seconds between two rounds of notifications.
_NEWS_EVERY = 5.0
# Seconds after which the database is tried again that could not be reached.
_AGAIN = 1.0
# Whose jobs the notifications are; no deployment can be called so.
_EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Polled:
    """One Airflow that this process can poll."""

    poller: Poller
    turn: Turn


class Workers:
    """Does passes, back-filling and notifications as they are due, beside other processes.

    `polled` are the Airflows that this process knows, by name; `at_once` of them are polled at a
    time. `notifier` is not started: its rounds are jobs.
    """

    def __init__(
        self,
        store: Store,
        queue: Queue,
        polled: Mapping[str, Polled],
        *,
        notifier: Notifier,
        at_once: int,
    ) -> None:
        self._store = store
        self._queue = queue
        self._polled = polled
        self._notifier = notifier
        self._at_once = at_once
        self._broken_off: set[str] = set()  # Whose turns nobody ended, by name.
        self._stopped = threading.Event()
        self._loop = asyncio.new_event_loop()
        # A job runs in a thread; a look at the database does, too.
        self._threads = ThreadPoolExecutor(at_once + 4, thread_name_prefix="worker")
        self._loop.set_default_executor(self._threads)
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="workers", daemon=True)
        for kind, act in ((PASS, self._pass), (PAST, self._past), (NEWS, self._news)):
            queue.does(kind, act)

    def start(self) -> None:
        self._notifier.give_up_others()
        self._thread.start()

    def stop(self, *, seconds: float = 10.0) -> None:
        """End after the requests under way; what a broken-off pass wrote is whole."""
        self._stopped.set()
        for one in self._polled.values():
            one.poller.break_off()
        with suppress(RuntimeError):  # It has ended by itself.
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(seconds)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(handle_error)
        with closing(self._loop):
            self._loop.run_until_complete(self._until_stopped())
        # Looks at the database that were given up still have a connection.
        self._threads.shutdown()

    async def _until_stopped(self) -> None:
        told = ""
        while not self._stop.is_set():
            try:
                async with self._queue.app.open_async():
                    await self._work()
            except (ConnectorException, OSError, StoreError) as error:
                line = str(error.__cause__ or error).strip().partition("\n")[0]
                if line != told:
                    log.warning("The database cannot be reached (%s): it is tried again", line)
                told = line
            except Exception:
                # The edge of a process's work: what nobody foresaw must not end it.
                log.exception("The workers begin anew")
            await self._pause(_AGAIN)

    async def _work(self) -> None:
        """Until stopped, or until one of them fails: then the others end as well."""
        names = list(self._polled)
        jobs: Sequence[Awaitable[object]] = (
            self._queue.work(PASS, names, at_once=self._at_once),
            self._queue.work(PAST, names, at_once=1),
            self._queue.work(NEWS, [_EVERYBODY], at_once=1),
            self._each(_TICK, self._ask),
            self._each(_TICK, partial(self._queue.bury, self._give_up)),
            self._each(_NEWS_EVERY, partial(self._queue.ask_for, NEWS, _EVERYBODY)),
            self._stop.wait(),
        )
        tasks = [asyncio.ensure_future(job) for job in jobs]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _each(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        # A cancelling is lost in wait_for when what it waits for comes just then (Python 3.11).
        while not self._stop.is_set():
            await act()
            await self._pause(seconds)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return

    async def _ask(self) -> None:
        for name in tuple(self._broken_off):
            await asyncio.to_thread(self._due_now, name)
            self._broken_off.discard(name)
        for due in await asyncio.to_thread(self._due):
            if due.is_due:
                await self._queue.ask_for(PASS, due.deployment)
            if due.is_behind:
                await self._queue.ask_for(PAST, due.deployment)

    def _due(self) -> tuple[Due, ...]:
        with self._store.reading() as session:
            return read_due(session, list(self._polled))

    async def _give_up(self, name: str) -> None:
        log.warning("%s: a worker was lost in the middle of a job; another one goes on", name)
        await asyncio.to_thread(self._due_now, name)

    def _due_now(self, name: str) -> None:
        with self._store.writing() as session:
            give_up_turn(session, name)

    def _pass(self, name: str) -> None:
        poller, turn = self._polled[name].poller, self._polled[name].turn
        try:
            if not self._stopped.is_set() and turn.take(if_due=True):
                turn.end(pause=poller.one_pass(fills_back=False))
        except StoreError as error:
            # Whether the turn began is not known when the answer was lost.
            log.warning("%s: a pass is broken off: %s", name, error)
            self._broken_off.add(name)

    def _past(self, name: str) -> None:
        poller, turn = self._polled[name].poller, self._polled[name].turn
        try:
            if not self._stopped.is_set() and turn.take(if_due=False):
                poller.fill_back(until=turn.is_due)
        except Outpaced as error:
            log.info("%s: %s", name, error)
        except StoreError as error:
            log.warning("%s: runs of the past wait: %s", name, error)

    def _news(self, name: str) -> None:
        _ = name
        if not self._stopped.is_set():
            self._notifier.round()
