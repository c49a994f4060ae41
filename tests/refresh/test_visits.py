"""Tries, rendered fields and logs, as runs go on; and reads torn by what happens meanwhile."""

from datetime import timedelta

from app.airflow.client import Airflow
from app.model.facts import RunFacts, Try
from app.refresh import Limits, Mirror
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import FakeInstance
from tests.airflow.fake_v1 import FakeAirflow2
from tests.airflow.faults import status
from tests.airflow.fixture import both_versions, every_version
from tests.refresh.mirrors import facts, mirror_of, stored, truth

ERROR = {
    "event": "Task failed with exception",
    "level": "error",
    "logger": "task",
    "error_detail": [{"exc_type": "AirflowException", "exc_value": "Pod returned a failure."}],
}
TEMPLATE = {
    "event": "Exception rendering Jinja template for task 'load', field 'arguments'. Template: []",
    "level": "error",
    "logger": "airflow.sdk.definitions._internal.templater",
}


def the_try(of: RunFacts, number: int) -> Try:
    (found,) = (one for one in of.tries if one.key.try_number == number)
    return found


def running(server: FakeAirflow) -> FakeInstance:
    run = server.add_run("etl", "r1", state="running")
    return run.task("load", state="running", rendered={"arguments": ["first"]})


def void(_done: object) -> None:
    """A change's result, which nobody wants."""


def next_pass(mirror: Mirror, server: FakeAirflow) -> None:
    server.tick(3)
    mirror.refresh()


@every_version
def test_each_try_keeps_the_fields_seen_while_they_were_its_own(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    next_pass(mirror, server)
    load.fails(ERROR, state="up_for_retry").end = server.now
    next_pass(mirror, server)
    load.retries(state="queued")
    next_pass(mirror, server)
    assert the_try(facts(store), 2).rendered is None
    load.rendered = {"arguments": ["second"]}
    load.state = "success"
    load.run.finishes()
    next_pass(mirror, server)
    now = facts(store)
    assert the_try(now, 1).rendered == {"arguments": ["first"]}
    assert the_try(now, 2).rendered == {"arguments": ["second"]}
    assert the_try(now, 1).state == "failed"


@every_version
def test_a_second_try_that_fails_in_its_template_does_not_get_the_firsts_fields(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    next_pass(mirror, server)
    load.fails(ERROR).retries()
    load.fails(TEMPLATE, ERROR)
    load.run.finishes("failed")
    for _ in range(3):
        next_pass(mirror, server)
    now = facts(store)
    assert the_try(now, 2).rendered is None
    assert the_try(now, 1).rendered == {"arguments": ["first"]}
    assert len(now.logs) == 2


@every_version
def test_a_second_try_that_failed_after_rendering_the_same_keeps_its_fields(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    next_pass(mirror, server)
    load.fails(ERROR).retries()
    load.fails(ERROR)
    load.run.finishes("failed")
    next_pass(mirror, server)
    assert the_try(facts(store), 2).rendered == {"arguments": ["first"]}


def test_a_retry_is_known_where_earlier_tries_are_not_told(store: Store) -> None:
    with FakeAirflow2() as server:
        server.version = "2.9.3"
        airflow = Airflow(server.url)
        mirror = mirror_of(airflow, store)
        load = running(server)
        next_pass(mirror, server)
        load.fails(ERROR, state="up_for_retry")
        next_pass(mirror, server)
        load.retries(state="queued")
        next_pass(mirror, server)
        airflow.close()
    tries = facts(store).tries
    assert [(one.key.try_number, one.state, one.rendered) for one in tries] == [
        (1, "failed", {"arguments": ["first"]}),
        (2, "queued", None),
    ]


@both_versions
def test_tries_that_passed_before_we_looked_are_asked_for_once(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    running(server).fails(ERROR).retries().fails(ERROR).retries()
    for _ in range(3):
        next_pass(mirror, server)
    assert [(one.key.try_number, one.state) for one in facts(store).tries] == [
        (1, "failed"),
        (2, "failed"),
        (3, "running"),
    ]
    assert len(server.asked("/tries")) == 1


@both_versions
def test_the_log_of_a_failed_try_is_read_once(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    load.fails(ERROR, state="up_for_retry")
    for _ in range(3):
        next_pass(mirror, server)
    load.retries()
    load.fails(ERROR)
    load.run.finishes("failed")
    for _ in range(3):
        next_pass(mirror, server)
    assert len(server.asked("/logs/1")) == len(server.asked("/logs/2")) == 1
    assert [log.key.try_number for log in facts(store).logs] == [1, 2]
    assert facts(store).logs[0].events[0].error_type == "AirflowException"


@both_versions
def test_a_log_that_may_be_half_written_is_read_again(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    load.fails({"event": "started", "level": "info"})
    load.end = server.now
    load.run.finishes("failed")
    next_pass(mirror, server)
    assert facts(store).logs == ()
    load.logs[1].append(ERROR)
    next_pass(mirror, server)
    assert len(facts(store).logs[0].events) == 2


@both_versions
def test_a_log_without_an_error_is_taken_as_it_is_after_a_while(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    load.fails({"event": "killed from outside", "level": "info"})
    load.end = server.now - timedelta(minutes=3)
    next_pass(mirror, server)
    assert len(facts(store).logs) == 1


@both_versions
def test_a_log_that_is_not_there_is_not_asked_for_again(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    load.fails()
    load.logs.clear()
    load.end = server.now - timedelta(minutes=3)
    for _ in range(3):
        next_pass(mirror, server)
    assert len(server.asked("/logs/")) == 1
    assert facts(store).logs == ()


@both_versions
def test_a_log_that_failed_to_come_is_asked_for_again(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    running(server).fails(ERROR)
    server.fails("/logs/", status(500))
    next_pass(mirror, server)
    assert facts(store).logs == ()
    next_pass(mirror, server)
    assert len(facts(store).logs) == 1


@both_versions
def test_more_logs_than_one_pass_reads_are_left_to_the_next(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    mirror._limits = Limits(logs_at_once=3)
    run = server.add_run("etl", "r1", state="running")
    for number in range(5):
        run.task(f"t{number}").fails(ERROR)
    next_pass(mirror, server)
    assert len(facts(store).logs) == 3
    next_pass(mirror, server)
    assert len(facts(store).logs) == 5


@both_versions
def test_a_task_that_never_ran_has_try_0_and_no_log(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = server.add_run("etl", "r1", state="running")
    run.task("load", state="upstream_failed", try_number=0)
    next_pass(mirror, server)
    assert stored(store, server) == truth(server)
    assert server.asked("/logs/") == []


@both_versions
def test_an_xcom_pushed_again_between_index_and_value_is_kept_as_the_newer_one(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server).push("k", "old")
    server.before("xcomEntries/k", lambda: void(load.push("k", "new")))
    next_pass(mirror, server)
    assert stored(store, server) == truth(server)
    assert [xcom.value for xcom in facts(store).xcoms] == ["new"]


@both_versions
def test_an_xcom_deleted_between_index_and_value_is_left_out(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server).push("k", "old").push("other", 1)
    server.before("xcomEntries/k", lambda: void(load.retries()))
    server.tick(3)
    assert mirror.refresh().troubles == ()
    next_pass(mirror, server)
    assert stored(store, server) == truth(server)


@both_versions
def test_the_placeholder_of_a_mapped_task_goes_when_it_is_expanded(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = server.add_run("etl", "r1", state="running")
    run.task("load", state=None, try_number=0, start=None, end=None)
    next_pass(mirror, server)
    del run.instances["load", -1]
    for index in range(3):
        run.task("load", index)
    next_pass(mirror, server)
    assert stored(store, server) == truth(server)


@both_versions
def test_an_instance_that_ran_and_is_listed_no_more_is_kept(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    next_pass(mirror, server)
    del load.run.instances["load", -1]
    next_pass(mirror, server)
    assert len(facts(store).tries) == 1


@both_versions
def test_every_version_of_an_xcom_is_kept(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)
    for value in ("a", "b", "c"):
        load.push("k", value)
        next_pass(mirror, server)
    versions = facts(store).xcoms
    assert [(xcom.value, xcom.is_gone) for xcom in versions] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]


@both_versions
def test_a_push_between_the_task_instances_and_the_index_is_not_lost(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    load = running(server)

    def ends() -> None:
        load.push("k", 1).state = "success"
        load.run.finishes()

    server.before("~/xcomEntries", ends)
    next_pass(mirror, server)
    next_pass(mirror, server)
    assert stored(store, server) == truth(server)
