"""One poller per SQLite file: a lock that ends with the process, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from app.model.errors import StoreLocked


@contextmanager
def polling_alone(url: str) -> Iterator[None]:
    """Keeps other pollers off the SQLite file while the block runs.

    On PostgreSQL nothing is locked: writes there are idempotent and wait for each other.
    Raises StoreLocked when another process holds the lock.
    """
    file = sqlite_file(url)
    if file is None:
        yield
        return
    with _lock_of(file).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreLocked(
                f"another xcomtrace already polls into {file}: stop it, or set"
                " XCOMTRACE_DATABASE_URL to another file"
            ) from error
        yield


def lock_file(url: str) -> Path | None:
    """The file that a poller into a SQLite URL holds; None where there is none."""
    file = sqlite_file(url)
    return None if file is None else _lock_of(file)


def _lock_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL; None for a database in memory or of another kind."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or ":memory:" in url:
        return None
    return Path(parsed.database)
