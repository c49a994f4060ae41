"""Runs of the past: newest first, within bounds, some in each pass."""

from datetime import timedelta

from app.airflow.client import Airflow
from app.refresh import Limits
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fixture import both_versions
from tests.refresh.mirrors import deployment, mirror_of, stored, truth


def past(server: FakeAirflow, count: int, *, hours: float = 1.0) -> None:
    """Runs that ended long ago, the first one newest."""
    for number in range(count):
        at = server.now - timedelta(hours=hours * number + 1)
        run = server.add_run("etl", f"r{number}", run_after=at, end=at, updated_at=at)
        run.task("a").push("return_value", number)


def mirrored(store: Store, server: FakeAirflow) -> list[str]:
    return [run_id for (_, run_id), found in stored(store, server).items() if found is not None]


@both_versions
def test_the_newest_come_first_and_some_in_each_pass(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10)
    mirror = mirror_of(airflow, store, limits=Limits(backfill_at_once=4))
    mirror.refresh()
    assert mirrored(store, server) == ["r0", "r1", "r2", "r3"]
    mirror.refresh()
    assert len(mirrored(store, server)) == 8
    assert not mirror.refresh().backfill_done or len(mirrored(store, server)) == 10
    assert mirror.refresh().backfill_done
    assert stored(store, server) == truth(server)


def test_each_run_of_the_past_is_visited_once(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10)
    mirror = mirror_of(airflow, store, limits=Limits(backfill_at_once=4))
    for _ in range(6):
        server.tick(3)
        mirror.refresh()
    assert max(server.counts()[path] for path in server.counts() if "xcomEntries" in path) == 1


def test_runs_older_than_the_bound_are_left_alone(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10, hours=24)
    mirror = mirror_of(airflow, store, limits=Limits(backfill_days=3))
    mirror.refresh()
    assert mirror.refresh().backfill_done
    assert mirrored(store, server) == ["r0", "r1", "r2"]


def test_no_days_mean_no_back_filling(server: FakeAirflow, airflow: Airflow, store: Store) -> None:
    past(server, 3)
    mirror = mirror_of(airflow, store, limits=Limits(backfill_days=0))
    assert mirror.refresh().backfill_done
    assert mirrored(store, server) == []


def test_no_more_runs_than_the_bound_are_brought_in(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10)
    mirror = mirror_of(airflow, store, limits=Limits(backfill_runs=5, backfill_at_once=3))
    for _ in range(4):
        report = mirror.refresh()
    assert report.backfill_done
    assert mirrored(store, server) == ["r0", "r1", "r2", "r3", "r4"]


@both_versions
def test_hundreds_of_runs_due_at_the_same_moment_are_all_brought_in(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 130, hours=0)
    mirror = mirror_of(airflow, store, limits=Limits(backfill_at_once=30))
    for _ in range(6):
        report = mirror.refresh()
    assert report.backfill_done
    assert stored(store, server) == truth(server)


def test_a_restart_goes_on_where_the_last_pass_ended(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10)
    limits = Limits(backfill_at_once=4)
    mirror_of(airflow, store, limits=limits).refresh()
    reached = deployment(store).backfilled_to
    assert reached == server.runs["etl", "r3"].run_after
    mirror_of(airflow, store, limits=limits).refresh()
    assert len(mirrored(store, server)) == 8


def test_runs_that_changed_are_mirrored_before_the_past(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 3)
    server.add_run("etl", "now", state="running").task("a").push("k", 1)
    mirror = mirror_of(airflow, store, limits=Limits(backfill_at_once=1))
    mirror.refresh()
    paths = [path.split("/")[6] for path in server.asked("~/xcomEntries")]
    assert paths == ["now", "r0"]
