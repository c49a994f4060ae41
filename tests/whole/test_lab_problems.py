"""What xcomtrace finds wrong in the lab's runs, against what is wrong with their DAGs."""

from collections import Counter
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.lab.configuration import DAGS
from tests.lab.lab import Lab
from tests.whole.lab_cases import differences, read, section, told_by_api

PROBLEMS = read()
DAG_IDS = sorted(file.stem for file in DAGS.glob("*.py"))
# A run that one of the lab's DAGs starts of its own, beside the one that all have.
EARLIER = {"cross_source": "earlier-"}
LEAST_HEALTHY = 40

Json = dict[str, Any]


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_each_failing_dag_yields_its_problems_and_a_healthy_one_none(
    traced: TestClient, lab_run: str, dag_id: str
) -> None:
    assert _differences(traced, dag_id, lab_run) == []


@pytest.mark.parametrize("dag_id", EARLIER)
def test_an_earlier_run_yields_its_own(traced: TestClient, lab_run: str, dag_id: str) -> None:
    assert _differences(traced, dag_id, f"{EARLIER[dag_id]}{lab_run}") == []


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_each_failed_pull_comes_with_its_proof(
    traced: TestClient, lab_run: str, dag_id: str
) -> None:
    for problem in _problems(traced, dag_id, lab_run):
        if problem["pull"] is not None:
            assert False in [check["ok"] for check in problem["checks"]]


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_each_cause_is_told_by_one_of_its_problems(
    traced: TestClient, lab_run: str, dag_id: str
) -> None:
    told = Counter(
        problem["cause"]
        for problem in _problems(traced, dag_id, lab_run)
        if not problem["is_victim"]
    )
    assert set(told.values()) <= {1}
    assert set(told) == {problem["cause"] for problem in _problems(traced, dag_id, lab_run)}


@pytest.mark.parametrize(
    ("dag_id", "causes"),
    [
        ("orders_export", 1),  # One empty return.json, four tasks that failed of it.
        ("empty_return_json", 2),
        ("push_forgotten", 1),
        ("quota_refused", 1),
        ("invalid_return_json", 1),
        ("producer_failed", 1),
    ],
)
def test_what_one_pod_did_to_its_readers_is_one_thing(
    traced: TestClient, lab_run: str, dag_id: str, causes: int
) -> None:
    found = {problem["cause"] for problem in _problems(traced, dag_id, lab_run)}
    assert len(found) == causes


def test_the_truth_speaks_of_dags_of_the_lab_only() -> None:
    assert {name.partition(" ")[0] for name in PROBLEMS} <= set(DAG_IDS)


def test_of_the_healthy_suspects_there_are_enough(lab: Lab, lab_run: str) -> None:
    assert len(lab.task_instances("healthy_suspects", lab_run)) >= LEAST_HEALTHY


def _differences(traced: TestClient, dag_id: str, run_id: str) -> list[str]:
    found = [told_by_api(problem) for problem in _problems(traced, dag_id, run_id)]
    return differences(PROBLEMS.get(section(dag_id, run_id), ()), found)[0]


def _problems(traced: TestClient, dag_id: str, run_id: str) -> list[Json]:
    answer = traced.get(f"/api/v1/default/dags/{dag_id}/runs/{run_id}/flows")
    assert answer.status_code == 200
    problems: list[Json] = answer.json()["problems"]
    return problems
