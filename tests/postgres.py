"""A private PostgreSQL for the tests: one server per session, one empty database per test.

It listens on a socket in its own folder and on no port, and is gone with the session.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from app.store.schema import migrate
from app.store.tables import metadata

_USER = "xcomtrace"
_START_SECONDS = 60
#: The data is thrown away: nothing has to survive a power cut.
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=")
#: What was committed outlives the server's end, as PostgreSQL does by itself.
KEEPING = ("listen_addresses=",)


class NoPostgres(Exception):
    """There is no PostgreSQL server on this machine."""


class Postgres:
    """A server that runs, addressed by the folder of its socket; `start` runs it."""

    def __init__(self, folder: Path, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._folder = folder
        self._start = start
        self._server = start()
        self._made = 0
        self._free: list[str] = []

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database in which all migrations have run and every table is empty.

        It is one that an earlier test emptied, if there is: PostgreSQL takes a third of a second
        to make another. A test that changes the schema takes an empty_database.
        """
        if not self._free:
            self._free.append(self.empty_database())
            migrate(self._free[-1])
        url = self._free.pop()
        yield url
        self._empty(url)
        self._free.append(url)

    def empty_database(self) -> str:
        """The URL of a fresh database without any table."""
        self._made += 1
        name = f"test_{self._made}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def copy_of(self, url: str) -> str:
        """The URL of a database with the same tables and rows; nobody may use that one now."""
        self._made += 1
        name = f"test_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {conninfo_to_dict(url)['dbname']}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@/{database}?host={self._folder}"

    def start(self) -> None:
        """Run it again after `stop`."""
        self._server = self._start()
        self.wait()

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it in one of PostgreSQL's ways: SIGINT ends sessions first, SIGQUIT nothing."""
        self._server.send_signal(how)
        self._server.wait(timeout=30)

    def wait(self) -> None:
        """Return when the server answers; raise what it said when it does not."""
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > until:
                    log = (self._folder / "log").read_text()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)

    def _empty(self, url: str) -> None:
        jobs = ("xcomtrace_jobs.procrastinate_jobs", "xcomtrace_jobs.procrastinate_workers")
        tables = ", ".join((*metadata.tables, *jobs))
        self._execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE", url)

    def _execute(self, statement: str, url: str | None = None) -> None:
        with psycopg.connect(url or self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_postgres(settings: Collection[str] = FAST) -> Iterator[Postgres]:
    """A server without databases. Raises NoPostgres when none is installed."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="xcomtrace-pg-"))
    owner = _owner()
    if owner:
        shutil.chown(folder, owner["user"], owner["group"])
    try:
        _initialise(programs, folder, owner)
        postgres = Postgres(folder, partial(_served, programs, folder, owner, settings))
        try:
            postgres.wait()
            yield postgres
        finally:
            # What it has not written yet is to be deleted anyway.
            postgres.stop()
    finally:
        shutil.rmtree(folder)


def find_programs() -> Path:
    """The folder of initdb and postgres, the newest if there are several."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))
    on_path = shutil.which("initdb")
    if debian:
        return debian[-1]
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql")


def _owner() -> dict[str, Any]:
    # PostgreSQL refuses to run as root; its package makes the user postgres.
    if os.getuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _initialise(programs: Path, folder: Path, owner: dict[str, Any]) -> None:
    options = ("-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-U", _USER)
    subprocess.run(  # noqa: S603 - a fixed program with fixed arguments
        [programs / "initdb", "-D", folder / "data", *options],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **owner,
    )


def _served(
    programs: Path, folder: Path, owner: dict[str, Any], settings: Collection[str]
) -> subprocess.Popen[bytes]:
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - a fixed program with fixed arguments
            [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            **owner,
        )
