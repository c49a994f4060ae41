"""Whose the rendered fields are."""

from typing import Any

import pytest

from app.airflow.payloads import DagVersionItem, TaskInstanceItem
from app.lineage.fields import TRUNCATED
from app.lineage.trace.truncated import beginning
from app.model.facts import LogEvent, Try, TryLog
from app.model.ids import TaskInstanceKey, TryKey
from app.model.values import Json
from tests.masked import rendered_from, try_from

KEY = TryKey(TaskInstanceKey("etl", "r1", "load"), 2)
OLD: dict[str, Json] = {"arguments": ["from try 1"]}
NEW: dict[str, Json] = {"arguments": ["from try 2"]}


def item(state: str | None, *, number: int = 2, rendered: Any = None) -> TaskInstanceItem:
    return TaskInstanceItem(
        dag_id="etl",
        dag_run_id="r1",
        task_id="load",
        map_index=-1,
        state=state,
        try_number=number,
        rendered_fields=NEW if rendered is None else rendered,
    )


def log(*texts: str, error: str = "") -> TryLog:
    events = [LogEvent(None, "info", "", text) for text in texts]
    events += [LogEvent(None, "error", "task", "Task failed", error, "why")] if error else []
    return TryLog(KEY, tuple(events))


@pytest.mark.parametrize("state", ["success", "running", "failed", "up_for_retry", "skipped"])
def test_a_first_tries_fields_are_its_own(state: str) -> None:
    assert rendered_from(item(state, number=1), before=None, log=None) == NEW


@pytest.mark.parametrize("state", ["success", "deferred"])
def test_a_later_try_that_got_past_rendering_owns_its_fields(state: str) -> None:
    assert rendered_from(item(state), before=NEW, log=None) == NEW


@pytest.mark.parametrize(
    "state", [None, "queued", "scheduled", "running", "failed", "up_for_retry", "upstream_failed"]
)
def test_a_later_tries_fields_may_be_left_over_from_the_one_before(state: str | None) -> None:
    assert rendered_from(item(state), before=None, log=None) is None
    assert rendered_from(item(state, rendered=OLD), before=OLD, log=None) is None


@pytest.mark.parametrize("state", ["running", "failed"])
def test_fields_that_differ_from_the_try_before_were_written_by_this_one(state: str) -> None:
    assert rendered_from(item(state), before=OLD, log=None) == NEW


def test_a_later_try_that_failed_in_its_template_shows_fields_that_are_not_its_own() -> None:
    broken = log("Exception rendering Jinja template for task 'load', field 'x'", error="E")
    assert rendered_from(item("failed"), before=None, log=broken) is None


def test_a_later_try_that_failed_after_rendering_owns_its_fields() -> None:
    assert rendered_from(item("failed"), before=None, log=log(error="ApiException")) == NEW


def test_a_log_that_tells_of_no_error_proves_nothing() -> None:
    assert rendered_from(item("failed"), before=None, log=log("started")) is None


@pytest.mark.parametrize("rendered", [{}, "text", [], 3])
def test_fields_that_are_empty_or_none_at_all_say_nothing(rendered: Any) -> None:
    assert rendered_from(item("success", rendered=rendered), before=None, log=None) is None


def test_fields_are_masked() -> None:
    env = {"env_vars": [{"name": "TOKEN", "value": "abc"}]}
    assert rendered_from(item("success", rendered=env), before=None, log=None) == {
        "env_vars": [{"name": "TOKEN", "value": "***"}]
    }


def test_a_try_is_put_into_our_words() -> None:
    row = TaskInstanceItem(
        dag_id="etl",
        dag_run_id="r1",
        task_id="load",
        map_index=3,
        state="success",
        try_number=1,
        operator="KPO",
        operator_name="KubernetesPodOperator",
        max_tries=2,
        hostname="vm",
        rendered_map_index="eu",
        dag_version=DagVersionItem(7),
    )
    assert try_from(row, rendered=NEW) == Try(
        TryKey(TaskInstanceKey("etl", "r1", "load", 3), 1),
        state="success",
        operator="KubernetesPodOperator",
        max_tries=2,
        version_number=7,
        hostname="vm",
        rendered_map_index="eu",
        rendered=NEW,
    )


def test_a_task_that_never_started_has_try_0() -> None:
    bare = TaskInstanceItem(dag_id="etl", dag_run_id="r1", task_id="load")
    assert try_from(bare, rendered=None).key == TryKey(TaskInstanceKey("etl", "r1", "load"), 0)


def test_a_field_of_enormous_size_is_cut_as_airflow_would_cut_it() -> None:
    given = item("success", rendered={"cmds": ["sh"], "arguments": ["x" * 3_000_000]})
    fields = rendered_from(given, before=None, log=None)
    assert fields is not None
    assert fields["cmds"] == ["sh"]
    assert str(fields["arguments"]).startswith(f"{TRUNCATED} [core]max_templated_field_length. [")
    assert beginning(str(fields["arguments"])) == "['" + "x" * 999_998
