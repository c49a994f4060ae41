"""What earlier runs had and this one lacks is the producer's to mend, not the template's."""

from typing import Any

from app.lineage.analyze import analyze
from app.model.findings import Problem
from tests.lineage.scenario import Scenario, failing_template

LACKS = "UndefinedError: 'dict object' has no attribute 'path'"
NONE = "UndefinedError: 'None' has no attribute 'path'"


def run(
    template: str, said: str, gave: dict[str, Any], *before: dict[str, Any], **more: Any
) -> Scenario:
    """The pod `use` failed; `before`: what the tasks gave in earlier runs."""
    return Scenario(
        f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="make", do_xcom_push=True)
    KubernetesPodOperator(task_id="use", arguments=[{template!r}])
""",
        gave=gave,
        got={"use": None},
        states={"use": "failed"},
        said={"use": failing_template("use", "arguments", [template], said), "make": []},
        before=tuple(Scenario(gave=one) for one in before) if before else None,
        **more,
    )


def problem_of(scenario: Scenario) -> Problem:
    (problem,) = analyze(scenario.facts()).problems
    return problem


def suggested(problem: Problem) -> tuple[str, str | None]:
    assert problem.suggestion is not None
    return problem.suggestion.text, problem.suggestion.replacement


PULL = "{{ ti.xcom_pull('make')['path'] }}"


def test_earlier_runs_are_asked_for_where_a_path_is_missing() -> None:
    analysis = analyze(run(PULL, LACKS, {"make": {"rows": 1}}).facts())
    assert "make" in analysis.wanted_past


def test_a_path_that_delivers_asks_for_nothing() -> None:
    scenario = Scenario(
        f'with DAG("geo_tiles"):\n    KubernetesPodOperator(task_id="use", arguments=[{PULL!r}])\n',
        gave={"make": {"path": "s3://x/1f9a"}},
        got={"use": {"arguments": ["s3://x/1f9a"]}},
    )
    assert analyze(scenario.facts()).wanted_past == ()


def test_a_path_that_earlier_runs_had_is_the_producers_to_mend() -> None:
    problem = problem_of(run(PULL, LACKS, {"make": {"rows": 1}}, {"make": {"path": "s3://x"}}))
    assert problem.kind.value == "missing_path"
    assert suggested(problem) == (
        "['path'] was present until run earlier 0: let make write it again",
        None,
    )
    assert [one.seen for one in problem.checks if one.ok is False] == [
        "only rows; present until run earlier 0"
    ]


def test_a_path_that_has_another_name_since_is_corrected() -> None:
    now = {"make": {"rows": 1, "output_path": "s3://y"}}
    problem = problem_of(run(PULL, LACKS, now, {"make": {"path": "s3://x", "rows": 1}}))
    assert suggested(problem) == (
        (
            "['path'] was present until run earlier 0: let make write it again;"
            " or did you mean output_path?"
        ),
        "{{ ti.xcom_pull('make')['output_path'] }}",
    )


def test_a_name_that_was_there_before_is_not_what_the_missing_one_is_called_now() -> None:
    now = {"make": {"output_path": "s3://y"}}
    before = {"make": {"path": "s3://x", "output_path": "s3://y"}}
    assert suggested(problem_of(run(PULL, LACKS, now, before)))[1] is None


def test_a_path_that_no_run_had_is_corrected() -> None:
    now = {"make": {"output_path": "s3://y"}}
    assert suggested(problem_of(run(PULL, LACKS, now, now))) == (
        "did you mean output_path?",
        "{{ ti.xcom_pull('make')['output_path'] }}",
    )


def test_the_newest_run_that_had_it_is_named() -> None:
    """The first of the earlier ones in time is the last that is named here."""
    scenario = run(
        PULL, LACKS, {"make": {"rows": 1}}, {"make": {"rows": 1}}, {"make": {"path": "s3://x"}}
    )
    assert "until run earlier 1" in suggested(problem_of(scenario))[0]


def test_a_key_that_earlier_runs_pushed_is_the_producers_to_mend() -> None:
    template = "{{ ti.xcom_pull('make', key='report')['path'] }}"
    now, before = {"make:stats": 1}, {"make:report": {"path": "s3://x"}, "make:stats": 1}
    problem = problem_of(run(template, NONE, now, before))
    assert problem.kind.value == "unknown_key"
    assert suggested(problem) == (
        "report was present until run earlier 0: let make push it again",
        None,
    )


def test_a_key_that_has_another_name_since_is_corrected() -> None:
    template = "{{ ti.xcom_pull('make', key='report')['path'] }}"
    now, before = {"make:reports": {"path": "y"}}, {"make:report": {"path": "x"}}
    assert suggested(problem_of(run(template, NONE, now, before))) == (
        "report was present until run earlier 0: let make push it again; or did you mean reports?",
        "{{ ti.xcom_pull('make', key='reports')['path'] }}",
    )


def test_a_pod_that_pushes_nothing_since_is_told_as_such() -> None:
    now, before = {"make:pod_name": "make-1"}, {"make": {"path": "s3://x"}}
    problem = problem_of(run(PULL, NONE, now, before))
    assert problem.kind.value == "nothing_pushed"
    assert suggested(problem)[0].startswith("present until run earlier 0; ")


def test_a_list_that_was_longer_and_a_null_that_was_none_name_the_run() -> None:
    template = "{{ ti.xcom_pull('make')[2] }}"
    said = "UndefinedError: list object has no element 2"
    short = problem_of(run(template, said, {"make": [1]}, {"make": [1, 2, 3]}))
    assert suggested(short) == ("the last one is [0]; present until run earlier 0", None)
    null = problem_of(
        run(
            "{{ ti.xcom_pull('make')['deep']['path'] }}",
            NONE,
            {"make": {"deep": None}},
            {"make": {"deep": {"path": 1}}},
        )
    )
    assert null.kind.value == "null_value"
    assert "present until run earlier 0" in suggested(null)[0]
