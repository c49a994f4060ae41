"""The room that the database takes on disk, and how it is given back.

SQLite keeps the pages of what is deleted for what is written next. Files that xcomtrace makes can
also be cut, some pages at a time, while others read and write; one of an older xcomtrace has to be
rebuilt once as a whole.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import cast

from sqlalchemy import text

from app.model.amounts import bytes_told
from app.model.errors import StoreFull
from app.store.session import ReadSession, Store

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
    left: int | None = None  # Free on the disk of SQLite's file; None: not known.


def read_room(session: ReadSession) -> Room:
    if session.dialect.name == "postgresql":
        return Room(int(session.execute(_RELATIONS).scalar_one()))
    page = _pragma(session, "page_size")
    return Room(
        bytes=_pragma(session, "page_count") * page,
        free=_pragma(session, "freelist_count") * page,
        is_cut_in_steps=_pragma(session, "auto_vacuum") == _INCREMENTAL,
        left=_left(session),
    )


def cut(store: Store, *, pages: int) -> None:
    """The SQLite file is so many pages shorter, as far as they are empty."""
    with _outside_transactions(store) as cursor:
        # As a script: a statement alone ends at the first page, as it gives no rows to ask for.
        cursor.executescript(f"PRAGMA incremental_vacuum({pages})")


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


def free_in(folder: Path) -> int:
    """Bytes that are free on the disk of a folder."""
    return shutil.disk_usage(folder).free


def rebuild(store: Store, file: Path, *, free_in: Callable[[Path], int] = free_in) -> None:
    """The SQLite file written anew, without empty pages; from then on it is cut in steps.

    Others read meanwhile, and wait with what they want to write.
    Raises StoreFull when the disk has no room for it.
    """
    with store.reading() as session:
        needed = room_to_rebuild(read_room(session))
    for folder in {file.parent, Path(os.environ.get("SQLITE_TMPDIR") or gettempdir())}:
        if (free := free_in(folder)) < needed:
            raise StoreFull(
                f"{file} cannot be made smaller: that needs {bytes_told(needed)} of room in"
                f" {folder}, and {bytes_told(free)} are free"
            )
    with (
        closing(store.engine.raw_connection()) as connection,
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute("VACUUM")
    checkpoint(store)


def _left(session: ReadSession) -> int | None:
    # The first is ours, after it stand temporary ones.
    file: str = session.exec_driver_sql("PRAGMA database_list").all()[0][2]
    return free_in(Path(file).parent) if file else None


@contextmanager
def _outside_transactions(store: Store) -> Iterator[sqlite3.Cursor]:
    with closing(store.engine.raw_connection()) as connection:
        yield cast("sqlite3.Cursor", connection.cursor())


def _pragma(session: ReadSession, name: str) -> int:
    return int(session.exec_driver_sql(f"PRAGMA {name}").scalar_one())
