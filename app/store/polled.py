"""Whether somebody polls into this database."""

import fcntl

from sqlalchemy import text

from app.store.lock import lock_file
from app.store.session import Store

# As the queue of jobs has it: a worker that is not heard of for so long is lost.
_WORKERS = text(
    "SELECT count(*) FROM xcomtrace_jobs.procrastinate_workers"
    " WHERE last_heartbeat > now() - interval '10 seconds'"
)


def is_polled(store: Store, url: str) -> bool:
    """Whether a poller lives: it holds the lock beside a SQLite file, or gives signs of life.

    Raises StoreError.
    """
    if store.engine.dialect.name == "postgresql":
        with store.reading() as session:
            return bool(session.scalar(_WORKERS))
    lock = lock_file(url)
    if lock is None or not lock.exists():
        return False
    with lock.open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
