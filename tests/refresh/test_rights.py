"""Users with rights on some DAGs only: what they may read is mirrored whole."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.airflow.client import Airflow
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_v1 import FakeAirflow2
from tests.refresh.mirrors import mirror_of, stored, truth


@pytest.fixture(params=[FakeAirflow, FakeAirflow2])
def server(request: pytest.FixtureRequest) -> Iterator[FakeAirflow]:
    with request.param() as server:
        server.refuses_all = True
        for place, dag_id in enumerate(("a", "b")):
            server.add_dag(dag_id, "source", tasks=("pod",))
            for number in range(3):
                at = server.now - timedelta(hours=3 * number + place)
                run = server.add_run(dag_id, f"r{number}", run_after=at, end=at, updated_at=at)
                run.task("pod").push("key", number)
        yield server


def test_an_airflow_that_refuses_all_dags_at_once_is_mirrored_whole(
    server: FakeAirflow, store: Store
) -> None:
    airflow = Airflow(server.url)
    mirror = mirror_of(airflow, store)
    while not mirror.refresh().backfill_done:
        pass
    running = server.add_run("b", "r9", state="running")
    running.task("pod").push("key", "new")
    server.tick(1)
    mirror.refresh()
    assert stored(store, server) == truth(server)
    airflow.close()
