# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Where Airflow 2 differs: what a pull finds, how lists read as text, how its log words an error.

The texts are those of a real 2.11.2 with provider 10.4.3.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from app.lineage.analyze import analyze
from app.model.facts import LogEvent, Reach, RunFacts
from app.model.findings import Problem
from app.model.ids import RunKey
from tests.build import RUN, after, make_try, make_xcom
from tests.lineage.scenario import Scenario, shown_problem

GIVEN = {
    "wrote": {"path": "s3://b/x"},
    "make": {"k": "A"},
    "other": {"k": "B"},
    "each[0]": {"k": "one"},
    "each[1]": {"k": "two"},
}
TRACEBACK = """Traceback (most recent call last):
  File "airflow/models/abstractoperator.py", line 785, in _do_render_template_fields
    rendered_content = self.render_template(
  File "airflow/template/templater.py", line 127, in _render
    return render_template_to_string(template, context)"""


class Green(NamedTuple):
    """A template of the pod `use`, the text it got of it, and what there is to say, if anything."""

    template: str
    text: str
    said: str = ""
    fixes: tuple[str, ...] = ()


GREEN = {
    "a list in a text": Green(
        "{{ ti.xcom_pull(task_ids=['make', 'other']) }}",
        "LazySelectSequence([2 items])",
        "sequence_repr use.arguments[0] silent",
        (
            "{{ ti.xcom_pull(task_ids=['make', 'other']) | list }}",
            "{{ ti.xcom_pull(task_ids=['make', 'other']) | list | tojson }}",
        ),
    ),
    "a mapped task in a text": Green(
        "--parts={{ ti.xcom_pull('each') }}",
        "--parts=LazySelectSequence([2 items])",
        "sequence_repr use.arguments[0] silent",
        (
            "--parts={{ ti.xcom_pull('each') | list }}",
            "--parts={{ ti.xcom_pull('each') | list | tojson }}",
        ),
    ),
    "a list with an index": Green("{{ ti.xcom_pull(task_ids=['make', 'other'])[1]['k'] }}", "B"),
    "a mapped task with an index": Green("{{ ti.xcom_pull('each')[1]['k'] }}", "two"),
    "a list made JSON": Green(
        "{{ ti.xcom_pull(task_ids=['make', 'other']) | list | tojson }}", '[{"k": "A"}, {"k": "B"}]'
    ),
    "the length of a list": Green("{{ ti.xcom_pull('each') | length }}", "2"),
    "a missing id that is dropped": Green(
        "{{ ti.xcom_pull(task_ids=['make', 'ohter']) | list | tojson }}",
        '[{"k": "A"}]',
        "unknown_task use.arguments[0] silent",
        ("{{ ti.xcom_pull(task_ids=['make', 'other']) | list | tojson }}",),
    ),
    "no task, the last of any": Green("{{ ti.xcom_pull(key='return_value')['k'] }}", "B"),
    "a mistyped task": Green(
        "--in={{ ti.xcom_pull('mkae') }}",
        "--in=None",
        "unknown_task use.arguments[0] silent",
        ("--in={{ ti.xcom_pull('make') }}",),
    ),
    "a masked word in a text": Green("/opt/airflow/{{ ti.xcom_pull('make')['k'] }}", "/opt/***/A"),
}


@pytest.mark.parametrize("case", GREEN.values(), ids=GREEN)
def test_what_a_green_task_of_airflow_2_got(case: Green) -> None:
    found = _problems(_scenario(case.template, got={"arguments": [case.text]}))
    assert [shown_problem(one).partition(":")[0] for one in found] == (
        [case.said] if case.said else []
    )
    assert not case.fixes or _fix(found[0]) in case.fixes


def test_a_dropped_id_is_named_where_only_a_number_of_items_shows() -> None:
    template = "{{ ti.xcom_pull(task_ids=['make', 'ohter']) }}"
    found = _problems(_scenario(template, got={"arguments": ["LazySelectSequence([1 item])"]}))
    words = " ".join(f"{one.title} {_text(one)} {_fix(one)}" for one in found)
    assert "ohter" in words
    assert "other" in words


def test_variables_come_as_the_text_of_a_list() -> None:
    rendered = "[{'name': 'SRC', 'value': 'None', 'value_from': None}, {'name': 'IP',\n 'value': None,\n 'value_from': {'field_ref': {'field_path': 'status.podIP'}}}]"
    source = 'env_vars={"SRC": "{{ ti.xcom_pull(\'mkae\') }}"}'
    (problem,) = _problems(_scenario("", source=source, got={"env_vars": rendered}))
    assert shown_problem(problem) == "unknown_task use.env_vars.SRC silent: did you mean make?"


class Failed(NamedTuple):
    """A template of the pod `use`, what its log ends in, and what there is to say."""

    template: str
    error: str
    said: str
    fix: str | None = None


FAILING = {
    "a mistyped task": Failed(
        "{{ ti.xcom_pull(task_ids='mkae', key='return_value')['k'] }}",
        "jinja2.exceptions.UndefinedError: 'None' has no attribute 'k'",
        "unknown_task use.arguments[0]",
        "{{ ti.xcom_pull(task_ids='make', key='return_value')['k'] }}",
    ),
    "a missing key": Failed(
        "{{ ti.xcom_pull('wrote')['pth'] }}",
        "jinja2.exceptions.UndefinedError: 'dict object' has no attribute 'pth'",
        "missing_path use.arguments[0]",
        "{{ ti.xcom_pull('wrote')['path'] }}",
    ),
    "a list for one": Failed(
        "{{ ti.xcom_pull(task_ids=['make'])['k'] }}",
        "jinja2.exceptions.UndefinedError: 'airflow.models.xcom.LazyXComSelectSequence object' has no attribute 'k'",
        "not_a_mapping use.arguments[0]",
    ),
    "none added to a text": Failed(
        "{{ 'x' + ti.xcom_pull('mkae') }}",
        'TypeError: can only concatenate str (not "NoneType") to str',
        "unknown_task use.arguments[0]",
    ),
    "an unknown name": Failed(
        "{{ xcom_pull('make')['k'] }}",
        "jinja2.exceptions.UndefinedError: 'xcom_pull' is undefined",
        "template_error use.arguments[0]",
        "{{ ti.xcom_pull('make')['k'] }}",
    ),
    "an unknown filter": Failed(
        "{{ ti.xcom_pull('make') | tojsn }}",
        "jinja2.exceptions.TemplateAssertionError: No filter named 'tojsn'.",
        "template_error use.arguments[0]",
        "{{ ti.xcom_pull('make') | tojson }}",
    ),
}


@pytest.mark.parametrize("case", FAILING.values(), ids=FAILING)
def test_why_a_template_of_airflow_2_failed(case: Failed) -> None:
    log = _failing_template([case.template], case.error)
    found = _problems(_scenario(case.template, state="failed", said=log))
    assert [shown_problem(one).partition(":")[0] for one in found] == [case.said]
    assert case.fix is None or _fix(found[0]) == case.fix


def test_an_output_key_that_nobody_pushed() -> None:
    error = 'airflow.exceptions.XComNotFound: XComArg result from make at geo_tiles with key="k" is not found!'
    log = _failing_template(["XComArg(<Task(KubernetesPodOperator): make>, 'k')"], error)
    source = 'arguments=[make.output["k"]]'
    found = _problems(_scenario("", source=source, state="failed", said=log))
    assert [shown_problem(one).partition(":")[0] for one in found] == [
        "output_key_is_not_a_path use.arguments[0]"
    ]


REFUSED = (
    "kubernetes.client.exceptions.ApiException: (403)\nReason: Forbidden\nHTTP response body: "
    '{"kind":"Status","message":"pods \\"use-1\\" is forbidden: failed quota: default: must specify limits.memory for: airflow-xcom-sidecar","reason":"Forbidden","code":403}'
)
NO_JSON = (
    "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\n\n"
    "During handling of the above exception, another exception occurred:\n\n"
    "airflow.exceptions.AirflowException: Pod use-1 returned a failure."
)
PUSHES = {
    "a quota": (REFUSED, "quota_needs_sidecar_resources use"),
    "Python for JSON": (NO_JSON, "invalid_json use"),
    "a container's end": (
        "airflow.exceptions.AirflowException: Pod use-1 returned a failure.",
        "pod_failed use",
    ),
}


@pytest.mark.parametrize(("error", "said"), PUSHES.values(), ids=PUSHES)
def test_why_a_pod_of_airflow_2_failed(error: str, said: str) -> None:
    log = [_event("taskinstance", f"Task failed with exception\n{TRACEBACK}\n{error}")]
    source = 'do_xcom_push=True, arguments=["x"]'
    found = _problems(
        _scenario("", source=source, state="failed", said=log, got={"arguments": ["x"]})
    )
    assert [shown_problem(one).partition(":")[0] for one in found] == [said]


def test_a_failed_pods_value_is_not_kept_by_the_older_provider() -> None:
    scenario = _scenario("{{ ti.xcom_pull('make') }}", got={"arguments": ["None"]})
    without = {place: value for place, value in GIVEN.items() if place != "make"}
    found = _problems(replace(scenario, gave=without, states={"make": "failed"}))
    assert "producer_failed use.arguments[0] silent" in [
        shown_problem(one).partition(":")[0] for one in found
    ]


def _scenario(
    template: str,
    *,
    source: str = "",
    got: Mapping[str, Any] | None = None,
    state: str = "success",
    said: list[LogEvent] | None = None,
) -> Scenario:
    return Scenario(
        f"""
with DAG("geo_tiles"):
    make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
    KubernetesPodOperator(task_id="use", {source or f"arguments=[{template!r}]"})
""",
        gave=GIVEN,
        got={"use": got},
        states={"use": state},
        said={"use": said} if said else {},
        more={"airflow_major": 2},
    )


def _problems(scenario: Scenario) -> tuple[Problem, ...]:
    facts: RunFacts = scenario.facts()
    assert facts.airflow_major == 2
    return analyze(facts).problems


def _failing_template(field: list[str], error: str) -> list[LogEvent]:
    """The log's two error records, each with its traceback, as Airflow 2 writes them."""
    carrier = (
        f"Exception rendering Jinja template for task 'use', field 'arguments'. Template: {field!r}"
    )
    return [
        _event("abstractoperator", f"{carrier}\n{TRACEBACK}\n{error}"),
        _event("taskinstance", f"Task failed with exception\n{TRACEBACK}\n{error}"),
    ]


def _event(logger: str, text: str) -> LogEvent:
    return LogEvent(after(21), "error", logger, text)


def _fix(problem: Problem) -> str | None:
    return problem.suggestion.replacement if problem.suggestion else None


def _text(problem: Problem) -> str:
    return problem.suggestion.text if problem.suggestion else ""


def test_the_latest_value_of_another_dag_is_found_whatever_its_run_is_called() -> None:
    template = (
        "{{ ti.xcom_pull(dag_id='other_dag', task_ids='give', include_prior_dates=True)['uri'] }}"
    )
    other = RunKey("other_dag", "scheduled__2026-11-19T06:00:00+00:00")
    reach = Reach("other_dag", RUN.run_id, "give", "return_value", is_prior=True)
    scenario = _scenario(template, got={"arguments": ["s3://b/given"]})
    facts = replace(
        scenario.facts(),
        other_dags={"other_dag": frozenset({"give"})},
        reached={reach: (other,)},
        other_xcoms=(make_xcom("give", {"uri": "s3://b/given"}, run=other, seconds=-60),),
        other_tries=(make_try("give", run=other, start=after(-90)),),
    )
    analysis = analyze(facts)
    assert analysis.problems == ()
    assert [flow.producer.instance.run_id for flow in analysis.flows] == [other.run_id]


def test_another_dag_without_a_run_of_the_same_name_gives_nothing() -> None:
    scenario = _scenario(
        "{{ ti.xcom_pull(dag_id='other_dag', task_ids='give') }}", got={"arguments": ["None"]}
    )
    reach = Reach("other_dag", RUN.run_id, "give", "return_value")
    facts = replace(
        scenario.facts(), other_dags={"other_dag": frozenset({"give"})}, reached={reach: ()}
    )
    found = [shown_problem(one).partition(":")[0] for one in analyze(facts).problems]
    assert found == ["cross_dag_run_mismatch use.arguments[0] silent"]
