"""Sessions on the store: one transaction each, committed at its edge and nowhere else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, NewType, TypeAlias

from sqlalchemy import URL, Connection, Engine, Row, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from app.model.errors import StoreError, StoreFull, StoreLocked
from app.model.rights import EVERYTHING, Rights
from app.store import confined, touched

ReadSession = NewType("ReadSession", Connection)
WriteSession = NewType("WriteSession", ReadSession)

#: A row whose columns a type checker does not know.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]

# Bytes of SQLite's file that are read without a call for each page, out of the system's own cache.
_MAPPED = 2**31 - 2**16

# A pass changes pages all over the indexes: kept in memory they are written once, not each time.
_CACHED_KB = 32_000
# The log is brought into the file, which waits for the disk, after so many pages: 32 MB.
_WAL_PAGES = 8_000

# Seconds a second writer waits for SQLite's one write lock before it gives up.
_BUSY_SECONDS = 30

# Milliseconds after which PostgreSQL ends a session that does nothing in the middle of a
# transaction: a process that was paused there would keep others from its work (turns.py).
_LONGEST_IDLE = 10_000

_FULL = ("disk is full", "No space left", "could not extend file", "disk full")
_LOCKED = ("is locked", "lock timeout", "deadlock detected")

_UNREADABLE = (
    "the database URL cannot be read: write sqlite:///FILE, sqlite:////ABSOLUTE/FILE or"
    " postgresql://USER@HOST/NAME"
)


class Store:
    """The database behind a URL such as `sqlite:///xcomtrace.sqlite` or `postgresql://…`.

    Raises StoreError when the URL is none of SQLite or PostgreSQL; connects on first use.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(_database(url))
        self._for_reading = self.engine.execution_options(**_reading_options(self.engine))
        self._for_writing = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        #: Set when changes were committed through this store, for who clears it and then looks.
        self.changed = threading.Event()
        self._guard: Callable[[WriteSession], None] | None = None
        self._confined = Confined(url)
        #: What its reading sessions see.
        self.rights = EVERYTHING

    def seen_with(self, rights: Rights) -> "Store":
        """The same store, whose reading sessions see what these rights allow and no more.

        Those that write see everything: what is to be written must have been seen before.
        """
        seen = copy(self)
        seen.rights = rights
        return seen

    def guarded(self, guard: Callable[[WriteSession], None]) -> "Store":
        """The same store, in which each transaction that writes begins with `guard`.

        Raises what the guard raises; nothing is written then.
        """
        guarded = copy(self)
        guarded._guard = guard  # noqa: SLF001 - of this class
        return guarded

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """A session on one consistent state of the store.

        Raises StoreError when the database refuses.
        """
        with _errors_named(), self._reading() as connection:
            yield ReadSession(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self.rights.is_everything:
            with self._for_reading.connect() as connection:
                yield connection
            return
        with self._confined.engine().connect() as connection:
            confined.confine(connection, self.rights)
            yield connection.execution_options(rights=self.rights.mark)

    @contextmanager
    def writing(self) -> Iterator[WriteSession]:
        """A session that commits when the block ends and rolls back when it raises.

        Raises StoreError when the database refuses.
        """
        with _errors_named(), self._for_writing.begin() as connection:
            touched.forget(connection)
            session = WriteSession(ReadSession(connection))
            if self._guard is not None:
                self._guard(session)
            yield session
            has_news = touched.publish(connection)
        if has_news:
            self.changed.set()

    def close(self) -> None:
        self.engine.dispose()
        self._confined.close()


def rights_of(session: ReadSession) -> str:
    """The same text for sessions that see the same."""
    mark: str = session.get_execution_options().get("rights", "")
    return mark


class Confined:
    """Connections whose sessions see nothing but what they are told they may; made when needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def engine(self) -> Engine:
        """Always the same one: what is known of an engine is kept with it."""
        with self._lock:
            if self._engine is None:
                made = _engine(_database(self._url), is_confined=True)
                self._engine = made.execution_options(**_reading_options(made))
            return self._engine

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()


def _database(url: str) -> URL:
    try:
        database = make_url(url)
    except ArgumentError as error:
        raise StoreError(_UNREADABLE) from error
    name = database.get_backend_name()
    if name not in {"sqlite", "postgresql"}:
        raise StoreError(f"the database URL begins with {name}: it must be sqlite or postgresql")
    if name == "sqlite" and database.host:  # A slash too few.
        raise StoreError(_UNREADABLE)
    return database.set(drivername="postgresql+psycopg") if name == "postgresql" else database


def _engine(url: URL, *, is_confined: bool = False) -> Engine:
    # Parameters are XCom values and logs: an error's text must not carry them into a log.
    engine = create_engine(
        url, pool_pre_ping=url.get_backend_name() != "sqlite", hide_parameters=True
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        prepare = confined.prepare_sqlite
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        prepare = confined.prepare_postgresql
    if is_confined:
        event.listen(engine, "connect", prepare)
    return engine


def _reading_options(engine: Engine) -> dict[str, object]:
    # SQLite's readers see one state anyway; PostgreSQL's default shows each query a newer one.
    if engine.dialect.name == "sqlite":
        return {}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # SQLAlchemy's own BEGIN replaces the driver's, which would start too late (see _begin_sqlite).
    connection.isolation_level = None
    for pragma in (
        # Takes effect in a new file, and in one that is rebuilt (app/store/retention/room.py).
        "auto_vacuum=INCREMENTAL",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"mmap_size={_MAPPED}",
        f"cache_size=-{_CACHED_KB}",
        f"wal_autocheckpoint={_WAL_PAGES}",
    ):
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _prepare_postgresql(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # PostgreSQL takes statements over many parts of a table for long ones and compiles them, which
    # takes longer than they do.
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.execute(f"SET idle_in_transaction_session_timeout = {_LONGEST_IDLE}")
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes SQLite's one write lock at once: it waits its turn there, while a reader that
    # becomes a writer later is refused when another one has committed in between.
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    connection.exec_driver_sql(begin)


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise _named(error) from error


def _named(error: DBAPIError | PoolTimeout) -> StoreError:
    text = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    if any(sign in text for sign in _FULL):
        return StoreFull("the database's disk is full: make room, the service goes on by itself")
    if any(sign in text for sign in _LOCKED):
        return StoreLocked("another process writes to the database for too long: run only one")
    return StoreError(f"the database refused: {text.partition(chr(10))[0]}")
