"""Rendered fields that the list of task instances leaves out: when they are asked for."""

from typing import Any

import pytest

from app.airflow.client import Airflow
from app.refresh import Mirror
from app.store.session import Store
from tests.airflow.fake import FakeAirflow, OlderAirflow3
from tests.airflow.fake_runs import FakeInstance
from tests.airflow.faults import status
from tests.refresh.mirrors import facts

BATCH = "/taskInstances/list"
older = pytest.mark.parametrize("server", [OlderAirflow3], indirect=True)


def running(server: FakeAirflow, **more: Any) -> FakeInstance:
    run = server.add_run("etl", "r1", state="running")
    return run.task("load", state="running", start=server.now, **more)


def rendered(store: Store) -> list[object]:
    return [one.rendered for one in facts(store).tries]


def passes(mirror: Mirror, server: FakeAirflow, count: int = 3) -> None:
    for _ in range(count):
        server.tick(3)
        mirror.refresh()


@older
def test_they_are_asked_for_until_they_are_there(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    passes(mirror, server)
    assert len(server.asked(BATCH)) == 3
    load.rendered = {"arguments": ["first"]}
    passes(mirror, server)
    assert rendered(store) == [{"arguments": ["first"]}]
    assert len(server.asked(BATCH)) == 4


@older
def test_they_are_asked_for_once_more_when_the_try_ends(
    server: FakeAirflow, mirror: Mirror
) -> None:
    load = running(server, rendered={"arguments": ["first"]})
    passes(mirror, server)
    load.state = "success"
    load.run.finishes()
    passes(mirror, server)
    assert len(server.asked(BATCH)) == 2


@older
def test_a_task_without_templates_is_not_asked_about_for_ever(
    server: FakeAirflow, mirror: Mirror
) -> None:
    running(server)
    server.tick(600)
    passes(mirror, server)
    assert len(server.asked(BATCH)) == 1


@older
def test_what_has_not_begun_is_not_asked_about(server: FakeAirflow, mirror: Mirror) -> None:
    run = server.add_run("etl", "r1", state="running")
    run.task("load", state="queued", start=None)
    run.task("skip", state="skipped", try_number=0)
    passes(mirror, server)
    assert server.asked(BATCH) == []


@older
def test_fields_of_another_try_than_the_listed_are_not_its_own(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)

    def go_on() -> None:
        load.fails().retries().rendered = {"arguments": ["second"]}

    server.before(BATCH, go_on)
    passes(mirror, server, 1)
    assert rendered(store) == [None]


@older
def test_a_refused_request_costs_the_fields_alone(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    running(server, rendered={"arguments": ["first"]}).push("return_value", 1)
    server.fails(BATCH, status(403), times=9)
    passes(mirror, server)
    assert rendered(store) == [None]
    assert len(facts(store).xcoms) == 1


@older
def test_fields_that_did_not_come_are_asked_for_again(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server, rendered={"arguments": ["first"]})
    load.state = "success"
    load.run.finishes()
    server.fails(BATCH, status(500))
    passes(mirror, server)
    assert rendered(store) == [{"arguments": ["first"]}]
    assert len(server.asked(BATCH)) == 2


def test_an_airflow_that_lists_them_is_not_asked_again(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    running(server, rendered={"arguments": ["first"]})
    passes(mirror, server)
    assert rendered(store) == [{"arguments": ["first"]}]
    assert server.asked(BATCH) == []


@older
def test_what_it_costs_is_said(airflow: Airflow, server: FakeAirflow) -> None:
    assert "audit log" in " ".join(airflow.missing())
    server.version = "3.3.0"
    airflow.version()
    assert airflow.missing() == ()
