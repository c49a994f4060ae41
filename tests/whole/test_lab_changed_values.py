"""Values that changed after they were read: what the reader has is no longer what Airflow shows."""

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
    lab.change_xcom(DAG_ID, finished_run, "make", "return_value", {"uri": "s3://lab/by-hand"})
    mirror(lab, traced_folder)
    assert _problems(traced, finished_run) == ["read op_kwargs.uri stale_value silent"]


def test_a_value_of_another_try_leaves_its_reader_with_the_old_one(
    traced: TestClient, lab: Lab, traced_folder: Path, finished_run: str
) -> None:
    lab.clear(DAG_ID, finished_run, ["make"])
    assert lab.wait(DAG_ID, finished_run) == "success"
    mirror(lab, traced_folder)
    value: dict[str, Any] = lab.xcom(DAG_ID, finished_run, "make", "return_value")
    assert value == {"uri": f"s3://lab/try-2-{finished_run}"}
    assert _problems(traced, finished_run) == ["read op_kwargs.uri stale_value silent"]


def _problems(traced: TestClient, run_id: str) -> list[str]:
    answer = traced.get(f"/api/v1/default/dags/{DAG_ID}/runs/{run_id}/flows")
    assert answer.status_code == 200
    return [told_by_api(problem).what for problem in answer.json()["problems"]]
