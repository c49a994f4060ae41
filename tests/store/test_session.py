import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from app.model.errors import StoreError, StoreFull
from app.store.changes import latest_change
from app.store.dags import write_dags
from app.store.deployments import ensure_deployment, read_deployments
from app.store.facts import read_run_facts
from app.store.runs import write_runs
from app.store.session import Store, WriteSession
from app.store.xcoms import write_xcoms
from tests.build import RUN, make_dag, make_run, make_xcom
from tests.store.conftest import BOTH


def test_a_block_that_raises_leaves_nothing_behind(store: Store, deployment_pk: int) -> None:
    def write_and_fail() -> None:
        with store.writing() as session:
            write_dags(session, deployment_pk=deployment_pk, dags=[make_dag()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with store.writing() as session:
        assert write_dags(session, deployment_pk=deployment_pk, dags=[make_dag("other")])
    with store.reading() as reader:
        assert [state.dags for state in read_deployments(reader)] == [1]
        assert latest_change(reader) == 1


def test_a_reading_session_sees_one_state_while_others_write(
    store: Store, deployment_pk: int
) -> None:
    with store.reading() as reader:
        before = read_deployments(reader)
        with store.writing() as session:
            write_dags(session, deployment_pk=deployment_pk, dags=[make_dag()])
        assert read_deployments(reader) == before
    with store.reading() as later:
        assert read_deployments(later) != before


def test_two_writers_wait_for_each_other(store: Store, deployment_pk: int) -> None:
    failures: list[Exception] = []

    def write_some(name: str) -> None:
        try:
            for number in range(20):
                with store.writing() as session:
                    dag = make_dag(f"{name}{number}")
                    write_dags(session, deployment_pk=deployment_pk, dags=[dag])
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=write_some, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert not failures
        assert [state.dags for state in read_deployments(session)] == [40]
        assert latest_change(session) >= 40


def test_a_full_disk_is_named_and_takes_nothing_away(tmp_path: Path, migrated: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.write_bytes(migrated.read_bytes())
    store = Store(f"sqlite:///{file}")
    small, huge = make_xcom("extract", "small"), make_xcom("load", "x" * 5_000_000)
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
        write_runs(session, deployment_pk=pk, runs=[make_run()])
        write_xcoms(session, deployment_pk=pk, xcoms=[small])

    with store.writing() as session:
        _leave_room_for(session, pages=100)
    with pytest.raises(StoreFull, match="disk is full"), store.writing() as session:
        write_xcoms(session, deployment_pk=pk, xcoms=[huge])

    with store.reading() as session:
        assert read_run_facts(session, deployment_pk=pk, run=RUN).xcoms == (small,)
    with store.writing() as session:
        _leave_room_for(session, pages=1_000_000)
        write_xcoms(session, deployment_pk=pk, xcoms=[huge])
    store.close()


def test_a_folder_that_is_not_there_is_named_by_the_database(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'nowhere' / 'store.sqlite'}")
    with pytest.raises(StoreError, match="unable to open database file"), store.reading():
        pass
    store.close()


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    store = Store(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(StoreError) as raised, store.reading():
        pass
    assert "\n" not in str(raised.value)
    store.close()


@pytest.mark.parametrize("url", ["mysql://host/db", "not a url", ""])
def test_only_sqlite_and_postgresql_are_taken(url: str) -> None:
    with pytest.raises(StoreError, match="the database URL"):
        Store(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_both_ways_to_write_a_postgresql_url_are_taken(scheme: str) -> None:
    store = Store(f"{scheme}://user@127.0.0.1/name")
    assert store.engine.dialect.driver == "psycopg"
    store.close()


def test_values_never_stand_in_an_error_of_the_database(store: Store) -> None:
    with pytest.raises(StoreError) as raised, store.reading() as session:
        session.execute(text("SELECT 1 FROM missing WHERE x = :value"), {"value": "s3cret"})
    assert "s3cret" not in f"{raised.value} {raised.value.__cause__}"


def _leave_room_for(session: WriteSession, *, pages: int) -> None:
    session.exec_driver_sql(f"PRAGMA max_page_count={pages}")


@pytest.mark.parametrize("store_url", BOTH[1:], indirect=True)
def test_postgresql_compiles_no_statements(store: Store) -> None:
    """Not after something was rolled back either: a search over many weeks took longer by that."""
    with pytest.raises(StoreError), store.writing() as session:
        session.execute(text("SELECT 1 / 0"))
    with store.reading() as session:
        assert session.scalar(text("SHOW jit")) == "off"
