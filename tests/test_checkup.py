from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.airflow.client import Airflow
from app.checkup import Step, check_airflow, check_database
from app.refresh import ChosenDags
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_v1 import FakeAirflow2
from tests.airflow.faults import status

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with FakeAirflow() as airflow:
        airflow.add_dag("etl", "", ("extract",))
        yield airflow


def steps(fake: FakeAirflow, store: Store, chosen: ChosenDags | None = None) -> list[Step]:
    airflow = Airflow(fake.url)
    try:
        told = check_airflow(airflow, chosen or ChosenDags())
        return [*check_database(store), *told]
    finally:
        airflow.close()


def failed(fake: FakeAirflow, store: Store) -> list[str]:
    return [step.line for step in steps(fake, store) if not step.ok]


def test_what_works_is_told_step_by_step(fake: FakeAirflow, store: Store) -> None:
    fake.add_run("etl", "r1")
    assert [step.line for step in steps(fake, store)] == [
        "the database answers, its schema is current",
        f"Airflow 3.3.2 answers at {fake.url}",
        "signed in, 1 DAGs may be read",
        "DAG sources may be read",
        "task instances may be read",
        "XComs may be read",
    ]


def test_an_empty_database_is_no_failure(fake: FakeAirflow, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new.sqlite'}")
    first = steps(fake, store)[0]
    store.close()
    assert first.ok
    assert first.line.endswith("its schema is empty: the next start brings it up to date")


def test_a_database_that_refuses_does_not_hide_how_airflow_does(
    fake: FakeAirflow, tmp_path: Path
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}")
    found = steps(fake, store)
    store.close()
    assert [step.ok for step in found[:3]] == [False, True, True]


def test_of_an_airflow_2_what_it_does_not_tell_is_said_and_nothing_is_wrong(store: Store) -> None:
    with FakeAirflow2() as fake:
        fake.version = "2.8.4"
        fake.add_run("etl", "r1")
        found = steps(fake, store)
    assert all(step.ok for step in found)
    lines = "\n".join(step.line for step in found)
    assert "Airflow 2.8.4 answers" in lines
    assert "keeps no versions of DAGs" in lines
    assert "does not tell earlier tries" in lines
    assert "42 cannot be told from its text" in lines
    assert "XComs may be read" in lines


def test_an_airflow_that_is_too_old_is_named(store: Store) -> None:
    with FakeAirflow2() as fake:
        fake.version = "2.2.5"
        assert failed(fake, store) == [
            "this is Airflow 2.2.5: xcomtrace reads Airflow 2.4 and newer"
        ]


def test_without_a_dag_the_user_lacks_a_role(fake: FakeAirflow, store: Store) -> None:
    fake.dags.clear()
    assert failed(fake, store) == ["signed in, but no DAG may be read: give the user a viewer role"]


def test_without_a_run_xcoms_are_not_tried(fake: FakeAirflow, store: Store) -> None:
    assert steps(fake, store)[-1] == Step(
        ok=True, line="no DAG has run yet: XComs could not be tried"
    )


@pytest.mark.parametrize("path", ["dagSources", r"taskInstances\?", "xcomEntries"])
def test_what_may_not_be_read_is_named(fake: FakeAirflow, store: Store, path: str) -> None:
    fake.add_run("etl", "r1")
    fake.fails(path, status(403))
    lines = failed(fake, store)
    assert len(lines) == 1
    assert "does not let us read" in lines[0]


def test_dags_that_are_not_chosen_are_not_tried(fake: FakeAirflow, store: Store) -> None:
    fake.add_dag("private", "", ("x",))
    lines = [step.line for step in steps(fake, store, ChosenDags(("etl",)))]
    assert "signed in, 2 DAGs may be read, 1 of them are mirrored" in lines
    assert not fake.asked("dagSources/private")


def test_patterns_that_choose_nothing_are_a_failure(fake: FakeAirflow, store: Store) -> None:
    assert [one.line for one in steps(fake, store, ChosenDags(("elt_*",))) if not one.ok] == [
        "signed in, but of 1 DAGs none is chosen: look at `dags` and `without_dags`"
    ]
