"""A SQLite store copied as a whole, while others read and write it.

SQLite's own backup copies one consistent state, with what is in the log (`-wal`) only; a copy of
the file alone would be neither.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from app.model.errors import StoreError
from app.store.schema import SchemaState, schema_state
from app.store.session import Store

# What stands in the database are a company's internals.
_OWNER_ONLY = 0o600
_BEGINNING = b"SQLite format 3\0"
# Seconds to wait for another one's writing.
_WAIT = 30.0


def copy_out(source: Path, target: Path) -> None:
    """The store as it stands now is in `target`, one file; nothing is there until it is whole.

    Raises StoreError.
    """
    with _errors_named(), _part_of(target) as part:
        _copy(source, part)
        _check(part)
        part.replace(target)


def copy_in(source: Path, target: Path) -> SchemaState:
    """The copy `source` is the store at `target`, whatever was there; its schema's state.

    Who reads there meanwhile sees the old one or the new one. Raises StoreError, and leaves
    `target` alone, when the copy is damaged, of a newer xcomtrace, or none.
    """
    if not _is_sqlite(source):
        raise StoreError(f"{source} is no copy of a SQLite database")
    with _errors_named(), _part_of(target) as part:
        _copy(source, part)
        _check(part)
        state = _state_of(part)
        if state is SchemaState.NEWER:
            raise StoreError(f"{source} is of a newer xcomtrace: upgrade this one, then restore it")
        if state is SchemaState.EMPTY:
            raise StoreError(f"{source} is a database, but none of xcomtrace")
        if target.exists():
            _copy(part, target)
        else:
            part.replace(target)
    return state


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(_BEGINNING)) == _BEGINNING
    except OSError:
        return False


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source, timeout=_WAIT)) as from_there,
        closing(sqlite3.connect(target, timeout=_WAIT)) as into,
    ):
        from_there.backup(into)
        # What is read next, or moved, is the file alone.
        into.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _check(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if told != "ok":
        raise StoreError(f"the copy is damaged: {told}")


def _state_of(copy: Path) -> SchemaState:
    store = Store(f"sqlite:///{copy}")
    try:
        return schema_state(store)
    finally:
        store.close()
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """A file beside the target, of its owner's alone; gone afterwards, if it was not moved."""
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the database could not be copied: {error}") from error
    except OSError as error:
        raise StoreError(f"cannot write {error.filename}: {error.strerror}") from error
