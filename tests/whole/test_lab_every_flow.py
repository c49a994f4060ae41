"""Every flow of every DAG of the lab, against Airflow's own reading of their files.

The bars are those of the design: flows of real runs into arguments, environment variables and other
fields; those into Python code, which no field shows, are counted apart.
"""

from functools import partial

import pytest
from starlette.testclient import TestClient

from tests.lab.lab import Lab
from tests.whole.fixture import flows_told
from tests.whole.lab_score import LabScore, lab_score
from tests.whole.recorded import instance

LEAST_RECALL, LEAST_PRECISION = 0.99, 0.995


@pytest.fixture(scope="module")
def score(traced: TestClient, lab: Lab, lab_run: str) -> LabScore:
    return lab_score(lab, lab_run, partial(flows_told, traced, lab_run))


def test_it_tells_the_flows_into_fields(score: LabScore) -> None:
    assert score.recall() >= LEAST_RECALL, score.table()
    assert score.precision() >= LEAST_PRECISION, score.table()


def test_no_flow_is_called_confirmed_that_is_not(score: LabScore) -> None:
    assert score.falsely_confirmed == (), score.table()


def test_it_tells_what_python_code_pulled_from_whom(score: LabScore) -> None:
    assert score.recall(["Python code"]) >= LEAST_RECALL, score.table()
    assert score.precision(["Python code"]) >= LEAST_PRECISION, score.table()


def test_of_equal_values_that_an_unknown_condition_chose_from_both_are_candidates(
    traced: TestClient, lab_run: str
) -> None:
    answer = traced.get(f"/api/v1/default/dags/ambiguous_flows/runs/{lab_run}/flows").json()
    found = {
        tuple(map(instance, one["producers"]))
        for one in answer["candidates"]
        if one["consumer"]["field"] == "arguments[5]"
    }
    assert found == {("first", "second")}


@pytest.mark.parametrize(
    ("field", "spans"),
    [
        ("arguments[3]", {"first": [[0, 1]], "second": [[1, 2]]}),  # 77
        ("arguments[4]", {"second": [[0, 1]], "first": [[1, 2]]}),  # 777
        ("arguments[5]", {"first": [[1, 2]]}),  # 777
        ("arguments[6]", {"first": [[0, 4]], "second": [[4, 9]]}),  # TrueFalseTrue
        ("arguments[7]", {"first": [[1, 1]], "second": [[2, 2]]}),  # []
        ("arguments[12]", {"second": [[0, 2]], "first": [[2, 6]]}),  # b1b1b1
    ],
)
def test_of_equal_texts_in_a_field_each_is_the_one_that_stands_there(
    traced: TestClient, lab_run: str, field: str, spans: dict[str, list[list[int]]]
) -> None:
    found = {
        instance(flow["producer"]): flow["consumer"]["spans"]
        for flow in flows_told(traced, lab_run, "ambiguous_flows")
        if (instance(flow["consumer"]), flow["consumer"]["field"]) == ("by_arguments", field)
    }
    assert found == spans
