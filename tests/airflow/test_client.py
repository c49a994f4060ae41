"""What Airflow is asked, and what comes of its answers: against a real server on loopback."""

import json
import threading
import time
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest

from app.airflow.auth import Password, Token
from app.airflow.client import Airflow
from app.model.errors import (
    BadAnswer,
    Busy,
    LoginFailed,
    NotAirflow,
    NotAllowed,
    NotThere,
    WrongVersion,
)
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey
from app.model.values import Json
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import START
from tests.airflow.faults import late, page, status, text

RUN = RunKey("etl", "r1")
EXTRACT = TaskInstanceKey("etl", "r1", "extract", NOT_MAPPED)


def test_runs_are_read_through_all_pages_by_cursor(server: FakeAirflow, airflow: Airflow) -> None:
    for number in range(250):
        server.add_run("etl", f"r{number}")
    runs = airflow.changed_runs(since=START)
    assert [run.dag_run_id for run in runs] == [f"r{number}" for number in range(250)]
    assert len(server.asked("cursor=")) == 3


def test_runs_are_read_through_all_pages_of_a_server_without_cursors(
    server: FakeAirflow, airflow: Airflow
) -> None:
    server.serves_cursor = False
    for number in range(250):
        server.add_run("etl", f"r{number}")
    assert len(airflow.changed_runs(since=START)) == 250


def test_a_smaller_page_limit_of_the_server_loses_nothing(
    server: FakeAirflow, airflow: Airflow
) -> None:
    server.serves_cursor, server.page_limit = False, 7
    run = server.add_run("etl", "r1")
    for number in range(30):
        run.task(f"t{number}").push("return_value", number)
    assert len(airflow.task_instances(RUN)) == 30
    assert len(airflow.xcom_index(RUN)) == 30


def test_changed_runs_are_asked_for_since_a_time_and_ordered_by_id(
    server: FakeAirflow, airflow: Airflow
) -> None:
    server.add_run("etl", "old", updated_at=START)
    server.add_run("etl", "new", updated_at=START + timedelta(hours=1))
    runs = airflow.changed_runs(since=START + timedelta(minutes=1))
    assert [run.dag_run_id for run in runs] == ["new"]
    assert "order_by=id" in server.requests[-1]
    assert "updated_at_lte" not in server.requests[-1]


def test_ids_with_slashes_colons_and_spaces_arrive_whole(
    server: FakeAirflow, airflow: Airflow
) -> None:
    run = server.add_run("etl", "manual__2026-11-20T06:00:00+00:00")
    run.task("group.extract").push("a/b c?d", {"k": 1})
    key = RunKey("etl", "manual__2026-11-20T06:00:00+00:00")
    instance = TaskInstanceKey(key.dag_id, key.run_id, "group.extract", NOT_MAPPED)
    assert airflow.xcom_value(instance, "a/b c?d").value == {"k": 1}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"12345678901234567890123456789", 12345678901234567890123456789),
        (b'{"b": 1, "a": [null, true]}', {"b": 1, "a": [None, True]}),
        (b'"Z\xc3\xbcrich"', "Zürich"),
        (b"null", None),
        (b'"\\ud800"', "\ud800"),
    ],
)
def test_a_value_comes_exactly_as_stored(
    server: FakeAirflow, airflow: Airflow, raw: bytes, value: object
) -> None:
    server.add_run("etl", "r1").task("extract").push("k", text=raw)
    read = airflow.xcom_value(EXTRACT, "k")
    assert read.value == value
    assert read.size == len(raw)
    assert not read.truncated


def test_a_value_with_nan_is_read(server: FakeAirflow, airflow: Airflow) -> None:
    server.add_run("etl", "r1").task("extract").push("k", text=b'{"loss": NaN, "best": -Infinity}')
    value = airflow.xcom_value(EXTRACT, "k").value
    assert value["loss"] != value["loss"]
    assert value["best"] == float("-inf")


def test_a_value_of_50_mb_is_cut_short_and_not_read_to_its_end(server: FakeAirflow) -> None:
    airflow = Airflow(server.url, value_limit=100_000)
    server.add_run("etl", "r1").task("extract").push("k", text=b'"' + b"x" * 50_000_000 + b'"')
    began = time.monotonic()
    read = airflow.xcom_value(EXTRACT, "k")
    assert read.truncated
    assert isinstance(read.value, str)
    assert read.value.startswith('"xxxx')
    assert len(read.value) <= 12_000
    assert read.size >= 50_000_000
    assert read.sha256 is None
    assert time.monotonic() - began < 5
    assert airflow.version().version == "3.3.2"  # The connections are still good.


@pytest.mark.parametrize("raw", [b"[" * 200_000 + b"]" * 200_000, b"1" * 10_000])
def test_a_value_that_python_cannot_hold_is_kept_as_a_preview(
    server: FakeAirflow, airflow: Airflow, raw: bytes
) -> None:
    server.add_run("etl", "r1").task("extract").push("k", text=raw)
    read = airflow.xcom_value(EXTRACT, "k")
    assert read.truncated
    assert read.value == raw[:12_000].decode().removesuffix("}")
    assert read.sha256 is None


@pytest.mark.parametrize(
    "value", [["s3://bucket/Z\u00fcrich", 1.5, None] * 1_000, '"value":}' * 2_000]
)
def test_a_long_value_is_the_same_however_it_comes(server: FakeAirflow, value: Json) -> None:
    airflow = Airflow(server.url, value_limit=10_000)
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    run = server.add_run("etl", "r1", state="success")
    run.task("extract").push("return_value", text=text)
    alone = airflow.xcom_value(EXTRACT, "return_value")
    together = airflow.return_values(EXTRACT.run, ("extract",))
    assert together is not None
    assert airflow.as_read(together["extract"]).sha256 == alone.sha256 == sha256(text).hexdigest()
    assert alone.size == len(text)
    assert alone.truncated
    airflow.close()


def test_a_value_that_is_not_json_is_a_bad_answer(server: FakeAirflow, airflow: Airflow) -> None:
    server.add_run("etl", "r1").task("extract").push("k", text=b'{"a": ')
    with pytest.raises(BadAnswer, match="XCom k of extract in etl r1 cannot be read"):
        airflow.xcom_value(EXTRACT, "k")


def test_return_values_of_a_finished_run_come_in_one_request(
    server: FakeAirflow, airflow: Airflow
) -> None:
    run = server.add_run("etl", "r1")
    run.task("extract").push("return_value", {"a": 1})
    run.task("load", 0).push("return_value", "x")
    run.task("load", 1).push("return_value", "y")
    values = airflow.return_values(RUN, ("extract", "load", "nothing"))
    assert values == {"extract": {"a": 1}, "load": ["x", "y"]}
    assert len(server.asked("dagRuns")) == 1


def test_return_values_of_a_run_that_began_again_are_not_waited_for(
    server: FakeAirflow, airflow: Airflow
) -> None:
    server.add_run("etl", "r1", state="running").task("extract").push("return_value", 1)
    assert airflow.return_values(RUN, ("extract",)) is None


def test_an_airflow_without_wait_gives_no_return_values(
    server: FakeAirflow, airflow: Airflow
) -> None:
    server.serves_wait = False
    server.add_run("etl", "r1")
    assert airflow.return_values(RUN, ("extract",)) is None


def test_tries_of_a_mapped_instance_are_asked_for_by_its_index(
    server: FakeAirflow, airflow: Airflow
) -> None:
    run = server.add_run("etl", "r1")
    run.task("load", 3).fails().retries()
    tries = airflow.tries(TaskInstanceKey("etl", "r1", "load", 3))
    assert [(one.try_number, one.state) for one in tries] == [(1, "failed"), (2, "running")]


def test_a_log_is_read_line_by_line(server: FakeAirflow, airflow: Airflow) -> None:
    server.add_run("etl", "r1").task("extract").fails(
        {"event": "hello", "level": "info"},
        {"event": "bad", "level": "error", "error_detail": [{"exc_type": "E", "exc_value": "v"}]},
    )
    first, second = airflow.log(TryKey(EXTRACT, 1))
    assert first.event == "hello"
    assert second.error_detail is not None
    assert second.error_detail[0].exc_type == "E"


def test_a_log_that_is_not_there_is_said_to_be_so(server: FakeAirflow, airflow: Airflow) -> None:
    server.add_run("etl", "r1").task("extract")
    with pytest.raises(NotThere):
        airflow.log(TryKey(EXTRACT, 1))


def test_states_and_fields_of_the_future_are_read(server: FakeAirflow, airflow: Airflow) -> None:
    server.fails(
        "taskInstances",
        text(
            b'{"task_instances": [{"task_id": "a", "state": "pondering", "new": {"x": 1}}],'
            b' "total_entries": 1}'
        ),
    )
    (item,) = airflow.task_instances(RUN)
    assert item.state == "pondering"


def test_the_servers_clock_is_told_by_its_answers(server: FakeAirflow, airflow: Airflow) -> None:
    airflow.version()
    assert airflow.server_time == server.now.replace(microsecond=0)


def test_no_more_than_four_requests_are_under_way(server: FakeAirflow, airflow: Airflow) -> None:
    server.add_run("etl", "r1")
    server.fails("dagRuns/r1|version", late(0.05), times=20)
    threads = [threading.Thread(target=lambda: airflow.many([partial(airflow.dag_run, RUN)] * 10))]
    threads += [threading.Thread(target=lambda: airflow.many([airflow.version] * 10))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.most_at_once == 4


def test_a_source_that_airflow_hides_is_none(server: FakeAirflow, airflow: Airflow) -> None:
    # Its own words, to who may read this DAG and not all in its file (dag_sources.py of 3.3.2).
    hidden = "REDACTED - you do not have read permission on all Dags in the file"
    server.add_dag("flows", hidden)
    with pytest.raises(NotAllowed, match="its file holds DAGs"):
        airflow.source("flows", 1)


def test_sources_are_read_one_at_a_time(server: FakeAirflow, airflow: Airflow) -> None:
    server.add_dag("etl", "source")
    server.fails("dagSources", late(0.05), times=8)
    airflow.many([partial(airflow.source, "etl", 1)] * 8)
    assert server.most_at_once == 1


def test_many_gives_results_in_order_and_raises_the_first_error(
    server: FakeAirflow, airflow: Airflow
) -> None:
    for number in range(20):
        server.add_run("etl", f"r{number}")
    keys = [RunKey("etl", f"r{number}") for number in range(20)]
    runs = airflow.many([partial(airflow.dag_run, key) for key in keys])
    assert [run.dag_run_id for run in runs] == [key.run_id for key in keys]
    with pytest.raises(NotThere):
        airflow.many([partial(airflow.dag_run, RunKey("etl", "nope"))])


def test_a_password_user_signs_in_once(server: FakeAirflow) -> None:
    server.users = {"viewer": "secret"}
    airflow = Airflow(server.url, Password("viewer", "secret"))
    airflow.dags()
    airflow.dags()
    assert len(server.asked("auth/token")) == 1


def test_a_token_that_airflow_forgot_is_renewed_once(server: FakeAirflow) -> None:
    server.users = {"viewer": "secret"}
    airflow = Airflow(server.url, Password("viewer", "secret"))
    airflow.dags()
    server.tokens.clear()
    airflow.dags()
    assert len(server.asked("auth/token")) == 2


def test_a_wrong_password_is_said_to_be_one_and_not_tried_again(server: FakeAirflow) -> None:
    server.users = {"viewer": "secret"}
    airflow = Airflow(server.url, Password("viewer", "hunter2"))
    with pytest.raises(LoginFailed, match="XCOMTRACE_AIRFLOW_PASSWORD") as caught:
        airflow.dags()
    assert "hunter2" not in str(caught.value)
    assert len(server.asked("auth/token")) == 1


def test_a_refused_static_token_is_a_failed_login(server: FakeAirflow) -> None:
    server.users = {}
    with pytest.raises(LoginFailed, match="XCOMTRACE_AIRFLOW_TOKEN"):
        Airflow(server.url, Token("stale")).dags()


def test_an_airflow_without_a_password_sign_in_says_what_to_set(server: FakeAirflow) -> None:
    server.users = {}
    server.fails("auth/token", status(404))
    with pytest.raises(LoginFailed, match="XCOMTRACE_AIRFLOW_TOKEN_COMMAND"):
        Airflow(server.url, Password("viewer", "secret")).dags()


def test_the_version_is_asked_without_a_password(server: FakeAirflow) -> None:
    server.users = {}
    assert Airflow(server.url, Password("viewer", "wrong")).version().version == "3.3.2"


def test_an_airflow_2_that_is_too_old_is_named_with_its_version(
    server: FakeAirflow, airflow: Airflow
) -> None:
    server.fails("/api/v2/version", status(404))
    server.fails("/api/v1/version", text(b'{"version": "2.3.4", "git_version": null}'))
    with pytest.raises(
        WrongVersion, match=r"Airflow 2\.3\.4: xcomtrace reads Airflow 2\.4 and newer"
    ):
        airflow.version()


def test_a_token_that_four_requests_find_refused_at_once_is_renewed_by_one_of_them(
    server: FakeAirflow,
) -> None:
    server.users = {"viewer": "secret"}
    airflow = Airflow(server.url, Password("viewer", "secret"))
    airflow.dags()
    server.tokens = {"of somebody else"}
    server.fails("/dags", late(0.2), times=4)
    assert len(airflow.many([airflow.dags] * 4)) == 4
    assert len(server.asked("auth/token")) == 2


def test_a_web_page_is_no_airflow(server: FakeAirflow, airflow: Airflow) -> None:
    server.fails("version", page(), times=2)
    with pytest.raises(NotAirflow, match="check XCOMTRACE_AIRFLOW_URL"):
        airflow.version()


def test_an_address_with_the_api_path_is_corrected(server: FakeAirflow) -> None:
    with pytest.raises(NotAirflow, match=f"XCOMTRACE_AIRFLOW_URL should be {server.url}$"):
        Airflow(server.url + "/api/v2").version()


def test_a_page_instead_of_json_later_on_is_no_airflow_either(
    server: FakeAirflow, airflow: Airflow
) -> None:
    server.fails("dagRuns", page())
    with pytest.raises(NotAirflow):
        airflow.open_runs()


def test_a_busy_airflow_says_how_long_to_wait(server: FakeAirflow, airflow: Airflow) -> None:
    server.fails("dagRuns", status(429, Retry_After="17"))
    with pytest.raises(Busy) as caught:
        airflow.open_runs()
    assert caught.value.retry_after == 17
    assert len(server.asked("dagRuns")) == 1


def test_requests_that_fail_are_counted_and_what_is_missing_is_no_failure(
    server: FakeAirflow, airflow: Airflow
) -> None:
    airflow.version()
    with pytest.raises(NotThere):
        airflow.source("nothing", 1)
    assert airflow.errors == 0
    server.fails("dags", status(503), times=1)
    with pytest.raises(Busy):
        airflow.dags()
    assert airflow.errors == 1
