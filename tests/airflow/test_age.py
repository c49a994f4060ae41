"""What a cache in between remembers is told from what Airflow says now."""

from datetime import timedelta

import pytest

from app.airflow.client import Airflow
from app.airflow.connection import OLDEST
from app.model.errors import OldAnswer
from tests.airflow.fake import FakeAirflow
from tests.airflow.serving import Handler


def test_every_request_asks_caches_to_stand_aside(server: FakeAirflow, airflow: Airflow) -> None:
    asked: list[str] = []

    def listens(handler: Handler) -> None:
        asked.append(handler.headers["Cache-Control"])
        handler.answer()

    server.fails("", listens, times=2)
    airflow.version()
    airflow.open_runs()
    assert asked == ["no-cache", "no-cache"]


def test_an_answer_that_is_much_older_than_another_is_refused_in_plain_words(
    server: FakeAirflow, airflow: Airflow
) -> None:
    airflow.version()
    server.now -= OLDEST + timedelta(seconds=1)
    with pytest.raises(OldAnswer) as caught:
        airflow.open_runs()
    assert str(caught.value) == (
        f"{server.url} answers /api/v2/dags/~/dagRuns with what was so 121 seconds ago:"
        " the proxy in between must not cache, and Airflow's clocks must agree"
    )
    server.tick(121)
    assert airflow.open_runs() == ()


def test_servers_of_one_airflow_may_differ_by_a_little(
    server: FakeAirflow, airflow: Airflow
) -> None:
    airflow.version()
    server.now -= OLDEST
    assert airflow.open_runs() == ()


def test_a_clock_that_was_put_back_is_believed_the_second_time(
    server: FakeAirflow, airflow: Airflow
) -> None:
    airflow.version()
    server.now -= timedelta(hours=1)
    with pytest.raises(OldAnswer):
        airflow.version()
    assert airflow.version().version == server.version
    assert airflow.open_runs() == ()
