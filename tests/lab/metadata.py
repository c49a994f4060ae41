"""Airflow's metadata database: a PostgreSQL cluster of its own, or a SQLite file without one."""

import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.lab.supervisor import Supervisor, free_port, is_listening


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where Airflow keeps its tables: the address for sync and for async code."""

    url: str
    async_url: str


def start_metadata(state: Path, supervisor: Supervisor, *, sqlite: bool) -> Metadata:
    """A running, empty or kept database. PostgreSQL when its programs are installed.

    LocalExecutor on SQLite works and was tried, but its writers wait for each other; PostgreSQL is
    what deployments use.
    """
    programs = None if sqlite else postgres_programs()
    if programs is None:
        file = state / "airflow" / "airflow.db"
        return Metadata(f"sqlite:///{file}", f"sqlite+aiosqlite:///{file}")
    return _start_postgres(programs, state / "postgres", supervisor)


def postgres_programs() -> Path | None:
    """The folder of the newest installed `initdb`; Debian keeps them off PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda path: int(re.sub(r"\D", "", path.parts[-3])))
    on_path = shutil.which("initdb")
    if newest:
        return newest[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _start_postgres(programs: Path, data: Path, supervisor: Supervisor) -> Metadata:
    # No password: a metadata password is a secret to Airflow, which masks its text wherever it
    # stands, also inside XComs. The server listens on loopback only and lives as long as the lab.
    user, port = _unprivileged_user(), free_port()
    if not (data / "PG_VERSION").exists():
        _make_cluster(programs, data, supervisor, user)
    supervisor.start(
        "postgres",
        [programs / "postgres", "-D", data, *_server_settings(port)],
        {"LC_ALL": "C", "PATH": os.environ["PATH"]},
        user=user,
    )
    supervisor.wait_until("PostgreSQL", lambda: is_listening(port), seconds=30)
    where = f"postgres@127.0.0.1:{port}/postgres"
    return Metadata(f"postgresql+psycopg2://{where}", f"postgresql+asyncpg://{where}")


def _server_settings(port: int) -> list[str]:
    settings = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        # The lab's data may be lost with the machine; its tests should not wait for the disk.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _make_cluster(programs: Path, data: Path, supervisor: Supervisor, user: str | None) -> None:
    data.mkdir(parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(data, user)
    data.chmod(0o700)
    supervisor.run(
        "initdb",
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
        {"LC_ALL": "C", "PATH": os.environ["PATH"]},
        user=user,
    )


def _unprivileged_user() -> str | None:
    """Whom PostgreSQL runs as: it refuses root, so root hands it to `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
