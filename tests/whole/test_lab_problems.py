"""What xcomtrace finds wrong in the lab's runs, against what is wrong with their DAGs."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.whole.cases import sections

PROBLEMS = sections("lab_problems.txt")

Json = dict[str, Any]


@pytest.mark.parametrize("dag_id", PROBLEMS)
def test_each_failing_dag_yields_its_problems_and_a_healthy_one_none(
    traced: TestClient, lab_run: str, dag_id: str
) -> None:
    expected = {line.partition(" |")[0] for line in PROBLEMS[dag_id]}
    assert {_line(problem) for problem in _problems(traced, dag_id, lab_run)} == expected


@pytest.mark.parametrize("dag_id", PROBLEMS)
def test_each_problem_comes_with_its_correction(
    traced: TestClient, lab_run: str, dag_id: str
) -> None:
    found = {_line(problem): problem for problem in _problems(traced, dag_id, lab_run)}
    for line in PROBLEMS[dag_id]:
        what, _, correction = line.partition(" |")
        assert correction.strip() in _suggestion(found[what])


@pytest.mark.parametrize("dag_id", PROBLEMS)
def test_each_failed_pull_comes_with_its_proof(
    traced: TestClient, lab_run: str, dag_id: str
) -> None:
    for problem in _problems(traced, dag_id, lab_run):
        if problem["consumer"] is not None:
            assert False in [check["ok"] for check in problem["checks"]]


def _problems(traced: TestClient, dag_id: str, run_id: str) -> list[Json]:
    answer = traced.get(f"/api/v1/default/dags/{dag_id}/runs/{run_id}/flows")
    assert answer.status_code == 200
    problems: list[Json] = answer.json()["problems"]
    return problems


def _line(problem: Json) -> str:
    side = problem["consumer"] or problem["producer"]
    field = problem["consumer"]["field"] if problem["consumer"] else "-"
    silent = " silent" if problem["silent"] else ""
    return f"{side['task_id']} {field} {problem['kind']}{silent}"


def _suggestion(problem: Json) -> str:
    suggestion = problem["suggestion"] or {"text": "", "replacement": None}
    return f"{suggestion['text']}\n{suggestion['replacement'] or ''}"
