"""Values that changed after they were read: what the reader has is no longer what Airflow shows."""

import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.lab.lab import Lab
from tests.whole.fixture import mirror
from tests.whole.lab_cases import told_by_api

DAG_ID = "changed_values"


@pytest.fixture
def finished_run(traced: TestClient, lab: Lab, traced_folder: Path) -> str:
    """The id of a new run that is over and mirrored."""
    assert traced
    run_id = f"changed-{uuid.uuid4().hex[:8]}"
    lab.trigger(DAG_ID, run_id)
    assert lab.wait(DAG_ID, run_id) == "success"
    mirror(lab, traced_folder)
    return run_id


def test_what_was_read_is_healthy_at_first(traced: TestClient, finished_run: str) -> None:
    assert _problems(traced, finished_run) == []


def test_a_value_changed_by_hand_leaves_its_reader_with_the_old_one(
    traced: TestClient, lab: Lab, traced_folder: Path, finished_run: str
) -> None:
    # What comes sooner than five seconds after a try's end is the try's own (docs/history.md).
    time.sleep(6)
    lab.change_xcom(DAG_ID, finished_run, "make", "return_value", {"uri": "s3://lab/by-hand"})
    mirror(lab, traced_folder)
    assert _problems(traced, finished_run) == ["read op_kwargs.uri stale_value silent"]
    first = f"s3://lab/try-1-{finished_run}"
    assert _given(traced, finished_run) == [("try", first), ("changed by hand", "s3://lab/by-hand")]
    assert _changed_since_read(traced, finished_run) == [("by hand", "op_kwargs.uri", False)]


def test_a_value_of_another_try_leaves_its_reader_with_the_old_one(
    traced: TestClient, lab: Lab, traced_folder: Path, finished_run: str
) -> None:
    lab.clear(DAG_ID, finished_run, ["make"])
    assert lab.wait(DAG_ID, finished_run) == "success"
    mirror(lab, traced_folder)
    value: dict[str, Any] = lab.xcom(DAG_ID, finished_run, "make", "return_value")
    first, second = (f"s3://lab/try-{number}-{finished_run}" for number in (1, 2))
    assert value == {"uri": second}
    assert _problems(traced, finished_run) == ["read op_kwargs.uri stale_value silent"]
    assert _given(traced, finished_run) == [("try", first), ("try", second)]
    assert _changed_since_read(traced, finished_run) == [("ran again", "op_kwargs.uri", False)]


def test_two_runs_are_told_apart_by_what_was_changed_in_one(
    traced: TestClient, lab: Lab, traced_folder: Path, finished_run: str
) -> None:
    """What holds the run's own id differs in every run, and is no difference."""
    run_id = f"changed-{uuid.uuid4().hex[:8]}"
    lab.trigger(DAG_ID, run_id)
    assert lab.wait(DAG_ID, run_id) == "success"
    mirror(lab, traced_folder)
    assert _differences(traced, finished_run, run_id) == []
    lab.change_xcom(DAG_ID, run_id, "make", "return_value", {"uri": "s3://lab/by-hand"})
    mirror(lab, traced_folder)
    own = f"s3://lab/try-1-{finished_run}"
    assert _differences(traced, finished_run, run_id) == [("make", own, "s3://lab/by-hand")]


def _problems(traced: TestClient, run_id: str) -> list[str]:
    answer = traced.get(f"/api/v1/default/dags/{DAG_ID}/runs/{run_id}/flows")
    assert answer.status_code == 200
    return [told_by_api(problem).what for problem in answer.json()["problems"]]


def _given(traced: TestClient, run_id: str) -> list[tuple[str, str]]:
    """What happened to what `make` gives, with its value since then."""
    return [
        (version["what"], xcom["value"]["uri"])
        for version in _history(traced, run_id)["versions"]
        for xcom in version["xcoms"]
        if xcom["key"] == "return_value"
    ]


def _changed_since_read(traced: TestClient, run_id: str) -> list[tuple[str, str, bool | None]]:
    """How, the field that read it, and whether it is the same."""
    return [
        (one["how"], one["flow"]["consumer"]["field"], one["is_same"])
        for one in _history(traced, run_id)["changed_since_read"]
    ]


def _history(traced: TestClient, run_id: str) -> dict[str, Any]:
    answer = traced.get(f"/api/v1/default/dags/{DAG_ID}/runs/{run_id}/tasks/make/history")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def _differences(traced: TestClient, left: str, right: str) -> list[tuple[str, str, str]]:
    """The task and both values of what differs, but not in every run."""
    answer = traced.get(
        f"/api/v1/default/dags/{DAG_ID}/compare", params={"left": left, "right": right}
    )
    assert answer.status_code == 200
    return [
        (pair["task_id"], change["left"], change["right"])
        for pair in answer.json()["comparison"]["task_instances"]
        for change in pair["changes"]
        if change["always"] is None
    ]
