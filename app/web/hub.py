"""Live updates: what changed in the store, told to every open page by server-sent events.

One thread looks at the table of changes while somebody listens, whenever it hears of one (and each
second, should it not hear well), and hands each change, encoded once, to a bounded queue per
listener. A listener that is too slow loses its queue and is told to
load anew. An event carries ids only; the page asks for its own part again. `id:` is the change's
number, so a browser that comes back (Last-Event-ID) is told what it missed.

This is the one asynchronous place of the program: a thread per open page would be too dear.
"""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

from app.model.errors import StoreError
from app.model.rights import EVERYTHING, Rights
from app.store.changes import Change, changes_after, latest_change
from app.store.listening import Ears
from app.store.session import Store

_log = logging.getLogger(__name__)

# Events a page may be behind before it is told to load anew.
_QUEUE = 64
# Seconds in which changes that follow each other are told together.
_CALM_SECONDS = 0.1
# Seconds of silence after which a comment keeps proxies from closing the connection.
_PING_SECONDS = 15.0
_PING = b": ping\n\n"
_RETRY = b"retry: 2000\n\n"


class Listener:
    """One open page: its bounded queue, filled from the hub's thread with what it may hear."""

    def __init__(self, rights: Rights = EVERYTHING) -> None:
        self.rights = rights
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUE)

    def tell(self, message: bytes | None) -> None:
        """Queue a message, None for the end; safe from any thread, after the loop's end too."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: bytes | None) -> None:
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            message = message and _resync()
        self._queue.put_nowait(message)

    async def messages(self, ping_seconds: float = _PING_SECONDS) -> AsyncIterator[bytes]:
        """Events as they come, a ping in long silences, until the hub stops."""
        yield _RETRY
        while True:
            try:
                message = await asyncio.wait_for(self._queue.get(), ping_seconds)
            except TimeoutError:
                message = _PING
            if message is None:
                return
            yield message


class Hub:
    """Follows the store's changes for everyone who listens.

    `period`: seconds between looks when nothing is heard.
    """

    def __init__(self, store: Store, *, period: float = 1.0) -> None:
        self._store = store
        self._period = period
        self._lock = threading.Lock()  # Guards the next two.
        self._listeners: set[Listener] = set()
        self._seen: int | None = None  # The last change told; None while nobody listens.
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._ears = Ears(store)
        self._thread = threading.Thread(target=self._follow, name="live", daemon=True)

    def start(self) -> None:
        self._ears.start()
        self._thread.start()

    def stop(self) -> None:
        """End every stream and the thread; may be called twice, from any thread."""
        self._stopped.set()
        self._wake.set()
        self._store.changed.set()
        for listener in self._everyone():
            listener.tell(None)
        self._ears.stop()
        if self._thread.is_alive():
            self._thread.join(5)

    def join(self, listener: Listener, *, after: int | None = None) -> None:
        """Tell the listener every change from now on, and those after the number `after`.

        Some may be told twice, none is left out: it joins before what it missed is read.
        Raises StoreError.
        """
        with self._lock:
            if self._seen is None:
                self._seen = self._latest()
            self._listeners.add(listener)
        self._wake.set()
        for message in self._missed(after, listener.rights):
            listener.tell(message)
        if self._stopped.is_set():
            listener.tell(None)

    def leave(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)
            if not self._listeners:
                self._seen = None

    def _everyone(self) -> tuple[Listener, ...]:
        with self._lock:
            return tuple(self._listeners)

    def _latest(self) -> int:
        with self._store.reading() as session:
            return latest_change(session)

    def _missed(self, after: int | None, rights: Rights) -> list[bytes]:
        if after is None:
            return []
        with self._store.seen_with(rights).reading() as session:
            missed = changes_after(session, after, _QUEUE)
        # As many as the queue holds may mean more: loading anew is cheaper than asking on.
        return [_resync()] if len(missed) >= _QUEUE else [_event(change) for change in missed]

    def _follow(self) -> None:
        while not self._stopped.is_set():
            if self._everyone():
                self._store.changed.clear()
                self._look()
                self._store.changed.wait(self._period)
                # A pass commits a few times in a row, and pages ask again at each.
                self._stopped.wait(_CALM_SECONDS)
            else:
                self._wake.wait()
                self._wake.clear()

    def _look(self) -> None:
        with self._lock:
            seen = self._seen
        if seen is None:
            return
        try:
            with self._store.reading() as session:
                changes = changes_after(session, seen, _QUEUE)
        except StoreError as error:
            _log.warning("live updates pause: %s", error)
            return
        for change in changes:
            self._tell(change)

    def _tell(self, change: Change) -> None:
        with self._lock:
            if self._seen is not None:
                self._seen = change.number
        for listener in self._everyone():
            if listener.rights.may_read(change.deployment, change.dag_id):
                listener.tell(_event(change))


def _event(change: Change) -> bytes:
    ids = {"deployment": change.deployment, "dag_id": change.dag_id, "run_id": change.run_id}
    return f"id: {change.number}\nevent: change\ndata: {json.dumps(ids)}\n\n".encode()


def _resync() -> bytes:
    return b"event: resync\ndata: {}\n\n"
