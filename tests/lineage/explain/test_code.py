# ruff: noqa: E501  # a case is read best when each of its lines stands on one line
"""Why a task's Python code failed, where a pull is to blame, and the line put right."""

from typing import Any, NamedTuple

import pytest

from app.lineage.analyze import analyze
from app.model.facts import RunFacts
from app.model.findings import Problem
from tests.lineage.scenario import Scenario, failed, failing_template


class Code(NamedTuple):
    line: str
    said: str
    kind: str = ""
    suggests: str = ""
    corrected: str | None = None
    gave: dict[str, Any] | None = None


GAVE = {"make": {"path": "v", "rows": [1], "gone": None}, "make:report": {"n": 1}}
CODE = {
    "a task mistyped": Code(
        "return ti.xcom_pull(task_ids='mkae')['path']", "TypeError: 'NoneType' object is not subscriptable",
        "unknown_task", "did you mean make?", "return ti.xcom_pull(task_ids='make')['path']",
    ),
    "a method of nothing": Code(
        'return ti.xcom_pull("mkae").get("path")', "AttributeError: 'NoneType' object has no attribute 'get'",
        "unknown_task", "did you mean make?", 'return ti.xcom_pull("make").get("path")',
    ),
    "a key mistyped": Code(
        "return ti.xcom_pull(task_ids='make', key='reprot')['n']", "TypeError: 'NoneType' object is not subscriptable",
        "unknown_key", "did you mean report?", "return ti.xcom_pull(task_ids='make', key='report')['n']",
    ),
    "a step mistyped": Code(
        "return ti.xcom_pull('make')['pth']", "KeyError: 'pth'",
        "missing_path", "did you mean path?", "return ti.xcom_pull('make')['path']",
    ),
    "a step of which the first is mistyped": Code(
        "return ti.xcom_pull('make')['row'][0]", "KeyError: 'row'",
        "missing_path", "did you mean rows?", "return ti.xcom_pull('make')['rows'][0]",
    ),
    "behind the last": Code(
        "return ti.xcom_pull('make')['rows'][5]", "IndexError: list index out of range",
        "index_out_of_range", "the last one is [0]",
    ),
    "below a null": Code(
        "return ti.xcom_pull('make')['gone']['x']", "TypeError: 'NoneType' object is not subscriptable",
        "null_value", "write a value there, or read it with a default: ['gone'] may be null",
    ),
    "JSON written as a text": Code(
        "return ti.xcom_pull('make')['k']", "TypeError: string indices must be integers, not 'str'",
        "not_a_mapping", "make wrote its JSON as a text: write the object once (json.dump(value, file)), or parse it here",
        gave={"make": '{"k": 1}'},
    ),
    "a list for one": Code(
        "return ti.xcom_pull(task_ids=['make'])['path']", "TypeError: list indices must be integers or slices, not str",
        "not_a_mapping", "a list of task_ids gives a list: write task_ids='make', or take [0]",
    ),
    "a branch to nowhere": Code(
        "return ti.xcom_pull(key='next')",
        "AirflowException: 'branch_task_ids' expected all task IDs are strings. Invalid tasks found: {(None, 'NoneType')}.",
        "no_task_ids", "name the task to read from: ti.xcom_pull(task_ids='…')",
    ),
    "a failure of another kind": Code("return ti.xcom_pull('make')['path'] / 0", "ZeroDivisionError: division by zero"),
    "a key of something else": Code("return ti.xcom_pull('make')['path'], {}['pth']", "KeyError: 'pth'"),
    "nothing of something else": Code("return ti.xcom_pull('make')['path'], None[0]", "TypeError: 'NoneType' object is not subscriptable"),
}  # fmt: skip


@pytest.mark.parametrize("case", CODE.values(), ids=CODE)
def test_code_that_failed_on_a_pull_is_explained(case: Code) -> None:
    kind, _, text = case.said.partition(": ")
    source = f"""
def code(ti):
    {case.line}

with DAG("geo_tiles"):
    PythonOperator(task_id="use", python_callable=code)
"""
    found = analyze(
        Scenario(
            source,
            gave=case.gave or GAVE,
            got={"use": {"op_args": [], "op_kwargs": {}}},
            states={"use": "failed"},
            said={"use": failed(kind, text)},
            operators={"use": "PythonOperator"},
        ).facts()
    ).problems
    told = [one for one in found if one.consumer and one.pull]
    assert [one.kind.value for one in told] == ([case.kind] if case.kind else [])
    for problem in told:
        assert problem.suggestion is not None
        assert problem.suggestion.text == case.suggests
        assert problem.suggestion.replacement == case.corrected
        assert problem.airflow_said == case.said


def output(key: str, gave: dict[str, Any]) -> RunFacts:
    source = f"""
with DAG("geo_tiles"):
    make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
    KubernetesPodOperator(task_id="use", arguments=[make.output["{key}"]])
"""
    said = f'XComNotFound: XComArg result from make at geo_tiles with key="{key}" is not found!'
    log = failing_template("use", "arguments", "", said)
    return Scenario(
        source, gave=gave, got={"use": None}, states={"use": "failed"}, said={"use": log}
    ).facts()


def problem_of(facts: RunFacts) -> Problem:
    (problem,) = analyze(facts).problems
    return problem


def test_a_key_of_an_output_that_is_mistyped_is_put_right_in_its_line() -> None:
    problem = problem_of(output("reprot", {"make": {"a": 1}, "make:report": "r"}))
    assert problem.kind.value == "unknown_key"
    assert problem.suggestion is not None
    assert problem.suggestion.replacement == (
        'KubernetesPodOperator(task_id="use", arguments=[make.output["report"]])'
    )


def test_a_key_of_an_output_that_is_a_mistyped_path_becomes_a_template() -> None:
    problem = problem_of(output("pth", {"make": {"path": 1}}))
    assert problem.kind.value == "unknown_key"
    assert problem.suggestion is not None
    assert problem.suggestion.text == "did you mean path, inside return_value?"
    assert problem.suggestion.replacement == "{{ ti.xcom_pull(task_ids='make')['path'] }}"
