"""DAGs are looked at before they run, and again when they or what they read have changed."""

from app.airflow.client import Airflow
from app.lineage.before.definition import DagDefinition
from app.lineage.before.problems import Ahead, look_ahead
from app.refresh import Limits, Mirror
from app.refresh.ahead import Lookout
from app.store.problems import read_problems
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.refresh.mirrors import mirror_of

SOURCE = """
from airflow.sdk import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
with DAG("etl"):
    make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
    use = KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('PULLED') }}"])
    make >> use
"""
WRONG, RIGHT = SOURCE.replace("PULLED", "mkae"), SOURCE.replace("PULLED", "make")
FAR = SOURCE.replace("'PULLED'", "'give', dag_id='far'")
TASKS = ("make", "use")


class Watch:
    """Looks, and remembers at what."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, definition: DagDefinition) -> Ahead:
        self.seen.append(definition.dag_id)
        return look_ahead(definition)


def watched(airflow: Airflow, store: Store, watch: Watch, most: int = 50) -> Mirror:
    return mirror_of(airflow, store, lookout=Lookout(watch), limits=Limits(looks_at_once=most))


def told(store: Store, status: str = "open") -> list[tuple[str, str, int | None]]:
    with store.reading() as session:
        found = read_problems(session, most=10, status=status)
    return [(one.run.run_id, one.problem.kind.value, one.version_number) for one in found]


def test_a_dag_that_never_ran_has_its_problems(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    server.add_dag("etl", WRONG, tasks=TASKS)
    watched(airflow, store, Watch()).refresh()
    assert told(store) == [("", "unknown_task", 1)]


def test_they_are_gone_when_the_newest_version_has_them_no_more(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    mirror = watched(airflow, store, Watch())
    server.add_dag("etl", WRONG, tasks=TASKS)
    mirror.refresh()
    server.add_dag("etl", RIGHT, tasks=TASKS)  # Deployed; nothing of it has run.
    server.tick(70)
    mirror.refresh()
    assert told(store) == []
    assert [kind for _, kind, _ in told(store, "gone")] == ["unknown_task"]


def test_a_dag_is_looked_at_once_until_it_changes(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    watch = Watch()
    mirror = watched(airflow, store, watch)
    server.add_dag("etl", WRONG, tasks=TASKS)
    server.add_dag("other", RIGHT, tasks=TASKS)
    for _ in range(3):
        mirror.refresh()
        server.tick(70)
    assert watch.seen == ["etl", "other"]


def test_a_dag_that_is_read_and_comes_later_is_a_change(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    watch = Watch()
    mirror = watched(airflow, store, watch)
    server.add_dag("etl", FAR, tasks=TASKS)
    server.add_dag("near", RIGHT, tasks=TASKS)
    mirror.refresh()
    assert told(store) == [("", "unknown_dag", 1)]
    server.add_dag("far", RIGHT, tasks=("give",))
    server.tick(70)
    mirror.refresh()
    assert told(store) == []
    assert watch.seen == ["etl", "near", "etl", "far"]


def test_a_new_process_looks_again_and_changes_nothing(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    server.add_dag("etl", WRONG, tasks=TASKS)
    watched(airflow, store, Watch()).refresh()
    before = told(store)
    watch = Watch()
    server.tick(70)
    watched(airflow, store, watch).refresh()
    assert watch.seen == ["etl"]
    assert told(store) == before


def test_many_dags_are_looked_at_over_several_passes(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    watch = Watch()
    mirror = watched(airflow, store, watch, most=2)
    for name in ("a", "b", "c"):
        server.add_dag(name, RIGHT, tasks=TASKS)
    mirror.refresh()
    assert watch.seen == ["a", "b"]
    server.tick(3)
    mirror.refresh()
    assert watch.seen == ["a", "b", "c"]


def test_a_version_without_its_tasks_is_not_judged(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    watch = Watch()
    server.add_dag("etl", WRONG, tasks=())
    watched(airflow, store, watch).refresh()
    assert watch.seen == []
    assert told(store) == []
