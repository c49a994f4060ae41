"""Mirrors of one Airflow in several processes keep within one budget, as they take turns."""

from datetime import timedelta

from app.airflow.client import Airflow
from app.airflow.connection import Way
from app.refresh import Mirror
from app.store.load import noted_requests
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.refresh.mirrors import mirror_of

ALLOWED = 200


def mirror_of_process(server: FakeAirflow, store: Store) -> Mirror:
    return mirror_of(Airflow(server.url, way=Way(a_minute=ALLOWED)), store)


def past(server: FakeAirflow, count: int) -> None:
    for number in range(count):
        at = server.now - timedelta(hours=number + 1)
        run = server.add_run("etl", f"r{number}", run_after=at, end=at, updated_at=at)
        run.task("a").push("return_value", number)


def at_once(mirror: Mirror) -> int:
    """How many more requests it may make without waiting."""
    made = 0
    while mirror.airflow.budget.spend(lambda _: True):
        made += 1
    return made


def test_what_one_process_asked_is_not_asked_again_at_once_by_the_next(
    server: FakeAirflow, store: Store
) -> None:
    past(server, 12)
    first, second = mirror_of_process(server, store), mirror_of_process(server, store)
    first.refresh(fills_back=False)
    while first.fill_back():
        pass
    made = len(server.requests)
    assert made > 36
    second.refresh(fills_back=False)
    assert at_once(second) <= ALLOWED / 2 - len(server.requests) + 5  # It gained some meanwhile.


def test_requests_for_the_past_are_noted_with_it(server: FakeAirflow, store: Store) -> None:
    past(server, 5)
    mirror = mirror_of_process(server, store)
    mirror.refresh(fills_back=False)
    while mirror.fill_back():
        pass
    with store.reading() as session:
        noted = noted_requests(session, deployment_pk=mirror.deployment_pk)
    assert sum(noted.values()) == len(server.requests)
