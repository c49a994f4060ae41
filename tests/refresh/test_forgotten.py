"""What was pruned, or is too old to be kept, is not mirrored again, whatever Airflow lists."""

from datetime import timedelta

from app.airflow.client import Airflow
from app.model.retention import Retention
from app.refresh import Limits
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.refresh.mirrors import deployment, mirror_of
from tests.refresh.test_backfill import mirrored, past

DAYS = Limits(keep=Retention(days=3), prune_every=timedelta(0))


def values_read(server: FakeAirflow) -> int:
    return sum(count for path, count in server.counts().items() if "xcomEntries/" in path)


def test_back_filling_brings_in_nothing_that_would_be_deleted(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10, hours=24)
    mirror = mirror_of(airflow, store, limits=DAYS)
    for _ in range(4):
        mirror.refresh()
        server.tick(3)
    assert deployment(store).backfill_done
    assert mirrored(store, server) == ["r0", "r1", "r2"]
    assert values_read(server) == 3
    assert deployment(store).pruned_runs == 0


def test_a_run_that_was_pruned_is_not_mirrored_again(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10, hours=24)
    mirror_of(airflow, store, limits=Limits(backfill_at_once=4)).refresh()
    assert mirrored(store, server) == ["r0", "r1", "r2", "r3"]
    mirror = mirror_of(
        airflow, store, limits=Limits(keep=Retention(bytes=1), prune_every=timedelta(0))
    )
    for _ in range(6):
        server.tick(200)
        mirror.refresh()
    read = values_read(server)
    assert mirrored(store, server) == []
    assert deployment(store).backfill_done
    # A note that somebody writes to an old run is a change to Airflow, and none to us.
    server.runs["etl", "r5"].updated_at = server.now
    for _ in range(3):
        server.tick(3)
        mirror.refresh()
    assert mirrored(store, server) == []
    assert values_read(server) == read


def test_a_pruned_run_that_runs_again_is_news(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 10, hours=24)
    mirror = mirror_of(airflow, store, limits=DAYS)
    mirror.refresh()
    again = server.runs["etl", "r5"]
    again.state, again.end, again.updated_at = "running", None, server.now
    server.tick(3)
    mirror.refresh()
    assert "r5" in mirrored(store, server)
