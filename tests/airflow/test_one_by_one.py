"""A user with rights on some DAGs only: what is refused for all at once is asked of each."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.airflow.client import Airflow
from app.model.errors import NotAllowed
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_v1 import FakeAirflow2

DAGS = ("a", "b", "c")


@pytest.fixture(params=[FakeAirflow, FakeAirflow2])
def server(request: pytest.FixtureRequest) -> Iterator[FakeAirflow]:
    with request.param() as server:
        server.refuses_all = True
        for place, dag_id in enumerate(DAGS):
            server.add_dag(dag_id, "source", tasks=("pod",))
            for number in range(3):
                at = server.now - timedelta(hours=3 * number + place)
                more = {"run_after": at, "end": at, "updated_at": at}
                run = server.add_run(dag_id, f"r{number}", **more)
                run.task("pod").push("key", number)
        yield server


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def airflow(server: FakeAirflow, clock: list[float]) -> Iterator[Airflow]:
    airflow = Airflow(server.url, clock=lambda: clock[0])
    airflow.version()
    yield airflow
    airflow.close()


def asked_for_all(server: FakeAirflow) -> int:
    return sum("dags/~/dagRuns?" in request for request in server.requests)


def past(airflow: Airflow, server: FakeAirflow, offset: int = 0) -> list[tuple[str, str]]:
    early = server.now - timedelta(days=10)
    found = airflow.past_runs(after=early, until=server.now, offset=offset)
    return [(run.dag_id, run.dag_run_id) for run in found]


def test_runs_of_the_past_come_newest_first_over_all_dags(
    airflow: Airflow, server: FakeAirflow
) -> None:
    server.page_limit = 2
    expected = [(dag_id, f"r{number}") for number in range(3) for dag_id in DAGS]
    assert past(airflow, server) == expected
    assert past(airflow, server, offset=4) == expected[4:]
    assert past(airflow, server, offset=9) == []


def test_all_at_once_is_tried_again_after_an_hour(
    airflow: Airflow, server: FakeAirflow, clock: list[float]
) -> None:
    for _ in range(3):
        airflow.open_runs()
    assert asked_for_all(server) == 1
    server.refuses_all = False
    clock[0] = 3601
    airflow.open_runs()
    airflow.open_runs()
    assert asked_for_all(server) == 3
    assert airflow.missing() == Airflow(server.url).missing()


def test_it_says_what_that_costs(airflow: Airflow) -> None:
    assert not any("all DAGs at once" in line for line in airflow.missing())
    airflow.open_runs()
    assert any("all DAGs at once" in line for line in airflow.missing())


def test_a_dag_that_is_forbidden_meanwhile_is_left_out(
    airflow: Airflow, server: FakeAirflow
) -> None:
    assert {dag_id for dag_id, _ in past(airflow, server)} == set(DAGS)
    server.forbidden.add("b")
    assert {dag_id for dag_id, _ in past(airflow, server)} == {"a", "c"}


def test_who_may_read_no_dag_is_refused(airflow: Airflow, server: FakeAirflow) -> None:
    server.dags.clear()
    with pytest.raises(NotAllowed):
        airflow.open_runs()
