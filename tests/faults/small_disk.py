"""`small_disk`: a folder that has no room left, and a way to make some.

It is a file system of its own where we may mount one; elsewhere SQLite itself is told to be full.
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.store.session import Store

_MEGABYTES = 16


class Disk(NamedTuple):
    store: Store
    fill: Callable[[], None]
    make_room: Callable[[], None]


@contextmanager
def small_disk(store: Path, folder: Path) -> Iterator[Disk]:
    """A store on a copy of the file, on a disk that is full from `fill` to `make_room`."""
    size = f"size={_MEGABYTES}m"
    mount = ("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder))
    is_mounted = _runs(mount)
    file = folder / "store.sqlite"
    file.write_bytes(store.read_bytes())
    opened = Store(f"sqlite:///{file}")
    try:
        yield _filled_by_another(opened, folder) if is_mounted else _told_to_be_full(opened)
    finally:
        opened.close()
        if is_mounted:
            assert _runs(("umount", str(folder)))


def _runs(command: tuple[str, ...]) -> bool:
    done = subprocess.run(  # noqa: S603 - fixed programs on a folder of the test
        command, check=False, stderr=subprocess.DEVNULL
    )
    return done.returncode == 0


def _filled_by_another(store: Store, folder: Path) -> Disk:
    other = folder / "another's"

    def fill() -> None:
        with other.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    return Disk(store, fill, other.unlink)


def _told_to_be_full(store: Store) -> Disk:
    def stay(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        # Room for a line about it, not for what Airflow tells.
        pages = cursor.execute("PRAGMA page_count").fetchone()[0] + 8
        cursor.execute(f"PRAGMA max_page_count={pages}")

    def fill() -> None:
        event.listen(store.engine, "connect", stay)
        store.engine.dispose()

    def make_room() -> None:
        event.remove(store.engine, "connect", stay)
        store.engine.dispose()

    return Disk(store, fill, make_room)
