"""The room that the database takes on disk, and how it is given back.

SQLite keeps the pages of what is deleted for what is written next. Files that xcomtrace makes can
also be cut, some pages at a time, while others read and write; one of an older xcomtrace has to be
rebuilt once as a whole.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import text
from sqlalchemy.engine.interfaces import DBAPICursor

from app.model.errors import StoreFull
from app.store.session import ReadSession, Store, WriteSession

_INCREMENTAL = 2
# Milliseconds for which a checkpoint may keep writers waiting.
_CHECKPOINT_WAIT = 2_000
_RELATIONS = text(
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that the database takes."""

    bytes: int  # On disk, without what SQLite has still to write from its log (`-wal`).
    free: int = 0  # Of them, what is empty and will be written next. SQLite only.
    #: Whether it can be cut step by step; else it is rebuilt as a whole, or is not ours to cut.
    is_cut_in_steps: bool = False


def read_room(session: ReadSession) -> Room:
    if session.dialect.name == "postgresql":
        return Room(int(session.execute(_RELATIONS).scalar_one()))
    page = _pragma(session, "page_size")
    return Room(
        bytes=_pragma(session, "page_count") * page,
        free=_pragma(session, "freelist_count") * page,
        is_cut_in_steps=_pragma(session, "auto_vacuum") == _INCREMENTAL,
    )


def cut(session: WriteSession, *, pages: int) -> int:
    """How many pages, at most so many, the SQLite file is shorter when this is committed."""
    before = _pragma(session, "freelist_count")
    if not before or _pragma(session, "auto_vacuum") != _INCREMENTAL:
        return 0
    # It frees a page for each row that is fetched, though the rows are empty.
    session.exec_driver_sql(f"PRAGMA incremental_vacuum({pages})").fetchall()
    return before - _pragma(session, "freelist_count")


def checkpoint(store: Store) -> None:
    """SQLite's log is written into the file and emptied, unless others keep it busy."""
    with (
        closing(store.engine.raw_connection()) as connection,
        closing(connection.cursor()) as cursor,
    ):
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={_CHECKPOINT_WAIT}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={waits}")


def room_to_rebuild(room: Room) -> int:
    """Bytes that must be free on the disk: for the new file, and for the log of it."""
    return 2 * (room.bytes - room.free)


def rebuild(store: Store, file: Path) -> None:
    """The SQLite file written anew, without empty pages; from then on it is cut in steps.

    Others read meanwhile, and wait with what they want to write.
    Raises StoreFull when the disk has no room for it.
    """
    with store.reading() as session:
        needed = room_to_rebuild(read_room(session))
    for folder in {file.parent, Path(os.environ.get("SQLITE_TMPDIR") or gettempdir())}:
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise StoreFull(
                f"{file} cannot be made smaller: that needs {needed:,} bytes of room in"
                f" {folder}, and {free:,} are free"
            )
    with (
        closing(store.engine.raw_connection()) as connection,
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute("VACUUM")
    checkpoint(store)


@contextmanager
def _outside_transactions(store: Store) -> Iterator[DBAPICursor]:
    with closing(store.engine.raw_connection()) as connection:
        yield connection.cursor()


def _pragma(session: ReadSession, name: str) -> int:
    return int(session.exec_driver_sql(f"PRAGMA {name}").scalar_one())
