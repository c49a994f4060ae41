"""DAGs, sources and tasks, each version once."""

from app.refresh import Mirror
from app.store.dags import known_versions
from app.store.pages.unclear_sources import read_unclear_sources
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import status
from tests.refresh.mirrors import facts


def test_a_runs_version_is_read_once(server: FakeAirflow, mirror: Mirror, store: Store) -> None:
    server.add_dag("etl", "v1", tasks=("a", "b"))
    server.add_run("etl", "r1", state="running")
    for _ in range(3):
        server.tick(3)
        mirror.refresh()
    now = facts(store)
    assert now.source == "v1"
    assert [(task.task_id, task.downstream) for task in now.tasks] == [
        ("a", {"b"}),
        ("b", frozenset()),
    ]
    assert len(server.asked("dagSources")) == 1


def test_an_old_version_has_its_source_and_borrows_no_wrong_tasks(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "v1", tasks=("a",))
    server.add_dag("etl", "v2", tasks=("a", "b"))
    server.add_run("etl", "r1", state="running", version=1)
    mirror.refresh()
    now = facts(store)
    assert now.source == "v1"
    assert now.version_number == 1
    assert len(now.tasks) == 2  # The nearest version's, since Airflow tells no older ones.


def test_tasks_read_while_a_new_version_arrives_are_not_taken(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "v1", tasks=("a",))
    server.add_run("etl", "r1", state="running")
    server.before("etl/tasks", lambda: server.add_dag("etl", "v2", tasks=("x", "y")))
    mirror.refresh()
    assert facts(store).tasks == ()


def test_a_dag_that_never_ran_is_known_with_its_tasks(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_run("etl", "r1")
    server.add_dag("idle", "source", tasks=("x",))
    mirror.refresh()
    assert facts(store).other_dags == {"idle": {"x"}}


def test_a_source_we_may_not_read_is_not_asked_for_again(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "v1", tasks=("a",))
    server.add_run("etl", "r1", state="running")
    server.fails("dagSources", status(403), times=10)
    assert mirror.refresh().troubles
    server.tick(3)
    mirror.refresh()
    assert facts(store).source is None
    assert len(server.asked("dagSources")) == 1


def test_the_dag_list_is_read_now_and_then(server: FakeAirflow, mirror: Mirror) -> None:
    server.add_run("etl", "r1")
    for _ in range(5):
        server.tick(3)
        mirror.refresh()
    assert len(server.asked(r"/dags\?")) == 1
    server.tick(60)
    mirror.refresh()
    assert len(server.asked(r"/dags\?")) == 2


def test_a_source_that_is_not_python_is_told_and_the_mirror_goes_on(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "dag: {yaml", tasks=("a",))
    server.add_run("etl", "r1").task("a").push("k", 1)
    mirror.refresh()
    with store.reading() as session:
        (unclear,) = read_unclear_sources(session)
    assert unclear.dag_id == "etl"
    assert unclear.problem.startswith("The DAG's source is not Python:")
    assert len(facts(store).xcoms) == 1


def test_a_source_that_may_not_be_read_is_told_for_as_long_as_it_is_the_newest(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "v1", tasks=("a",))
    server.add_run("etl", "r1")
    server.fails("dagSources", status(403), times=10)
    mirror.refresh()
    server.tick(300)
    mirror.refresh()
    with store.reading() as session:
        (unclear,) = read_unclear_sources(session)
    assert "does not let us read" in unclear.problem


def test_a_new_version_is_read_before_it_runs_and_once(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "v1", tasks=("a",))
    mirror.refresh()
    server.add_dag("etl", "v2", tasks=("a", "b"))
    for _ in range(3):
        server.tick(70)
        mirror.refresh()
    assert known(store) == {("etl", 1), ("etl", 2)}
    assert len(server.asked("dagSources")) == 2


def test_an_airflow_that_does_not_tell_new_versions_is_mirrored_all_the_same(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("etl", "v1", tasks=("a",))
    mirror.refresh()
    server.fails("dagVersions.*order_by=-id", status(403), times=10)
    server.add_dag("other", "v1", tasks=("a",))
    server.tick(70)
    assert mirror.refresh().troubles
    assert known(store) == {("etl", 1), ("other", 1)}


def known(store: Store) -> frozenset[tuple[str, int]]:
    with store.reading() as session:
        return known_versions(session, deployment_pk=1)
