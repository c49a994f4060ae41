"""An older state in the last visit to a run costs nothing: it is refused, or visited again."""

import json

import pytest

from app.airflow.client import Airflow
from app.model.errors import OldAnswer
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import text
from tests.airflow.serving import Handler
from tests.refresh.mirrors import mirror_of, stored, truth


def test_a_cache_that_knows_a_run_before_its_end_is_refused_and_the_watermark_stays(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    run = server.add_run("etl", "r1", state="running")
    run.task("a", state="running").push("k", 1)
    mirror = mirror_of(airflow, store)
    mirror.refresh()
    before, index = server.now, json.dumps({"xcom_entries": [], "total_entries": 0}).encode()
    server.tick(3)
    run.task("a").state = "success"
    run.finishes()
    for _ in range(2):
        mirror.refresh()
        server.tick(3)
    server.tick(200)
    mirror.refresh()
    server.tick(3)

    def cached(handler: Handler) -> None:
        now, server.now = server.now, before
        handler.send(200, index)
        server.now = now

    server.fails("xcomEntries", cached)
    with pytest.raises(OldAnswer):
        mirror.refresh()
    mirror.refresh()
    assert stored(store, server) == truth(server)


def test_a_value_older_than_the_index_knows_is_read_again(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    run = server.add_run("etl", "r1", state="running")
    run.task("a", state="success").push("k", "first")
    older = server.answer("/api/v2/dags/etl/dagRuns/r1/taskInstances/a/xcomEntries/k", {}).body
    mirror = mirror_of(airflow, store)
    server.tick(3)
    run.task("a").push("k", "second")
    run.finishes()
    server.fails("xcomEntries/k", text(older), times=4)
    for seconds in (3, 3, 130, 3, 3):  # Without the last visits it would be sealed by now.
        mirror.refresh()
        server.tick(seconds)
    mirror.refresh()
    assert stored(store, server) == truth(server)
