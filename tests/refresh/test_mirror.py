"""Whole passes between a fake Airflow (over real HTTP) and a real store."""

import json
import re
import threading
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from app.airflow.client import Airflow
from app.model.errors import AirflowError, Busy, Unreachable
from app.model.ids import RunKey
from app.refresh import Limits, Mirror
from app.store.runs import open_runs, unsealed_runs
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import START, FakeRun
from tests.airflow.faults import half, hang_up, page, status, text, with_others
from tests.airflow.fixture import both_versions, every_version
from tests.airflow.serving import Fault
from tests.refresh.mirrors import deployment, facts, mirror_of, stored, truth

VALUES = r"xcomEntries/[^?]|/wait"


def passes(mirror: Mirror, server: FakeAirflow, count: int) -> None:
    for _ in range(count):
        server.tick(3)
        mirror.refresh()


def full_run(server: FakeAirflow, run_id: str = "r1", **more: object) -> FakeRun:
    """A run with two pods, one of them mapped."""
    run = server.add_run("etl", run_id, **more)
    extract = run.task("extract", rendered={"arguments": ["--day", run_id]})
    extract.push("return_value", {"key1": run_id, "rows": [1, 2]}).push("pod_name", "extract-1")
    for index in range(3):
        run.task("load", index, rendered={"arguments": [str(index)]}).push("return_value", index)
    return run


def is_sealed(store: Store, run_id: str = "r1") -> bool:
    with store.reading() as session:
        return RunKey("etl", run_id) not in unsealed_runs(session, deployment_pk=1)


@both_versions
def test_after_a_pass_the_store_equals_airflow(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server)
    full_run(server, "r2", state="running").task("wait", state=None, try_number=0)
    server.add_run("other", "r1", state="queued")
    mirror.refresh()
    assert stored(store, server) == truth(server)


@pytest.mark.postgres
def test_passes_over_a_changing_airflow_are_mirrored_in_postgresql_too(
    server: FakeAirflow, airflow: Airflow, postgres_store: Store
) -> None:
    mirror = mirror_of(airflow, postgres_store)
    for number in range(5):
        full_run(server, f"past{number}", updated_at=START)
    run = full_run(server, state="running")
    mirror.refresh()
    load = run.task("load", 0).fails({"event": "bad\x00\ud800", "level": "error"}).retries()
    load.push("odd", "a\x00b\ud800").push("huge", 10**40)
    passes(mirror, server, 2)
    load.state = "success"
    run.finishes()
    passes(mirror, server, 2)
    server.tick(130)
    passes(mirror, server, 2)
    assert stored(postgres_store, server) == truth(server)
    assert is_sealed(postgres_store)


@both_versions
def test_a_pass_over_an_unchanged_airflow_fetches_no_value_twice(
    server: FakeAirflow, mirror: Mirror
) -> None:
    full_run(server)
    full_run(server, "r2", state="running")
    mirror.refresh()
    fetched = server.asked(VALUES)
    passes(mirror, server, 4)
    assert server.asked(VALUES) == fetched
    assert len(set(fetched)) == len(fetched)


@both_versions
def test_an_idle_pass_makes_two_requests(server: FakeAirflow, mirror: Mirror) -> None:
    full_run(server)
    passes(mirror, server, 5)
    server.tick(200)
    passes(mirror, server, 2)
    before = len(server.requests)
    report = mirror.refresh()
    assert report.done.requests == len(server.requests) - before == 2


def test_return_values_of_a_finished_run_cost_one_request(
    server: FakeAirflow, mirror: Mirror
) -> None:
    full_run(server)
    mirror.refresh()
    assert len(server.asked("/wait")) == 1
    assert len(server.asked(r"xcomEntries/[^?]")) == 1  # pod_name


def test_what_a_copy_that_is_behind_told_last_is_put_right_when_lists_overlap_no_more(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    task = full_run(server).instances["load", 0]
    passes(mirror, server, 2)
    task.state = "running"
    passes(mirror, server, 1)
    task.state = "success"
    passes(mirror, server, 3)
    assert stored(store, server) != truth(server)
    server.tick(130)
    passes(mirror, server, 2)
    assert stored(store, server) == truth(server)


def test_return_values_of_several_runs_are_asked_for_at_once(
    server: FakeAirflow, mirror: Mirror
) -> None:
    for number in range(4):
        full_run(server, f"r{number}")
    server.fails("/wait", with_others(together := threading.Barrier(4)), times=4)
    mirror.refresh()
    assert not together.broken


def test_an_airflow_without_wait_is_mirrored_just_as_well(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.serves_wait = False
    full_run(server)
    mirror.refresh()
    assert stored(store, server) == truth(server)


@both_versions
def test_null_and_missing_return_values_are_told_apart(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = server.add_run("etl", "r1")
    run.task("a").push("return_value", None)
    run.task("b").push("return_value", 1)
    run.task("c")
    mirror.refresh()
    assert stored(store, server) == truth(server)


@every_version
def test_mapped_return_values_with_gaps_find_their_instances(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = server.add_run("etl", "r1")
    for index in (0, 2, 5):
        run.task("load", index).push("return_value", [index])
    run.task("load", 1)
    mirror.refresh()
    assert stored(store, server) == truth(server)


@both_versions
def test_a_finished_run_is_visited_twice_more_and_sealed_by_the_last(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server, state="running")
    mirror.refresh()
    run.finishes()
    sealed = []
    for seconds in (3, 3, 3, 3, 120, 3, 3):
        server.tick(seconds)
        mirror.refresh()
        sealed.append(is_sealed(store))
    assert sealed == [False] * 5 + [True] * 2
    assert len(server.asked("taskInstances/~/xcomEntries")) == 1 + 3


@both_versions
def test_a_run_that_ended_long_ago_is_sealed_by_its_first_visit(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server, updated_at=START, end=START)
    mirror.refresh()
    assert is_sealed(store)
    passes(mirror, server, 2)
    assert len(server.asked("taskInstances/~/xcomEntries")) == 1


@both_versions
def test_a_push_that_comes_after_the_last_state_is_not_missed(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server, state="running")
    mirror.refresh()
    run.finishes()
    server.tick(3)
    mirror.refresh()
    run.task("extract").push("late", "value")  # Airflow does not touch the run for it.
    server.tick(3)
    mirror.refresh()
    assert stored(store, server) == truth(server)


@both_versions
def test_a_cleared_run_is_seen_again_after_it_was_sealed(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server)
    passes(mirror, server, 4)
    server.tick(3600)
    mirror.refresh()
    run.task("extract").retries()
    run.touch(state="running", end=None)
    server.tick(3)
    mirror.refresh()
    assert stored(store, server) == truth(server)
    run.task("extract").push("return_value", {"key1": "second"}).state = "success"
    run.finishes()
    passes(mirror, server, 1)
    assert stored(store, server) == truth(server)
    values = [x.value for x in facts(store).xcoms if x.at.key == "return_value"]
    assert {"key1": "r1", "rows": [1, 2]} in values  # The first try's is kept.
    assert {"key1": "second"} in values


@both_versions
def test_a_sealed_run_listed_anew_with_the_same_row_is_visited(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server)
    passes(mirror, server, 4)
    server.tick(3600)
    passes(mirror, server, 2)
    assert is_sealed(store)
    for state in ("failed", "success"):
        server.tick(3)
        run.task("load", 0).state = state  # Marked by hand: the run's own row stays as it was.
        run.touch()
        passes(mirror, server, 1)
        assert stored(store, server) == truth(server)


@both_versions
def test_a_change_while_a_finished_run_rests_is_seen_when_it_is_listed_no_more(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server)
    passes(mirror, server, 6)
    run.task("load", 0).state = "failed"
    run.touch()
    passes(mirror, server, 1)
    server.tick(130)
    passes(mirror, server, 2)
    assert stored(store, server) == truth(server)


@both_versions
def test_an_open_run_whose_end_came_to_light_too_late_is_not_stranded(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server, state="running")
    mirror.refresh()
    server.tick(3600)
    mirror.refresh()
    run.state = "success"  # Its time stamp lies before the watermark.
    run.end = server.now
    passes(mirror, server, 1)
    assert stored(store, server) == truth(server)


@both_versions
def test_queued_runs_are_listed_together_and_not_asked_for_one_by_one(
    server: FakeAirflow, mirror: Mirror
) -> None:
    for number in range(30):
        server.add_run("etl", f"r{number}", state="queued")
    passes(mirror, server, 2)
    server.tick(3600)
    before = len(server.requests)
    mirror.refresh()
    asked = server.requests[before:]
    assert [path for path in asked if re.search(r"dagRuns/r\d", path)] == []


@both_versions
def test_a_queued_run_is_not_visited_again_and_again_while_it_is_listed(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server, state="queued")
    passes(mirror, server, 6)
    assert len(server.asked("r1/taskInstances/~/xcomEntries")) == 2
    run.touch(state="running")
    run.task("extract").push("k", 1)
    passes(mirror, server, 1)
    assert stored(store, server) == truth(server)


@both_versions
def test_a_queued_run_that_was_deleted_is_seen_to_be_gone(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server, state="queued")
    passes(mirror, server, 3)
    del server.runs["etl", "r1"]
    passes(mirror, server, 1)
    server.tick(200)
    passes(mirror, server, 1)
    with store.reading() as session:
        assert open_runs(session, deployment_pk=1) == set()


@both_versions
def test_a_deleted_run_is_kept_and_marked_and_the_others_go_on(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server, state="running")
    other = full_run(server, "r2", state="running")
    mirror.refresh()
    del server.runs["etl", "r1"]
    other.task("more").push("k", 1)
    passes(mirror, server, 1)
    assert stored(store, server) == truth(server)
    assert facts(store).xcoms
    with store.reading() as session:
        assert open_runs(session, deployment_pk=1) == {RunKey("etl", "r2")}


@both_versions
def test_a_forbidden_dag_does_not_stop_the_pass_and_is_told(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    server.add_dag("private", "source", tasks=("a",))
    full_run(server)
    server.forbidden.add("private")
    report = mirror.refresh()
    assert stored(store, server) == truth(server)
    assert any("private" in line and "403" in line for line in report.troubles)


def test_runs_of_a_dag_that_becomes_forbidden_are_kept(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server, state="running")
    mirror.refresh()
    server.forbidden.add("etl")
    report = mirror.refresh()
    assert any("403" in line for line in report.troubles)
    assert len(facts(store).xcoms) == 5


@both_versions
def test_one_value_that_airflow_cannot_give_costs_that_value_alone(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server)
    server.fails("xcomEntries/pod_name", status(500))
    report = mirror.refresh()
    assert len(report.troubles) == 1
    assert not is_sealed(store)
    assert len(facts(store).xcoms) == 4
    mirror.refresh()
    assert stored(store, server) == truth(server)


def test_values_that_airflow_can_never_give_do_not_stop_the_mirror_for_ever(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = full_run(server)
    for number in range(20):
        run.task(f"t{number}").push("bad", number)
    server.fails("xcomEntries/bad", status(500), times=10_000)
    for _ in range(60):
        server.tick(60)
        try:
            mirror.refresh()
        except Busy:
            continue
    assert is_sealed(store)
    assert len(facts(store).xcoms) == 5
    before = len(server.asked("xcomEntries/bad"))
    passes(mirror, server, 3)
    assert len(server.asked("xcomEntries/bad")) == before


@both_versions
def test_an_airflow_that_fails_at_everything_ends_the_pass(
    server: FakeAirflow, mirror: Mirror
) -> None:
    run = server.add_run("etl", "r1", state="running")
    for number in range(20):
        run.task(f"t{number}").push("k", number)
    server.fails("xcomEntries/k", status(500), times=100)
    with pytest.raises(Busy):
        mirror.refresh()


@pytest.mark.parametrize(
    "fault",
    [status(503), status(429), status(401), page(), half(), hang_up, text(b'{"task_inst')],
    ids=["503", "429", "401", "page", "half", "hang up", "half json"],
)
@pytest.mark.parametrize(
    "path", ["version", "dagRuns", "taskInstances", "xcomEntries", "wait", "dagSources", "tasks"]
)
def test_whatever_breaks_the_store_equals_airflow_after_recovery(
    server: FakeAirflow, mirror: Mirror, store: Store, path: str, fault: Fault
) -> None:
    full_run(server, "r0")
    mirror.refresh()
    watermark = deployment(store).watermark
    server.tick(3)
    full_run(server, "r1", state="running", version=2)
    server.add_dag("etl", "source", tasks=("extract", "load"))
    full_run(server, "r2", updated_at=server.now)
    server.fails(path, fault, times=3)
    try:
        mirror.refresh()
    except AirflowError:
        assert deployment(store).watermark == watermark
    server._faults.clear()
    passes(mirror, server, 2)
    assert stored(store, server) == truth(server)
    assert facts(store, run_id="r1").source == "source"


def test_a_pass_that_breaks_off_keeps_the_chunks_it_wrote_and_the_old_watermark(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    mirror = mirror_of(airflow, store, limits=Limits(runs_at_once=2))
    mirror.refresh()
    watermark = deployment(store).watermark
    server.tick(3)
    for number in range(6):
        full_run(server, f"r{number}", run_after=server.now - timedelta(hours=number))
    server.fails("dagRuns/r3/taskInstances", hang_up, times=2)
    with pytest.raises(Unreachable):
        mirror.refresh()
    found = stored(store, server)
    assert found["etl", "r0"] == truth(server)["etl", "r0"]
    assert found["etl", "r5"] is None
    assert deployment(store).watermark == watermark
    mirror.refresh()
    assert stored(store, server) == truth(server)
    assert len(server.asked("dagRuns/r0/wait")) == 1


def test_no_transaction_is_open_while_airflow_is_asked(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server)
    written = []

    def write() -> None:
        # SQLite has one writer: were the mirror's transaction open, this would wait in vain.
        with store.writing():
            written.append(True)

    for path in ("dagRuns", "taskInstances", "xcomEntries", "wait", "dagSources"):
        server.before(path, write)
    mirror.refresh()
    assert len(written) == 5


@both_versions
def test_the_watermark_is_airflows_clock_and_lists_overlap(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    began = server.now
    mirror.refresh()
    assert deployment(store).watermark == began
    server.tick(10)
    mirror.refresh()
    since = (began - timedelta(seconds=120)).strftime("%Y-%m-%dT%H")
    assert since in server.asked("updated_at_gte")[-1]


def test_the_store_adds_up_what_was_asked_and_fetched(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    full_run(server)
    passes(mirror, server, 2)
    mirror.refresh()
    state = deployment(store)
    assert state.values_fetched == 5
    assert state.requests == len(server.requests)
    assert state.airflow_version == "3.3.2"


@both_versions
def test_secrets_are_masked_before_they_are_stored(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = server.add_run("etl", "r1", conf={"token": "hunter2"})
    run.task("a", rendered={"env_vars": [{"name": "PASSWORD", "value": "hunter2"}]}).push(
        "return_value", {"password": "hunter2"}
    )
    run.task("b").fails({"event": 'pod {"password": "hunter2"}', "level": "error"})
    server.dags["etl"][0]["content"] = 'password = "hunter2"'
    mirror.refresh()
    file = Path(store.engine.url.database or "")
    # The log that SQLite writes first is part of it.
    kept = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    assert b"hunter2" not in kept
    assert b"***" in kept


def test_a_value_of_any_size_and_kind_is_kept(server: FakeAirflow, store: Store) -> None:
    small = Airflow(server.url, value_limit=10_000)
    run = server.add_run("etl", "r1", state="running")
    task = run.task("a")
    task.push("big", text=b'"' + b"x" * 50_000 + b'"').push("nan", text=b"[NaN]")
    task.push("huge", 10**40).push("nul", "a\x00b")
    mirror_of(small, store).refresh()
    small.close()
    found = {x.at.key: x for x in facts(store).xcoms}
    assert found["big"].truncated
    assert found["big"].size == 50_002
    assert found["big"].sha256 == sha256(b'"' + b"x" * 50_000 + b'"').hexdigest()
    assert found["big"].value == '"' + "x" * 1_999
    assert found["huge"].value == 10**40
    assert found["nul"].value == "a\x00b"
    assert json.dumps(found["nan"].value) == "[NaN]"
