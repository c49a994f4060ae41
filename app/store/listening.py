"""Hearing of changes that other processes commit, on PostgreSQL, in the moment they do."""

import logging
import threading
from contextlib import closing

import psycopg

from app.store.session import Store
from app.store.touched import CHANNEL

_log = logging.getLogger(__name__)

# Seconds between two looks whether to end, and after which a lost connection is made anew.
_GLANCE = 0.5
_AGAIN = 2.0


class Ears:
    """A thread that sets `store.changed` whenever any process has committed a change.

    It holds a connection of its own. Where PostgreSQL cannot be reached, or stands behind a pooler
    that lets no LISTEN through, nothing is heard: whoever waits must look by itself now and then.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ears", daemon=True)

    def start(self) -> None:
        """Nothing on SQLite, where `store.changed` tells all that there is to hear."""
        if self._store.engine.dialect.name == "postgresql":
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                _log.debug("Changes are not heard for a while: %s", error)
                self._stopped.wait(_AGAIN)

    def _listen(self) -> None:
        url = self._store.engine.url.set(drivername="postgresql")
        text = url.render_as_string(hide_password=False)
        with closing(psycopg.connect(text, autocommit=True)) as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            # What was committed before one listened is not told again.
            self._store.changed.set()
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=_GLANCE, stop_after=1):
                    self._store.changed.set()
