"""An Airflow that keeps no versions of its DAGs: they are numbered as they are seen."""

from collections.abc import Iterator

import pytest

from app.airflow.client import Airflow
from app.refresh import Mirror
from app.store.dags import known_versions
from app.store.session import Store
from tests.airflow.fake_v1 import FakeAirflow2
from tests.airflow.faults import status, text
from tests.refresh.mirrors import deployment, facts, mirror_of


@pytest.fixture
def server() -> Iterator[FakeAirflow2]:
    with FakeAirflow2() as server:
        yield server


def versions(store: Store) -> set[tuple[str, int]]:
    with store.reading() as session:
        return set(known_versions(session, deployment_pk=1))


def numbers(store: Store, run_id: str) -> tuple[int | None, list[int | None]]:
    """The version of the run, and those of its tries."""
    known = facts(store, run_id=run_id)
    return known.run.version_number, [one.version_number for one in known.tries]


def test_the_first_look_is_version_1(server: FakeAirflow2, mirror: Mirror, store: Store) -> None:
    server.add_dag("etl", "PATH = 1", tasks=("a", "b"))
    server.add_run("etl", "r1").task("a")
    mirror.refresh()
    assert numbers(store, "r1") == (1, [1])
    now = facts(store)
    assert now.source == "PATH = 1"
    assert [task.task_id for task in now.tasks] == ["a", "b"]


def test_an_unchanged_dag_stays_the_version_it_is_after_a_restart_too(
    server: FakeAirflow2, airflow: Airflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", 'password = "hunter2"', tasks=("a",))
    server.add_run("etl", "r1").task("a")
    mirror.refresh()
    server.add_run("etl", "r2", updated_at=server.now).task("a")
    mirror_of(airflow, store).refresh()
    assert versions(store) == {("etl", 1)}
    assert numbers(store, "r2") == (1, [1])


@pytest.mark.parametrize(
    ("source", "tasks"), [("PATH = 2", ("a",)), ("PATH = 1", ("a", "b"))], ids=["source", "tasks"]
)
def test_a_changed_dag_is_the_next_version_for_what_begins_after_it(
    server: FakeAirflow2, mirror: Mirror, store: Store, source: str, tasks: tuple[str, ...]
) -> None:
    server.add_dag("etl", "PATH = 1", tasks=("a",))
    server.add_run("etl", "r1").task("a")
    mirror.refresh()
    server.tick(3)
    server.add_dag("etl", source, tasks=tasks)
    server.add_run("etl", "r2", updated_at=server.now).task("a")
    mirror.refresh()
    assert numbers(store, "r1") == (1, [1])
    assert numbers(store, "r2") == (2, [2])
    assert facts(store, run_id="r1").source == "PATH = 1"
    assert facts(store, run_id="r2").source == source


def test_a_cleared_task_runs_in_the_new_version_and_so_does_its_run(
    server: FakeAirflow2, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "PATH = 1", tasks=("a",))
    run = server.add_run("etl", "r1")
    run.task("a").fails({"event": "no", "level": "error"})
    mirror.refresh()
    server.tick(60)
    server.add_dag("etl", "PATH = 2", tasks=("a",))
    run.instances["a", -1].retries(state="success")
    mirror.refresh()
    assert numbers(store, "r1") == (2, [1, 2])


def test_a_running_dag_is_looked_at_now_and_then_only(server: FakeAirflow2, mirror: Mirror) -> None:
    run = server.add_run("etl", "r1", state="running")
    for number in range(5):
        run.task(f"t{number}")
        run.touch()
        mirror.refresh()
        server.tick(3)
    # The first look is two readings, so that nothing changed in between.
    assert len(server.asked("dagSources")) == 2


def test_a_dag_that_changes_without_a_run_is_noticed(
    server: FakeAirflow2, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "PATH = 1", tasks=("a",))
    mirror.refresh()
    server.add_dag("etl", "PATH = 2", tasks=("a",))
    server.tick(61)
    mirror.refresh()
    assert versions(store) == {("etl", 1), ("etl", 2)}


def test_a_version_that_could_not_be_read_at_first_is_that_of_the_run_all_the_same(
    server: FakeAirflow2, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "PATH = 1", tasks=("a",))
    server.add_run("etl", "r1").task("a")
    mirror.refresh()
    server.tick(3)
    server.add_dag("etl", "PATH = 2", tasks=("a",))
    server.add_run("etl", "r2", updated_at=server.now).task("a")
    server.fails("dagSources", text(b'{"conte'))
    mirror.refresh()
    assert numbers(store, "r2") == (None, [None])
    server.tick(3)
    mirror.refresh()
    assert numbers(store, "r2") == (2, [2])


def test_a_source_that_we_may_not_read_makes_no_new_version(
    server: FakeAirflow2, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "PATH = 1", tasks=("a",))
    server.add_run("etl", "r1").task("a")
    mirror.refresh()
    server.tick(61)
    server.fails("dagSources", status(403), times=4)
    server.add_run("etl", "r2", updated_at=server.now).task("a")
    mirror.refresh()
    assert versions(store) == {("etl", 1)}


def test_an_upgrade_to_airflow_3_deletes_nothing(
    server: FakeAirflow2, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "PATH = 1", tasks=("a",))
    server.add_run("etl", "r1", state="running").task("a", state="running")
    mirror.refresh()
    server.become_airflow_3()
    server.tick(3)
    mirror.refresh()
    assert deployment(store).airflow_version == "3.3.2"
    assert facts(store).run.state == "running"
    assert deployment(store).open_runs == 1
