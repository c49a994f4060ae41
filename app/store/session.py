"""Sessions on the store: one transaction each, committed at its edge and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NewType

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from app.model.errors import StoreError, StoreFull, StoreLocked

ReadSession = NewType("ReadSession", Connection)
WriteSession = NewType("WriteSession", ReadSession)

# Seconds a second writer waits for SQLite's one write lock before it gives up.
_BUSY_SECONDS = 30


class Store:
    """The database behind a URL such as `sqlite:///xcomtrace.sqlite` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._for_writing = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """A session on one consistent state of the store.

        Raises StoreError when the database refuses.
        """
        with _errors_named(), self.engine.connect() as connection:
            yield ReadSession(connection)

    @contextmanager
    def writing(self) -> Iterator[WriteSession]:
        """A session that commits when the block ends and rolls back when it raises.

        Raises StoreError when the database refuses.
        """
        with _errors_named(), self._for_writing.begin() as connection:
            yield WriteSession(ReadSession(connection))

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # SQLAlchemy's own BEGIN replaces the driver's, which would start too late (see _begin_sqlite).
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes SQLite's one write lock at once: it waits its turn there, while a reader that
    # becomes a writer later is refused when another one has committed in between.
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    connection.exec_driver_sql(begin)


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise _named(error) from error


def _named(error: OperationalError) -> StoreError:
    text = str(error.orig)
    if "disk is full" in text or "No space left" in text or "could not extend file" in text:
        return StoreFull("the database's disk is full: make room, the service goes on by itself")
    if "locked" in text:
        return StoreLocked("another process writes to the database for too long: run only one")
    return StoreError(f"the database refused: {text.splitlines()[0]}")
