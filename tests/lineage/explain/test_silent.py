# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""What a task got that was not what was meant, although Airflow says green."""

from typing import Any

import pytest

from app.lineage.analyze import analyze
from app.model.findings import Problem
from tests.lineage.scenario import Scenario, check, failed, shown_problem

UNKNOWN = "unknown_task use.arguments[0] silent: did you mean make?"
NULL = (
    "null_value use.arguments[0] silent: give it a default: | default('…', true), or write a value"
)
TOJSON = "python_repr use.{} silent: add | tojson, so that the pod gets JSON"
VALUES = {"make": {"k": "v", "gone": None, "rows": ["a", "b"], "whole": {"a": True}}}


def pod(arguments: Any, **more: Any) -> Scenario:
    """A green pod `use` with these arguments, in the source and as they were rendered."""
    written, rendered = arguments
    source = (
        more.pop("source", None)
        or f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=[{written!r}])
"""
    )
    return Scenario(source, **{"gave": VALUES, "got": {"use": {"arguments": [rendered]}}, **more})


def only(scenario: Scenario) -> Problem:
    (problem,) = analyze(scenario.facts()).problems
    return problem


def corrected(problem: Problem) -> str | None:
    return problem.suggestion.replacement if problem.suggestion else None


NONE = [
    ("{{ ti.xcom_pull('mkae') }}", "None", [UNKNOWN]),
    ("s3://b/{{ ti.xcom_pull('mkae') }}/x", "s3://b/None/x", [UNKNOWN]),
    (
        "{{ ti.xcom_pull('mkae') }} to {{ ti.xcom_pull('make')['gone'] }}",
        "None to None",
        [UNKNOWN, NULL],
    ),
    ("{{ ti.xcom_pull('make')['k'] }}-{{ ti.xcom_pull('mkae') }}", "v-None", [UNKNOWN]),
    ("{{ ti.xcom_pull('mkae') | int }}", "0", [UNKNOWN]),
    ("{{ ti.xcom_pull('mkae')|float }}", "0.0", [UNKNOWN]),
    ("{{ ti.xcom_pull('make')['gone'] | int }}", "0", [NULL]),
    ("{{ ti.xcom_pull('mkae') | upper }}", "NONE", [UNKNOWN]),
    ("{{ ti.xcom_pull('mkae') | tojson }}", "null", [UNKNOWN]),
    ("{{ ti.xcom_pull(['make', 'mkae']) | tojson }}", '[{"k": "v"}, null]', [UNKNOWN]),
    ("{{ ti.xcom_pull(['make', 'mkae']) }}", "[{'k': 'v'}, None]", [UNKNOWN]),
    ("{{ 's3://' ~ ti.xcom_pull('mkae') }}", "s3://None", [UNKNOWN]),
    ("{{ '%s/x' % ti.xcom_pull('mkae') }}", "None/x", [UNKNOWN]),
    ("{{ '%s/%s' % (ti.xcom_pull('make')['k'], ti.xcom_pull('mkae')) }}", "v/None", [UNKNOWN]),
    ("{{ [ti.xcom_pull('make')['k'], ti.xcom_pull('mkae')] | join(',') }}", "v,None", [UNKNOWN]),
    ("{% set x = ti.xcom_pull('mkae') %}--in={{ x }}", "--in=None", [UNKNOWN]),
]


@pytest.mark.parametrize(("template", "rendered", "problems"), NONE)
def test_none_is_found_however_it_stands_in_the_field(
    template: str, rendered: str, problems: list[str]
) -> None:
    gave = {"make": {"k": "v"}} if "[{" in rendered else VALUES
    found = analyze(pod((template, rendered), gave=gave).facts()).problems
    assert sorted(map(shown_problem, found)) == sorted(problems)
    assert all(one.title.startswith("use got the text ") for one in found)


def test_what_a_filter_made_of_none_is_what_the_title_says() -> None:
    found = only(pod(("{{ ti.xcom_pull('mkae') | int }}", "0")))
    assert found.title == "use got the text 0, and is green"


SOURCES = [
    # an XComArg in an f-string is a template
    (
        """
    make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
    KubernetesPodOperator(task_id="use", arguments=[f"--in={make.output['nokey']}"])""",
        {"use": {"arguments": ["--in=None"]}},
        "unknown_key use.arguments[0] silent",
    ),
    (
        """
    KubernetesPodOperator(task_id="use", env_vars={"PATH_IN": "{{ ti.xcom_pull('mkae') }}"})""",
        {"use": {"env_vars": [{"name": "PATH_IN", "value": "None", "value_from": None}]}},
        "unknown_task use.env_vars.PATH_IN silent: did you mean make?",
    ),
    (
        """
    PythonOperator(task_id="use", python_callable=print, op_kwargs={"x": {"y": "{{ ti.xcom_pull('mkae') }}"}})""",
        {"use": {"op_args": [], "op_kwargs": {"x": {"y": "None"}}}},
        "unknown_task use.op_kwargs.x.y silent: did you mean make?",
    ),
    (
        """
    KubernetesPodOperator(task_id="use", labels={"of": "{{ ti.xcom_pull('mkae') }}"})""",
        {"use": {"labels": {"of": "None"}}},
        "unknown_task use.labels.of silent: did you mean make?",
    ),
]


@pytest.mark.parametrize(("tasks", "got", "problem"), SOURCES)
def test_none_is_found_in_every_field(tasks: str, got: Any, problem: str) -> None:
    scenario = Scenario(f'with DAG("geo_tiles"):{tasks}', gave={"make": {"k": "v"}}, got=got)
    assert shown_problem(only(scenario)) == problem


REPRS = [
    ("{{ ti.xcom_pull('make') }}", "{'k': 'v'}", "{{ ti.xcom_pull('make') | tojson }}"),
    (
        "--config={{ ti.xcom_pull('make') }}",
        "--config={'k': 'v'}",
        "--config={{ ti.xcom_pull('make') | tojson }}",
    ),
    (
        "run --config={{ ti.xcom_pull('make') }}",
        "run --config={'k': 'v'}",
        "run --config={{ ti.xcom_pull('make') | tojson }}",
    ),
    (
        "{{ ti.xcom_pull('make') or {} }}",
        "{'k': 'v'}",
        "{{ (ti.xcom_pull('make') or {}) | tojson }}",
    ),
]


@pytest.mark.parametrize(("template", "rendered", "right"), REPRS)
def test_a_mapping_as_python_prints_it_is_corrected_to_json(
    template: str, rendered: str, right: str
) -> None:
    found = only(pod((template, rendered), gave={"make": {"k": "v"}}))
    assert shown_problem(found) == TOJSON.format("arguments[0]")
    assert corrected(found) == right
    assert found.consumer is not None
    start, end = found.consumer.spans[0]
    assert rendered[start:end] == "{'k': 'v'}"
    assert [one.what for one in found.checks if one.ok is False] == ["value is JSON"]


def test_the_repr_of_the_right_pull_is_corrected() -> None:
    template = "{{ ti.xcom_pull('make')['k'] }}={{ ti.xcom_pull('make')['whole'] }}"
    found = only(pod((template, "v={'a': True}")))
    assert corrected(found) == (
        "{{ ti.xcom_pull('make')['k'] }}={{ ti.xcom_pull('make')['whole'] | tojson }}"
    )


LISTS = [
    ("{{ ti.xcom_pull(task_ids=['make']) }}", "['v']", "{{ ti.xcom_pull(task_ids='make') }}"),
    (
        "{{ ti.xcom_pull(['make', 'two']) }}",
        "['v', 'w']",
        "{{ ti.xcom_pull(['make', 'two']) | tojson }}",
    ),
    (
        "--in={{ ti.xcom_pull('many') }}",
        "--in=['x', 'y']",
        "--in={{ ti.xcom_pull('many') | tojson }}",
    ),
]
GIVERS = {"make": "v", "two": "w", "many[0]": "x", "many[1]": "y"}


@pytest.mark.parametrize(("template", "rendered", "right"), LISTS)
def test_a_list_of_pulled_values_as_python_prints_it_is_found(
    template: str, rendered: str, right: str
) -> None:
    found = only(pod((template, rendered), gave=GIVERS))
    assert (found.kind.value, corrected(found)) == ("sequence_repr", right)


OBJECTS = [
    (
        "{{ ti.xcom_pull(['make', 'two']) }}",
        "LazySelectSequence([2 items])",
        "{{ ti.xcom_pull(['make', 'two']) | list | tojson }}",
        2,
    ),
    (
        "{{ ti.xcom_pull(['make']) }}",
        "LazySelectSequence([1 item])",
        "{{ ti.xcom_pull('make') }}",
        2,
    ),
    (
        "in {{ ti.xcom_pull('many') }}",
        "in LazySelectSequence([2 items])",
        "in {{ ti.xcom_pull('many') | list }}",
        2,
    ),
    (
        "{{ ti.xcom_pull('rows') | map('upper') }}",
        "<generator object sync_do_map at 0x7f12ab>",
        "{{ ti.xcom_pull('rows') | map('upper') | list | tojson }}",
        3,
    ),
    (
        "{{ ti.xcom_pull('map').keys() }}",
        "dict_keys(['l'])",
        "{{ ti.xcom_pull('map').keys() | list | tojson }}",
        3,
    ),
]


@pytest.mark.parametrize(("template", "rendered", "right", "major"), OBJECTS)
def test_a_sequence_that_nobody_read_is_found(
    template: str, rendered: str, right: str, major: int
) -> None:
    gave = {**GIVERS, "rows": ["a"], "map": {"l": 1}}
    found = only(pod((template, rendered), gave=gave, more={"airflow_major": major}))
    assert (found.kind.value, corrected(found)) == ("sequence_repr", right)


def test_an_id_that_airflow_2_dropped_from_a_list_is_named() -> None:
    scenario = pod(
        ("{{ ti.xcom_pull(['make', 'mkae', 'two']) | list }}", "['v', 'w']"),
        gave=GIVERS,
        more={"airflow_major": 2},
    )
    assert UNKNOWN in map(shown_problem, analyze(scenario.facts()).problems)


def test_a_lazy_list_that_is_too_short_names_what_it_lacks() -> None:
    scenario = pod(
        ("{{ ti.xcom_pull(['make', 'quiet']) }}", "LazySelectSequence([1 item])"),
        gave=GIVERS,
        others=("quiet",),
        more={"airflow_major": 2},
    )
    kinds = {one.kind.value for one in analyze(scenario.facts()).problems}
    assert kinds == {"sequence_repr", "nothing_pushed"}


BRACES = [
    (
        "--in={ ti.xcom_pull(task_ids='make')['k'] }",
        "--in={{ ti.xcom_pull(task_ids='make')['k'] }}",
    ),
    ("{ti.xcom_pull('make')}", "{{ ti.xcom_pull('make') }}"),
    ("ti.xcom_pull('make')['k']", "{{ ti.xcom_pull('make')['k'] }}"),
    ("--in=task_instance.xcom_pull('make')", "--in={{ task_instance.xcom_pull('make') }}"),
]


@pytest.mark.parametrize(("text", "right"), BRACES)
@pytest.mark.parametrize("state", ["success", "failed"])
def test_a_pull_that_lost_its_braces_is_given_them_back(text: str, right: str, state: str) -> None:
    found = only(pod((text, text), states={"use": state}, said={"use": []}))
    assert (found.kind.value, corrected(found)) == ("braces_lost", right)
    assert found.silent is (state == "success")


def test_braces_that_an_f_string_ate_are_found_with_their_line() -> None:
    source = """
with DAG("geo_tiles"):
    name = "make"
    KubernetesPodOperator(
        task_id="use",
        arguments=[f"{{ ti.xcom_pull(task_ids='{name}') }}"],
    )
"""
    text = "{ ti.xcom_pull(task_ids='make') }"
    found = only(pod((text, text), source=source))
    assert corrected(found) == "{{ ti.xcom_pull(task_ids='make') }}"
    assert found.pull is not None
    assert found.pull.line is not None


def test_a_template_that_params_bring_along_stays_a_text() -> None:
    found = only(pod(("{{ params.x }}", "{{ ti.xcom_pull('make') }}")))
    assert found.kind.value == "braces_lost"
    assert corrected(found) is None


def test_an_argument_that_is_no_template_field_is_named_with_those_that_are() -> None:
    source = """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["x"], service_account_name="{{ ti.xcom_pull('make') }}")
"""
    found = only(pod(("x", "x"), source=source))
    assert shown_problem(found).startswith(
        "braces_lost use.service_account_name silent: service_account_name is no template field: pull in one that is, such as image, cmds, arguments"
    )


def test_a_value_that_the_source_does_not_tell_and_earlier_runs_had_is_missed() -> None:
    earlier = Scenario(got={"use": {"arguments": ["--in=s3://b/1"]}})
    now = Scenario(gave={"make": {"k": 1}}, got={"use": {"arguments": ["--in=None"]}})
    asked = check(now)
    assert asked.wanted_past == ("make", "use")
    now.before = (earlier,)
    check(
        now,
        problems="unresolvable use.arguments[0] silent: write the pull where xcomtrace can follow it, or look at what the task reads it from",
    )


def test_what_held_the_missed_value_in_an_earlier_run_is_named() -> None:
    earlier = Scenario(
        gave={"make": {"path": "s3://b/1"}}, got={"use": {"arguments": ["--in=s3://b/1"]}}
    )
    got = {"use": {"arguments": ["--in=None"]}}
    found = only(Scenario(gave={"make": {"k": 1}}, got=got, before=(earlier,)))
    assert found.suggestion is not None
    assert found.suggestion.text == (
        "in the run earlier 0 the value was ['path'] of make: see what became of it"
    )
    assert found.pull is not None
    assert (found.pull.task_ids, found.pull.path) == (("make",), ("path",))


def test_a_variable_that_is_empty_and_was_not_in_earlier_runs_is_missed() -> None:
    def run(value: str | None) -> Scenario:
        return Scenario(got={"use": {"env_vars": [{"name": "IN", "value": value}]}})

    now = run(None)
    now.before = (run("s3://b/1"),)
    assert shown_problem(only(now)).startswith("unresolvable use.env_vars.IN silent")
    now.before = (run(None),)
    check(now)


@pytest.mark.parametrize(
    ("source", "before"),
    [
        (
            'with DAG("geo_tiles"): KubernetesPodOperator(task_id="use", arguments=["--in=None"])',
            "--in=x",
        ),
        ("MODE = 'None'", "--in=x"),
        ("", "--in=None"),
        ("", "--out=x"),
    ],
)
def test_none_that_may_be_meant_is_not_missed(source: str, before: str) -> None:
    earlier = Scenario(got={"use": {"arguments": [before]}})
    check(Scenario(source, got={"use": {"arguments": ["--in=None"]}}, before=(earlier,)))


def test_numbers_are_found_before_the_pod_fails() -> None:
    source = """
with DAG("geo_tiles", render_template_as_native_obj=True):
    KubernetesPodOperator(task_id="use", labels={"n": "{{ ti.xcom_pull('make')['n'] }}"})
"""
    scenario = Scenario(
        source,
        gave={"make": {"n": 42}},
        got={"use": {"labels": {"n": 42}, "annotations": {"a": True}, "cmds": [["x"]]}},
        states={"use": "running"},
    )
    found = analyze(scenario.facts()).problems
    assert [(one.kind.value, one.consumer and one.consumer.field) for one in found] == [
        ("non_string_value", "cmds[0]"),
        ("non_string_value", "labels.n"),
        ("non_string_value", "annotations.a"),
    ]
    assert corrected(found[1]) == "'{{ ti.xcom_pull('make')['n'] }}'"


ARGUMENTS = """
with DAG("geo_tiles"):
    make = PythonOperator(task_id="make", python_callable=dict)
    KubernetesPodOperator(task_id="use", env_vars={"IN": make.output})
"""


@pytest.mark.parametrize(
    ("gave", "problem"),
    [
        ({}, "nothing_pushed use.env_vars.IN silent"),
        ({"make": None}, "null_value use.env_vars.IN silent"),
    ],
)
def test_a_variable_that_is_empty_for_want_of_a_value_is_found(gave: Any, problem: str) -> None:
    scenario = Scenario(
        ARGUMENTS,
        gave=gave,
        got={"use": {"env_vars": [{"name": "IN", "value": None, "value_from": None}]}},
        others=() if gave else ("make",),
        operators={"make": "PythonOperator"},
    )
    assert shown_problem(only(scenario)).startswith(problem)


def test_a_part_of_a_field_that_airflow_does_not_render_is_named() -> None:
    template = "{{ ti.xcom_pull('make') }}"
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", pod_template_dict={{"x": {{"y": {template!r}}}}})
"""
    scenario = pod(
        ("x", "x"), source=source, got={"use": {"pod_template_dict": {"x": {"y": template}}}}
    )
    assert shown_problem(only(scenario)) == (
        "braces_lost use.pod_template_dict.x.y silent: Airflow does not render this part of the field: pull in a plain text of it"
    )


def test_a_warning_does_not_hide_why_a_pod_failed() -> None:
    said = failed("AirflowException", "Pod use-1 returned a failure.")
    scenario = pod(
        ("{{ ti.xcom_pull('make') }}", "{'k': 'v'}"),
        gave={"make": {"k": "v"}},
        states={"use": "failed"},
        said={"use": said},
    )
    kinds = {one.kind.value for one in analyze(scenario.facts()).problems}
    assert kinds == {"python_repr", "pod_failed"}


def test_of_many_green_instances_that_pushed_nothing_a_few_logs_are_asked_for() -> None:
    pull = "{{ ti.xcom_pull('many', map_indexes=%s) }}"
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator.partial(task_id="many", do_xcom_push=True).expand(arguments=[])
    KubernetesPodOperator(task_id="use", arguments={[pull % at for at in range(20)]!r})
"""
    scenario = Scenario(
        source,
        gave={f"many[{at}]:pod_name": f"pod-{at}" for at in range(20)},
        got={"use": {"arguments": ["None"] * 20}},
    )
    asked = analyze(scenario.facts()).wanted_logs
    assert [one.instance.map_index for one in asked] == [0, 1, 2, 3, 4]
    scenario.said = {f"many[{at}]": [] for at in range(5)}
    assert analyze(scenario.facts()).wanted_logs == ()


ONE_TEXT = [
    (
        "arguments",
        "v",
        'put the template into a list: arguments=["{{ … }}"]',
        "[\"{{ ti.xcom_pull('make') }}\"]",
    ),
    (
        "cmds",
        "v",
        'put the template into a list: cmds=["{{ … }}"]',
        "[\"{{ ti.xcom_pull('make') }}\"]",
    ),
    ("env_vars", "v", "template each value: env_vars={'NAME': \"{{ … }}\"}", None),
]


@pytest.mark.parametrize(("name", "rendered", "advice", "right"), ONE_TEXT)
def test_one_text_for_a_whole_field_is_found(
    name: str, rendered: str, advice: str, right: str | None
) -> None:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", {name}="{{{{ ti.xcom_pull('make') }}}}")
"""
    said = failed("AirflowException", "Expected dict or list, got <class 'str'>")
    scenario = Scenario(
        source,
        gave={"make": "v"},
        got={"use": {name: rendered}},
        states={"use": "failed"},
        said={"use": said},
    )
    found = only(scenario)
    assert shown_problem(found) == f"non_string_value use.{name}: {advice}"
    assert corrected(found) == right
    assert "Expected dict or list" in found.airflow_said


def test_a_null_variable_of_a_native_dag_is_told_by_its_cause() -> None:
    source = """
with DAG("geo_tiles", render_template_as_native_obj=True):
    KubernetesPodOperator(task_id="use", env_vars={"A": "{{ ti.xcom_pull('mkae') }}"})
"""
    got = {"use": {"env_vars": [{"name": "A", "value": None}]}}
    found = only(Scenario(source, gave={"make": "v"}, got=got))
    assert shown_problem(found) == "unknown_task use.env_vars.A silent: did you mean make?"
    assert found.title == "use reads a task that does not exist"
