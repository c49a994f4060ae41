"""Copies of a store that a poller writes meanwhile, and the mirror that goes on from one."""

import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.airflow.client import Airflow
from app.backup import back_up, put_back
from app.model.errors import StoreError, StoreLocked
from app.store.lock import polling_alone
from app.store.schema import SchemaState, migrate, schema_state
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.faults.child import polling
from tests.postgres import Postgres, find_programs
from tests.refresh.mirrors import mirror_of, stored, truth
from tests.store.fixture import copied
from tests.waiting import until


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with FakeAirflow() as airflow:
        yield airflow


def run(fake: FakeAirflow, name: str) -> None:
    with fake.changing():
        made = fake.add_run("etl", name)
        made.task("extract").push("return_value", {"key1": name, "rows": list(range(20))})


def runs(fake: FakeAirflow, count: int) -> None:
    for number in range(count):
        run(fake, f"r{number}")


def some_are_in(store: Store, fake: FakeAirflow) -> bool:
    with fake.changing():
        return any(stored(store, fake).values())


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def passes(fake: FakeAirflow, url: str) -> None:
    """The mirror into this store goes on for some passes."""
    store, airflow = Store(url), Airflow(fake.url)
    mirror = mirror_of(airflow, store)
    for _ in range(3):
        fake.tick(60)
        mirror.refresh()
    assert stored(store, fake) == truth(fake)
    airflow.close()
    store.close()


def test_a_copy_taken_while_a_poller_writes_goes_on_as_the_mirror(
    fake: FakeAirflow, migrated: Path, tmp_path: Path
) -> None:
    with copied(migrated, tmp_path) as store:
        url, copy = url_of(tmp_path / "store.sqlite"), tmp_path / "copy.sqlite"
        with polling(fake.url, url):
            writing = threading.Thread(target=runs, args=(fake, 60))
            writing.start()
            until(lambda: some_are_in(store, fake), what="nothing was mirrored")
            assert back_up(url, copy, force=False).startswith(f"{tmp_path / 'store.sqlite'} is in ")
            writing.join()
            run(fake, "after the copy")
    assert {path.name for path in tmp_path.iterdir()} >= {"copy.sqlite"}
    assert not list(tmp_path.glob("copy.sqlite?*"))
    back = tmp_path / "back.sqlite"
    put_back(url_of(back), copy, force=False)
    passes(fake, url_of(back))


def test_what_was_there_is_replaced_only_when_forced_and_is_the_copy_then(
    fake: FakeAirflow, migrated: Path, tmp_path: Path
) -> None:
    url, copy = url_of(tmp_path / "store.sqlite"), tmp_path / "copy.sqlite"
    with copied(migrated, tmp_path) as store:
        run(fake, "r1")
        passes(fake, url)
        back_up(url, copy, force=False)
        run(fake, "r2")
        passes(fake, url)
        with pytest.raises(StoreError, match=r"store\.sqlite is there already: --force"):
            put_back(url, copy, force=False)
        # A page that is open meanwhile reads on.
        with store.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM dag_run")) == 2
        put_back(url, copy, force=True)
        with store.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM dag_run")) == 1
        with pytest.raises(StoreError, match=r"copy\.sqlite is there already"):
            back_up(url, copy, force=False)
    passes(fake, url)


def test_a_copy_is_for_its_owners_eyes_only(migrated: Path, tmp_path: Path) -> None:
    back_up(url_of(migrated), tmp_path / "copy.sqlite", force=False)
    assert (tmp_path / "copy.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_copy_of_a_newer_xcomtrace_is_refused_and_nothing_changes(
    migrated: Path, tmp_path: Path
) -> None:
    copy, target = tmp_path / "copy.sqlite", tmp_path / "store.sqlite"
    back_up(url_of(migrated), copy, force=False)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of_next_year'")
        connection.commit()
    with pytest.raises(StoreError, match="of a newer xcomtrace"):
        put_back(url_of(target), copy, force=False)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == [copy.name]


def test_a_damaged_copy_is_refused(migrated: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    back_up(url_of(migrated), copy, force=False)
    whole = bytearray(copy.read_bytes())
    whole[4096:12288] = b"x" * 8192
    copy.write_bytes(whole)
    with pytest.raises(StoreError, match=r"damaged|malformed|not a database"):
        put_back(url_of(tmp_path / "store.sqlite"), copy, force=False)
    copy.write_text("no database")
    with pytest.raises(StoreError, match="is no copy of a SQLite database"):
        put_back(url_of(tmp_path / "store.sqlite"), copy, force=False)
    assert not (tmp_path / "store.sqlite").exists()


def test_a_database_of_others_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
    with pytest.raises(StoreError, match="none of xcomtrace"):
        put_back(url_of(tmp_path / "store.sqlite"), tmp_path / "other", force=False)


def test_nothing_is_put_back_under_a_pollers_feet(migrated: Path, tmp_path: Path) -> None:
    url, copy = url_of(tmp_path / "store.sqlite"), tmp_path / "copy.sqlite"
    back_up(url_of(migrated), copy, force=False)
    with polling_alone(url), pytest.raises(StoreLocked):
        put_back(url, copy, force=False)


def test_of_postgresql_it_says_which_command_does_it(tmp_path: Path) -> None:
    url = "postgresql://xcomtrace:hunter2@db/xcomtrace"
    commands = {back_up: "pg_dump --format=custom", put_back: "pg_restore --single-transaction"}
    for act, command in commands.items():
        with pytest.raises(StoreError, match=command) as caught:
            act(url, tmp_path / "copy", force=False)
        assert "hunter2" not in str(caught.value)


@pytest.mark.postgres
def test_postgresqls_own_tools_copy_a_store_that_goes_on_as_the_mirror(
    fake: FakeAirflow, postgres: Postgres, tmp_path: Path
) -> None:
    def tool(name: str, *arguments: str) -> None:
        subprocess.run([find_programs() / name, *arguments], check=True)  # noqa: S603 # PostgreSQL's own

    before, after, copy = postgres.empty_database(), postgres.empty_database(), tmp_path / "copy"
    migrate(before)
    runs(fake, 5)
    with polling(fake.url, before):
        store = Store(before)
        until(lambda: some_are_in(store, fake), what="nothing was mirrored")
        tool("pg_dump", "--format=custom", f"--file={copy}", before)
        run(fake, "after the copy")
        store.close()
    tool("pg_restore", "--single-transaction", f"--dbname={after}", str(copy))
    store = Store(after)
    assert schema_state(store) is SchemaState.CURRENT
    store.close()
    passes(fake, after)
