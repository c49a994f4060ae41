"""Suggestions, put into the DAGs that they are for and run: the pods get what was meant."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.lab.configuration import DAGS
from tests.lab.lab import Lab
from tests.whole.correcting import corrected, with_settings
from tests.whole.lab_cases import Expected, read, told_by_api
from tests.whole.recorded import texts_of_pods

Json = dict[str, Any]

GIVING = {
    dag_id: {one.what: one for one in read()[dag_id] if one.gives}
    for dag_id in ("failing_names", "silent_pulls")
}
CASES = [(dag_id, one) for dag_id, found in GIVING.items() for one in found.values()]
# Pods that were refused, by the DAG that they stand in, and what is given when they are not.
SIDECARS: dict[str, dict[str, Any]] = {
    "quota_refused": {"score_batch": {"scores": "s3://lab/scores-{run}"}},
    "refused_sidecars": {"limit_range": "ranged-{run}", "security": "restricted-{run}"},
}
LEAST_CASES = 10


@pytest.fixture(scope="module")
def corrected_pods(
    traced: TestClient, lab: Lab, lab_run: str
) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """DAG to task to field to the text that the corrected task's pod got, under the same run id."""
    for dag_id, wanted in GIVING.items():
        chosen = [
            problem
            for problem in _problems(traced, dag_id, lab_run)
            if told_by_api(problem).what in wanted
        ]
        source = corrected(_source(dag_id), chosen, dag_id=dag_id, new_id=_new(dag_id))
        _start(lab, dag_id, source, lab_run)
    for dag_id in GIVING:
        lab.wait(_new(dag_id), lab_run, timeout=600)
    return {dag_id: texts_of_pods(lab, _new(dag_id), lab_run) for dag_id in GIVING}


@pytest.fixture(scope="module")
def mended_pushes(traced: TestClient, lab: Lab, lab_run: str) -> None:
    """Runs of the DAGs whose pods were refused, with the connections that were suggested."""
    for dag_id in SIDECARS:
        source = _source(dag_id)
        settings = {
            task_id: {"kubernetes_conn_id": repr(connection_id)}
            for task_id, connection_id in _add_connections(traced, lab, dag_id, lab_run).items()
        }
        source = with_settings(source, settings, dag_id=dag_id, new_id=_new(dag_id))
        _start(lab, dag_id, source, lab_run)
    for dag_id in SIDECARS:
        lab.wait(_new(dag_id), lab_run, timeout=600)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= LEAST_CASES


@pytest.mark.parametrize(("dag_id", "expected"), CASES, ids=lambda one: getattr(one, "what", one))
def test_the_corrected_template_gives_the_pod_what_was_meant(
    corrected_pods: Mapping[str, Mapping[str, Mapping[str, str]]],
    lab_run: str,
    dag_id: str,
    expected: Expected,
) -> None:
    task_id, field, *_ = expected.what.split(" ")
    assert corrected_pods[dag_id][task_id][field] == expected.gives.replace("{run}", lab_run)


@pytest.mark.parametrize(
    ("dag_id", "task_id"), [(dag_id, task) for dag_id, tasks in SIDECARS.items() for task in tasks]
)
@pytest.mark.usefixtures("mended_pushes")
def test_the_suggested_connection_lets_the_pod_push(
    lab: Lab, lab_run: str, dag_id: str, task_id: str
) -> None:
    meant = json.loads(json.dumps(SIDECARS[dag_id][task_id]).replace("{run}", lab_run))
    assert lab.xcom(_new(dag_id), lab_run, task_id, "return_value") == meant


def test_the_suggested_switch_lets_the_pods_value_be_fetched(
    traced: TestClient, lab: Lab, lab_run: str
) -> None:
    problem = next(one for one in _problems(traced, "push_forgotten", lab_run) if one["root"])
    name, _, text = problem["suggestion"]["replacement"].partition("=")
    source = with_settings(
        _source("push_forgotten"),
        {problem["root"]["task_id"]: {name: text}},
        dag_id="push_forgotten",
        new_id=_new("push_forgotten"),
    )
    _start(lab, "push_forgotten", source, lab_run)
    assert lab.wait(_new("push_forgotten"), lab_run) == "success"
    pods = texts_of_pods(lab, _new("push_forgotten"), lab_run)
    assert pods["read"]["env_vars.PATH_IN"] == f"s3://lab/forgotten-{lab_run}"


def _add_connections(traced: TestClient, lab: Lab, dag_id: str, run_id: str) -> dict[str, str]:
    """Each task whose problem suggests an extra, with the new connection that has it."""
    made = {}
    for problem in _problems(traced, dag_id, run_id):
        if problem["consumer"] is None:
            task_id = problem["producer"]["task_id"]
            made[task_id] = f"mended_{task_id}_{run_id}"
            lab.add_connection(made[task_id], json.loads(problem["suggestion"]["replacement"]))
    return made


def _start(lab: Lab, dag_id: str, source: str, run_id: str) -> None:
    lab.add_dag(_new(dag_id), source)
    lab.trigger(_new(dag_id), run_id)


def _problems(traced: TestClient, dag_id: str, run_id: str) -> list[Json]:
    answer = traced.get(f"/api/v1/default/dags/{dag_id}/runs/{run_id}/flows")
    assert answer.status_code == 200
    problems: list[Json] = answer.json()["problems"]
    return problems


def _source(dag_id: str) -> str:
    return (DAGS / f"{dag_id}.py").read_text()


def _new(dag_id: str) -> str:
    return f"{dag_id}_corrected"
