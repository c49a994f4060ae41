"""The door to an Airflow 2, over real HTTP."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.airflow.auth import Password, Token
from app.airflow.client import Airflow
from app.model.errors import Busy, LoginFailed, NotAllowed, NotThere, WrongVersion
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from tests.airflow.fake_runs import START
from tests.airflow.fake_v1 import FakeAirflow2
from tests.airflow.faults import status

RUN = RunKey("etl", "r1")
EXTRACT = TaskInstanceKey("etl", "r1", "extract")
USER = Password("viewer", "secret")


@pytest.fixture
def server() -> Iterator[FakeAirflow2]:
    with FakeAirflow2() as server:
        server.add_run("etl", "r1")
        yield server


@pytest.fixture
def airflow(server: FakeAirflow2) -> Iterator[Airflow]:
    airflow = Airflow(server.url)
    yield airflow
    airflow.close()


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def signed_in(server: FakeAirflow2, user: Password = USER, clock: Clock | None = None) -> Airflow:
    server.users = {"viewer": "secret"}
    return Airflow(server.url, user, clock=clock or Clock())


def how(airflow: Airflow) -> list[str]:
    return list(airflow._at.identity.headers())


def test_the_api_is_found_before_the_first_question(airflow: Airflow) -> None:
    assert [run.dag_run_id for run in airflow.changed_runs(since=START)] == ["r1"]
    assert not airflow.numbers_versions


def test_what_the_server_can_do_is_asked_once(server: FakeAirflow2, airflow: Airflow) -> None:
    for _ in range(3):
        airflow.version()
        airflow.open_runs()
    assert len(server.asked("openapi.json")) == 1
    assert len(server.asked("/api/v2/")) == 1


def test_an_upgrade_within_airflow_2_is_noticed(server: FakeAirflow2, airflow: Airflow) -> None:
    server.version = "2.9.3"
    server.runs["etl", "r1"].task("extract").push("k", {"a": 1})
    assert airflow.version().version == "2.9.3"
    assert airflow.tries(EXTRACT) == ()
    server.version = "2.10.5"
    assert airflow.version().version == "2.10.5"
    assert len(airflow.tries(EXTRACT)) == 1


def test_after_an_upgrade_to_airflow_3_a_missing_run_is_not_a_deleted_one(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    airflow.version()
    server.become_airflow_3()
    with pytest.raises(WrongVersion, match="has become another Airflow"):
        airflow.dag_run(RUN)
    assert airflow.numbers_versions
    with pytest.raises(NotThere):
        airflow.dag_run(RunKey("etl", "nope"))


def test_a_password_user_gets_a_session(server: FakeAirflow2) -> None:
    airflow = signed_in(server)
    assert airflow.dags()
    assert airflow.open_runs() == ()
    assert how(airflow) == ["Cookie"]
    assert len(server.asked("login")) == 2  # The form, and what is filled in.


def test_where_sessions_are_not_let_in_basic_serves(server: FakeAirflow2) -> None:
    server.lets_sessions_in = False
    airflow = signed_in(server)
    assert airflow.dags()
    airflow.dags()
    assert how(airflow) == ["Authorization"]
    assert len(server.asked("login")) == 2


def test_where_the_sign_in_page_asks_for_no_password_basic_serves(server: FakeAirflow2) -> None:
    server.has_form = False
    airflow = signed_in(server)
    assert airflow.dags()
    assert how(airflow) == ["Authorization"]


def test_a_session_that_ended_is_renewed(server: FakeAirflow2) -> None:
    clock = Clock()
    airflow = signed_in(server, clock=clock)
    airflow.dags()
    server.sessions.clear()
    clock.seconds = 601
    assert airflow.dags()
    assert len(server.asked("login")) == 4


def test_what_the_user_may_not_read_does_not_end_the_session(server: FakeAirflow2) -> None:
    airflow = signed_in(server)
    airflow.dags()
    server.forbidden.add("etl")
    with pytest.raises(NotAllowed, match="viewer role"):
        airflow.dag_run(RUN)
    assert len(server.asked("login")) == 2


def test_a_wrong_password_is_said_to_be_one(server: FakeAirflow2) -> None:
    airflow = signed_in(server, Password("viewer", "hunter2"))
    with pytest.raises(LoginFailed, match="XCOMTRACE_AIRFLOW_PASSWORD") as caught:
        airflow.dags()
    assert "hunter2" not in str(caught.value)


def test_a_token_is_sent_as_it_is(server: FakeAirflow2) -> None:
    airflow = Airflow(server.url, Token("of a proxy"))
    assert airflow.dags()
    assert how(airflow) == ["Authorization"]
    assert server.asked("login") == []


def test_four_requests_at_once_sign_in_once(server: FakeAirflow2) -> None:
    airflow = signed_in(server)
    airflow.version()
    assert len(airflow.many([airflow.dags] * 8)) == 8
    assert len(server.asked("login")) == 2


def test_all_instances_of_a_run_come_though_they_are_in_no_order(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    for index in range(250):
        server.runs["etl", "r1"].task("load", index)
    assert {one.map_index for one in airflow.task_instances(RUN)} == set(range(250))


def test_of_a_deleted_run_no_instances_are_told_to_be_there(airflow: Airflow) -> None:
    assert airflow.task_instances(RUN) == ()
    with pytest.raises(NotThere):
        airflow.task_instances(RunKey("etl", "deleted"))


def test_an_xcom_has_the_run_that_its_list_was_of(server: FakeAirflow2, airflow: Airflow) -> None:
    for number in range(130):
        server.runs["etl", "r1"].task("load", number).push("return_value", number)
    index = airflow.xcom_index(RUN)
    assert {(one.run_id, one.map_index) for one in index} == {("r1", n) for n in range(130)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, null]}', {"a": [1, None]}),
        (b'"42"', "42"),
        (b"12345678901234567890", 12345678901234567890),
        (b"null", None),
    ],
)
def test_a_value_comes_native_and_as_long_as_it_is(
    server: FakeAirflow2, airflow: Airflow, text: bytes, value: object
) -> None:
    server.runs["etl", "r1"].task("extract").push("k", text=text)
    read = airflow.xcom_value(EXTRACT, "k")
    assert read.value == value
    assert read.size == len(text.replace(b" ", b""))


def test_before_2_10_dicts_and_lists_are_read_back_and_the_rest_stays_text(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    server.version = "2.9.3"
    run = server.runs["etl", "r1"]
    run.task("extract").push("dict", {"a": [1, None, True]}).push("number", 42).push("text", "42")
    values = [airflow.xcom_value(EXTRACT, key).value for key in ("dict", "number", "text")]
    assert values == [{"a": [1, None, True]}, "42", "42"]


def test_before_2_8_xcoms_of_mapped_tasks_are_left_out(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    server.version = "2.7.3"
    run = server.runs["etl", "r1"]
    run.task("extract").push("k", 1)
    for index in range(2):
        run.task("load", index).push("k", index)
    assert [one.task_id for one in airflow.xcom_index(RUN)] == ["extract"]
    assert airflow.xcom_value(EXTRACT, "k").value == "1"
    with pytest.raises(NotThere):
        airflow.xcom_value(TaskInstanceKey("etl", "r1", "load", 0), "k")


def test_before_2_8_instances_come_as_one_page_of_a_list(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    server.version = "2.7.3"
    for index in range(150):
        server.runs["etl", "r1"].task("load", index)
    assert len(airflow.task_instances(RUN)) == 150
    assert server.asked("taskInstances/list") == []


def test_before_2_6_runs_that_began_or_are_open_count_as_changed(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    server.version = "2.5.3"
    late = START + timedelta(hours=1)
    server.add_run("etl", "new", run_after=late)
    server.add_run("etl", "open", state="running")
    found = airflow.changed_runs(since=START + timedelta(minutes=1))
    assert [run.dag_run_id for run in found] == ["new", "open"]
    assert server.asked("updated_at") == []


def test_a_server_that_does_not_describe_itself_is_judged_by_its_version(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    server.version, server.describes_itself = "2.9.3", False
    server.runs["etl", "r1"].task("extract").push("k", {"a": 1})
    assert airflow.xcom_value(EXTRACT, "k").value == {"a": 1}
    assert airflow.tries(EXTRACT) == ()


def test_a_source_is_found_by_its_files_token(server: FakeAirflow2, airflow: Airflow) -> None:
    server.add_dag("etl", "source", tasks=("a",))
    assert airflow.source("etl") == "source"
    assert airflow.dags()
    assert airflow.source("etl") == "source"
    assert len(server.asked("/dags/etl$")) == 1
    assert [task.task_id for task in airflow.tasks("etl")] == ["a"]


def test_a_dag_has_its_schedule_and_no_version(airflow: Airflow) -> None:
    (dag,) = airflow.dags()
    assert (dag.timetable_summary, dag.is_stale) == ("0 2 * * *", False)
    assert airflow.latest_version("etl") is None
    assert airflow.newest_versions() == ()
    assert airflow.return_values(RUN, ("extract",)) is None


def test_past_runs_come_newest_first_by_their_logical_date(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    for day in (3, 1, 2):
        server.add_run("etl", f"d{day}", run_after=START + timedelta(days=day))
    begin, end = START + timedelta(days=1), START + timedelta(days=2)
    found = airflow.past_runs(after=begin, until=end, offset=0)
    assert [run.dag_run_id for run in found] == ["d2", "d1"]


def test_a_try_without_a_log_is_said_to_have_none(server: FakeAirflow2, airflow: Airflow) -> None:
    server.runs["etl", "r1"].task("extract").fails(
        {"event": "no", "level": "error", "error_detail": [{"exc_type": "E", "exc_value": "v"}]}
    )
    (line,) = airflow.log(TryKey(EXTRACT, 1))
    assert (line.event, line.level) == ("no", "error")
    with pytest.raises(NotThere):
        airflow.log(TryKey(EXTRACT, 2))


def test_an_airflow_that_is_busy_while_it_is_asked_what_it_can_is_asked_again(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    server.fails("openapi", status(503))
    with pytest.raises(Busy, match="503"):
        airflow.open_runs()
    assert airflow.open_runs() == ()


def test_an_airflow_2_whose_proxy_refuses_what_it_does_not_know_is_found(
    server: FakeAirflow2,
) -> None:
    server.fails("/api/v2/version", status(403), times=2)
    assert Airflow(server.url, USER).version().version == "2.11.2"


@pytest.mark.parametrize(
    ("state", "told", "is_of_the_try_before"),
    [
        ("scheduled", 2, True),
        ("queued", 2, True),
        ("up_for_reschedule", 2, False),
        ("deferred", 2, False),
        ("running", 2, False),
        ("up_for_retry", 2, False),
        ("failed", 2, False),
    ],
)
def test_before_2_10_a_try_that_waits_is_told_as_the_one_before(
    server: FakeAirflow2, airflow: Airflow, state: str, told: int, *, is_of_the_try_before: bool
) -> None:
    server.version = "2.9.3"
    server.runs["etl", "r1"].task("extract", state=state, try_number=told)
    (item,) = airflow.task_instances(RUN)
    assert (item.try_number, item.start_date is None) == (told, is_of_the_try_before)


def test_before_2_10_what_was_cleared_waits_for_its_next_try(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    server.version = "2.9.3"
    run = server.runs["etl", "r1"]
    run.task("cleared", state=None, try_number=1)
    run.task("new", state=None, try_number=0, start=None)
    found = {one.task_id: one.try_number for one in airflow.task_instances(RUN)}
    assert found == {"cleared": 2, "new": 0}


@pytest.mark.parametrize("version", ["2.9.3", "2.11.2"])
def test_none_is_a_value(server: FakeAirflow2, airflow: Airflow, version: str) -> None:
    server.version = version
    server.runs["etl", "r1"].task("extract").push("nothing", None)
    read = airflow.xcom_value(EXTRACT, "nothing")
    assert (read.value, read.size) == (None, 4)


def test_another_failure_of_a_value_is_one(server: FakeAirflow2, airflow: Airflow) -> None:
    server.version = "2.9.3"
    server.runs["etl", "r1"].task("extract").push("k", 1)
    server.fails("xcomEntries/k", status(500))
    with pytest.raises(Busy):
        airflow.xcom_value(EXTRACT, "k")
