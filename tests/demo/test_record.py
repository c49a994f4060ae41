"""A recording made of an Airflow that is asked over real HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.airflow.client import Airflow
from app.demo.record import Choice, record
from app.demo.recording import Recording
from app.model.errors import NotThere
from tests.airflow.fake import FakeAirflow, OlderAirflow3
from tests.airflow.fake_runs import START
from tests.airflow.fake_v1 import FakeAirflow2

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ERROR = {"event": "fails with --password=hunter2", "level": "error"}


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with FakeAirflow() as airflow:
        yield airflow


def made(fake: FakeAirflow, *dag_ids: str, **chosen: Any) -> Recording:
    airflow = Airflow(fake.url)
    try:
        return record(airflow, choice=Choice(dag_ids, **chosen), at=AT)
    finally:
        airflow.close()


def test_dags_are_recorded_with_every_version_and_their_tasks(fake: FakeAirflow) -> None:
    fake.add_dag("etl", "first", ("a",))
    fake.add_dag("etl", "second", ("a", "b"))
    recorded = made(fake).dags[0]
    assert [(each.number, each.source) for each in recorded.versions] == [
        (1, "first"),
        (2, "second"),
    ]
    assert [task.task_id for task in recorded.tasks] == ["a", "b"]


def test_what_an_airflow_2_has_of_a_dag_is_its_first_version() -> None:
    with FakeAirflow2() as fake:
        fake.add_dag("etl", "as it is now", ("a",))
        fake.add_run("etl", "r1").task("a").push("return_value", {"k": 1})
        recording = made(fake)
    assert [(one.number, one.source) for one in recording.dags[0].versions] == [(1, "as it is now")]
    assert [xcom.value for xcom in recording.runs[0].xcoms] == [{"k": 1}]


def test_only_the_newest_finished_runs_are_recorded(fake: FakeAirflow) -> None:
    for number in range(4):
        fake.add_run("etl", f"r{number}", run_after=START + timedelta(hours=number))
    fake.add_run("etl", "open", state="running", run_after=START + timedelta(hours=9))
    assert [run.run.dag_run_id for run in made(fake, runs_per_dag=2).runs] == ["r2", "r3"]


def test_runs_are_chosen_by_patterns_of_their_ids(fake: FakeAirflow) -> None:
    for run_id in ("scheduled__1", "test-1", "manual__1"):
        fake.add_run("etl", run_id)
    recorded = made(fake, run_ids=("scheduled__*", "manual__1"))
    assert [run.run.dag_run_id for run in recorded.runs] == ["scheduled__1", "manual__1"]


def test_only_the_named_dags_are_recorded(fake: FakeAirflow) -> None:
    fake.add_run("etl", "r1")
    fake.add_run("other", "r1")
    recorded = made(fake, "other")
    assert [dag.dag.dag_id for dag in recorded.dags] == ["other"]
    assert [run.run.dag_id for run in recorded.runs] == ["other"]


def test_a_dag_that_airflow_does_not_have_is_told(fake: FakeAirflow) -> None:
    with pytest.raises(NotThere, match="Airflow has no DAG etll"):
        made(fake, "etll")


def test_a_run_is_recorded_with_its_tries_values_and_telling_logs(fake: FakeAirflow) -> None:
    run = fake.add_run("etl", "r1")
    run.task("extract").push("return_value", {"key1": "a"})
    run.task("load").fails(ERROR, state="up_for_retry").retries(state="success", end=START)
    recorded = made(fake).runs[0]
    assert [(item.task_id, item.try_number, item.state) for item in recorded.tries] == [
        ("extract", 1, "success"),
        ("load", 1, "failed"),
        ("load", 2, "success"),
    ]
    assert [xcom.value for xcom in recorded.xcoms] == [{"key1": "a"}]
    assert [(log.task_id, log.try_number) for log in recorded.logs] == [("load", 1)]


def test_no_secret_gets_into_a_recording(fake: FakeAirflow) -> None:
    fake.add_dag("etl", 'connect(password="hunter2")')
    run = fake.add_run("etl", "r1", conf={"api_key": "hunter2"})
    task = run.task("extract", rendered={"env_vars": [{"name": "DB_TOKEN", "value": "hunter2"}]})
    dump = 'Namespaced Pod: {"env": [{"name": "SETTING", "value": "hunter2"}]}'
    task.push("return_value", {"secret": "hunter2"}).fails(ERROR, {"event": dump})
    recorded = made(fake)
    assert recorded.runs[0].logs
    assert "hunter2" not in str(recorded)
    assert str(recorded).count("***") == 6


def test_the_machines_own_names_and_paths_are_left_out(fake: FakeAirflow) -> None:
    fake.add_run("etl", "r1").task("extract")
    assert {item.hostname for item in made(fake).runs[0].tries} == {"worker-1"}


def test_rendered_fields_are_recorded_where_lists_leave_them_out() -> None:
    with OlderAirflow3() as fake:
        run = fake.add_run("etl", "r1")
        run.task("extract", rendered={"arguments": ["a"]})
        run.task("skipped", state="skipped", try_number=0, start=None)
        (recorded,) = made(fake).runs
    assert [one.rendered_fields for one in recorded.tries] == [{"arguments": ["a"]}, None]
