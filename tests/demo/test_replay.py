"""The replay as our own client sees it, over real HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from app.airflow.auth import Password, Token
from app.airflow.client import Airflow
from app.demo.plan import AGAIN, FIRST, HISTORY, PACE
from app.demo.replay import Login, create_replay
from app.demo.server import listening
from app.demo.stage import Stage
from app.demo.tokens import LIFE
from app.model.errors import LoginFailed, NotThere
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from tests.demo.made import QUEUED, made_recording, made_run, made_try, made_xcom, second

START = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
LIVE = RunKey("etl", f"manual__{(START + FIRST).isoformat()}")


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def at(self, recorded: datetime) -> None:
        """Let it be the moment of the live run at which this happened in the recording."""
        self.now = START + FIRST + PACE * (recorded - QUEUED)


@dataclass
class Played:
    clock: Clock
    url: str
    airflow: Airflow


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def played(clock: Clock) -> Iterator[Played]:
    mapped = (
        made_try("each", 52, 53, map_index=0),
        made_try("each", 52, 54, map_index=1),
    )
    run = made_run(
        tries=(*made_run().tries, *mapped),
        xcoms=(
            *made_run().xcoms,
            made_xcom("each", "b", 54, map_index=1),
            made_xcom("each", "a", 53, map_index=0),
        ),
    )
    stage = Stage(made_recording(run), start=START, now=clock)
    with listening(create_replay(stage, Login("viewer", "right"))) as url:
        airflow = Airflow(url, Password("viewer", "right"))
        yield Played(clock, url, airflow)
        airflow.close()


def test_it_is_the_recorded_version(played: Played) -> None:
    assert played.airflow.version().version == "3.3.2"


def test_a_wrong_password_is_refused(played: Played) -> None:
    with pytest.raises(LoginFailed):
        Airflow(played.url, Password("viewer", "wrong")).dags()


@pytest.mark.parametrize("token", ["", "made-up", "a.b.c"])
def test_without_a_token_of_its_own_nothing_is_told(played: Played, token: str) -> None:
    with pytest.raises(LoginFailed):
        Airflow(played.url, Token(token)).dags()


def test_a_token_that_has_ended_is_refused(played: Played) -> None:
    login = {"username": "viewer", "password": "right"}
    token = httpx2.post(f"{played.url}/auth/token", json=login).json()["access_token"]
    airflow = Airflow(played.url, Token(token))
    assert airflow.dags()
    played.clock.now += LIFE + timedelta(seconds=1)
    with pytest.raises(LoginFailed):
        airflow.dags()


def test_dags_have_their_tasks_versions_and_sources(played: Played) -> None:
    assert [dag.dag_id for dag in played.airflow.dags()] == ["etl"]
    assert [task.task_id for task in played.airflow.tasks("etl")] == ["extract", "load"]
    assert played.airflow.latest_version("etl") == 2
    assert played.airflow.source("etl", 1) == "first"


def test_what_is_unknown_is_not_found(played: Played) -> None:
    for question in (
        lambda: played.airflow.tasks("nope"),
        lambda: played.airflow.source("etl", 9),
        lambda: played.airflow.dag_run(RunKey("etl", "nope")),
        lambda: played.airflow.dag_run(LIVE),
    ):
        with pytest.raises(NotThere):
            question()


def test_only_changed_runs_are_listed_since_a_time(played: Played) -> None:
    assert played.airflow.changed_runs(since=START) == ()
    played.clock.at(second(30))
    assert [run.dag_run_id for run in played.airflow.changed_runs(since=START)] == [LIVE.run_id]
    assert [run.state for run in played.airflow.open_runs()] == ["running"]


def test_past_runs_come_newest_first(played: Played) -> None:
    found = played.airflow.past_runs(after=START - timedelta(days=3), until=START, offset=1)
    assert [run.run_after for run in found] == [
        datetime(2027, 1, day, 2, 0, tzinfo=UTC) for day in (9, 8)
    ]


def test_a_long_list_comes_in_pages_without_loss(played: Played) -> None:
    played.clock.now = START + FIRST + 120 * AGAIN
    everything = played.airflow.changed_runs(since=START - timedelta(days=30))
    assert len(everything) == len({run.dag_run_id for run in everything}) == HISTORY + 121


def test_a_run_unfolds(played: Played) -> None:
    def states() -> dict[str, str | None]:
        found = played.airflow.task_instances(LIVE)
        return {item.task_id: item.state for item in found if item.task_id != "each"}

    played.clock.at(second(5))
    assert states() == {"extract": None, "load": None}
    played.clock.at(second(15))
    assert states() == {"extract": "running", "load": None}
    assert played.airflow.xcom_index(LIVE) == ()
    played.clock.at(second(41))
    assert states() == {"extract": "success", "load": "up_for_retry"}
    assert len(played.airflow.xcom_index(LIVE)) == 1


def test_a_value_is_told_with_its_time(played: Played) -> None:
    played.clock.at(second(100))
    value = played.airflow.xcom_value(TaskInstanceKey(*_live("extract")), "return_value")
    assert LIVE.run_id in value.value["path"]
    assert value.timestamp == START + FIRST + PACE * (second(19) - QUEUED)


def test_an_xcom_that_is_not_there_is_not_found(played: Played) -> None:
    played.clock.at(second(5))
    with pytest.raises(NotThere):
        played.airflow.xcom_value(TaskInstanceKey(*_live("extract")), "return_value")


def test_return_values_of_a_finished_run_come_at_once(played: Played) -> None:
    played.clock.at(second(59))
    assert played.airflow.return_values(LIVE, ("extract",)) is None
    played.clock.at(second(61))
    found = played.airflow.return_values(LIVE, ("extract", "each", "load"))
    assert found is not None
    assert found["each"] == ["a", "b"]
    assert set(found) == {"extract", "each"}


def test_earlier_tries_and_their_logs_are_told(played: Played) -> None:
    played.clock.at(second(100))
    instance = TaskInstanceKey(*_live("load"))
    tries = played.airflow.tries(instance)
    assert [(item.try_number, item.state) for item in tries] == [(1, "failed"), (2, "success")]
    assert [line.event for line in played.airflow.log(TryKey(instance, 1))] == ["begins", "fails"]
    with pytest.raises(NotThere):
        played.airflow.log(TryKey(instance, 2))


def test_a_mapped_instance_has_its_tries_too(played: Played) -> None:
    played.clock.at(second(100))
    found = played.airflow.tries(TaskInstanceKey(*_live("each"), map_index=1))
    assert [(item.map_index, item.try_number) for item in found] == [(1, 1)]


def test_a_page_is_cut_to_airflows_maximum(played: Played) -> None:
    played.clock.now = START + FIRST + 200 * AGAIN
    headers = {"Authorization": f"Bearer {_token(played)}"}
    url = f"{played.url}/api/v2/dags/~/dagRuns"
    page = httpx2.get(url, params={"limit": 1000}, headers=headers).json()
    assert (len(page["dag_runs"]), page["total_entries"]) == (100, HISTORY + 201)


def test_a_link_to_airflows_own_pages_is_told_that_there_are_none(played: Played) -> None:
    answer = httpx2.get(f"{played.url}/dags/etl/runs/{LIVE.run_id}")
    assert answer.status_code == 404
    assert "This Airflow is a recording" in answer.text
    assert httpx2.get(f"{played.url}/api/v2/nope").json() == {"detail": "Not Found"}


def _live(task_id: str) -> tuple[str, str, str]:
    return LIVE.dag_id, LIVE.run_id, task_id


def _token(played: Played) -> str:
    login = {"username": "viewer", "password": "right"}
    return str(httpx2.post(f"{played.url}/auth/token", json=login).json()["access_token"])
