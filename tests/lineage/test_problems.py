# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Every way a pull goes wrong, with the correction a person would make; and what is healthy."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app.lineage.analyze import analyze
from app.model.facts import LogEvent, RunFacts
from app.model.findings import Analysis, Check, Problem, Severity
from app.model.ids import RunKey, TryKey
from tests.build import after, make_instance, make_try, make_try_key, make_xcom
from tests.lineage.scenario import Scenario, check, failed, failing_template, shown_problem

MISSING = "UndefinedError: 'None' has no attribute 'k'"
GIVEN = {"make": {"output_path": "s3://x", "rows": [1], "gone": None, "k": "v", "deep": {"x": 1}}}


def using(arguments: str, more: str = "") -> str:
    return f"""
with DAG("geo_tiles") as the_dag:
    {more or "pass"}
    KubernetesPodOperator(task_id="use", {arguments})
"""


def failing(template: str, said: str, **more: Any) -> Scenario:
    """The pod `use` whose only argument is this template, failed while rendering it."""
    return Scenario(
        using(f"arguments=[{template!r}]"),
        states={"use": "failed", **more.pop("states", {})},
        said={
            "use": failing_template("use", "arguments", [template], said),
            **more.pop("other_said", {}),
        },
        **{"gave": GIVEN, "got": {"use": None}, **more},
    )


def silent(template: str, rendered: str, **more: Any) -> Scenario:
    """The pod `use` whose only argument is this template, green."""
    source = more.pop("source", using(f"arguments=[{template!r}]"))
    return Scenario(source, **{"gave": GIVEN, "got": {"use": {"arguments": [rendered]}}, **more})


def only(analysis: Analysis) -> Problem:
    assert len(analysis.problems) == 1
    return analysis.problems[0]


FAILING = [
    (
        "{{ ti.xcom_pull(task_ids='mkae')['k'] }}",
        MISSING,
        "unknown_task use.arguments[0]: did you mean make?",
        "{{ ti.xcom_pull(task_ids='make')['k'] }}",
    ),
    (
        '--x={{ ti.xcom_pull("maek")["k"] }}',
        MISSING,
        "unknown_task use.arguments[0]: did you mean make?",
        '--x={{ ti.xcom_pull("make")["k"] }}',
    ),
    ("{{ ti.xcom_pull('zzzzzz')['k'] }}", MISSING, "unknown_task use.arguments[0]", None),
    (
        "{{ ti.xcom_pull('make')['out_path'] }}",
        "UndefinedError: 'dict object' has no attribute 'out_path'",
        "missing_path use.arguments[0]: did you mean output_path?",
        "{{ ti.xcom_pull('make')['output_path'] }}",
    ),
    (
        "{{ ti.xcom_pull('make').outputpath }}",
        "UndefinedError: 'dict object' has no attribute 'outputpath'",
        "missing_path use.arguments[0]: did you mean output_path?",
        "{{ ti.xcom_pull('make').output_path }}",
    ),
    (
        "{{ ti.xcom_pull('make')['rows'][3] }}",
        "UndefinedError: list object has no element 3",
        "index_out_of_range use.arguments[0]: the last one is [0]",
        None,
    ),
    (
        "{{ ti.xcom_pull('make')['output_path']['uri'] }}",
        "UndefinedError: 'str object' has no attribute 'uri'",
        "not_a_mapping use.arguments[0]: take ['output_path'] itself",
        "{{ ti.xcom_pull('make')['output_path'] }}",
    ),
    (
        "{{ ti.xcom_pull('make')['gone']['x'] }}",
        "UndefinedError: 'None' has no attribute 'x'",
        "null_value use.arguments[0]: write a value there, or read it with a default: ['gone'] may be null",
        None,
    ),
    (
        "{{ ti.xcom_pull('make', key='deep')['x'] }}",
        "UndefinedError: 'None' has no attribute 'x'",
        "output_key_is_not_a_path use.arguments[0]: deep is inside return_value: take ['deep'] of it, or set multiple_outputs=True",
        "{{ ti.xcom_pull('make')['deep']['x'] }}",
    ),
    (
        "{{ xcom_pull('make') }}",
        "UndefinedError: 'xcom_pull' is undefined",
        "template_error use.arguments[0]: write ti.xcom_pull(…)",
        "{{ ti.xcom_pull('make') }}",
    ),
    (
        "{{ ti.xcom_pull('make' }}",
        "TemplateSyntaxError: unexpected '}', expected ')'",
        "template_error use.arguments[0]: a ) is missing (line 1, character 24)",
        "{{ ti.xcom_pull('make') }}",
    ),
    (
        "{{ ti.xcom_pull(key='return_value')['k'] }}",
        MISSING,
        "no_task_ids use.arguments[0]: name the task to read from: ti.xcom_pull(task_ids='make')",
        "{{ ti.xcom_pull(task_ids='make', key='return_value')['k'] }}",
    ),
]


@pytest.mark.parametrize(("template", "said", "problem", "corrected"), FAILING)
def test_a_template_that_failed_names_its_cause(
    template: str, said: str, problem: str, corrected: str | None
) -> None:
    found = only(check(failing(template, said), problems=problem))
    assert (found.suggestion.replacement if found.suggestion else None) == corrected
    assert found.airflow_said == said
    assert not found.silent


def test_a_mistyped_task_id_is_proved_and_marked() -> None:
    found = only(analyze(failing("{{ ti.xcom_pull('mkae')['k'] }}", MISSING).facts()))
    assert [(one.what, one.ok) for one in found.checks] == [
        ("task exists", False),
        ("is upstream", None),
        ("ran", None),
        ("pushed", None),
        ("key present", None),
        ("path present", None),
        ("value not null", None),
    ]
    assert found.wrong == "mkae"
    assert found.title == "use reads a task that does not exist"
    assert found.severity is Severity.ERROR
    assert found.pull is not None
    assert (found.pull.task_ids, found.pull.key, found.pull.path) == (
        ("mkae",),
        "return_value",
        ("k",),
    )
    assert found.pull.template == "{{ ti.xcom_pull('mkae')['k'] }}"
    assert found.pull.line is not None


SILENT = [
    (
        "{{ ti.xcom_pull('mkae') }}",
        "None",
        "unknown_task use.arguments[0] silent: did you mean make?",
        {},
    ),
    (
        "--x={{ ti.xcom_pull('mkae') }}/y",
        "--x=None/y",
        "unknown_task use.arguments[0] silent: did you mean make?",
        {},
    ),
    (
        "{{ ti.xcom_pull('make').get('out_path') }}",
        "None",
        "missing_path use.arguments[0] silent: did you mean output_path?",
        {},
    ),
    (
        "{{ ti.xcom_pull('make')['gone'] }}",
        "None",
        "null_value use.arguments[0] silent: give it a default: | default('…', true), or write a value",
        {},
    ),
    (
        "{{ ti.xcom_pull('make', key='otuput') }}",
        "None",
        "unknown_key use.arguments[0] silent: did you mean output?",
        {"gave": {"make:output": 1}},
    ),
    (
        "{{ ti.xcom_pull('load') }}",
        "None",
        "missing_group_prefix use.arguments[0] silent: did you mean ingest.load?",
        {"gave": {"ingest.load": 1}},
    ),
    (
        "{{ ti.xcom_pull(['make', 'mkae']) }}",
        "[{'k': 'v'}, None]",
        "unknown_task use.arguments[0] silent: did you mean make?",
        {"gave": {"make": {"k": "v"}}},
    ),
]


@pytest.mark.parametrize(("template", "rendered", "problem", "more"), SILENT)
def test_the_text_none_in_a_green_pod_is_a_problem(
    template: str, rendered: str, problem: str, more: dict[str, Any]
) -> None:
    found = only(analyze(silent(template, rendered, **more).facts()))
    assert problem in shown_problem(found)
    assert found.consumer is not None
    assert found.title == "use got the text None, and is green"


HEALTHY = [
    ("{{ ti.xcom_pull('mkae')['k'] | default('x') }}", "x"),
    ("{{ (ti.xcom_pull('mkae') or {}).get('k', 'none') }}", "none"),
    ("{{ ti.xcom_pull('make').get('nokey', 'x') }}", "x"),
    ("{{ ti.xcom_pull('make', key='pod_name') }}", "make-1a2b"),
    ("{{ 'yes' if ti.xcom_pull('mkae') else 'no' }}", "no"),
    ("{{ ti.xcom_pull('make')['gone'] | default('x', true) }}", "x"),
    ("None of {{ ds }}", "None of 2026-11-20"),
]


@pytest.mark.parametrize(("template", "rendered"), HEALTHY)
def test_a_healthy_read_raises_nothing(template: str, rendered: str) -> None:
    gave = {**GIVEN, "make:pod_name": "make-1a2b"}
    assert analyze(silent(template, rendered, gave=gave).facts()).problems == ()


def test_push_switched_off_is_told_from_an_empty_return_json() -> None:
    template = "{{ ti.xcom_pull('pod') }}"
    pods = {"gave": {"pod:pod_name": "pod-1"}, "got": {"use": {"arguments": ["None"]}}}
    off = using(f"arguments=[{template!r}]", 'KubernetesPodOperator(task_id="pod")')
    on = using(
        f"arguments=[{template!r}]", 'KubernetesPodOperator(task_id="pod", do_xcom_push=True)'
    )

    check(
        Scenario(off, **pods),  # type: ignore[arg-type]  # the keywords are right
        problems="push_disabled use.arguments[0] silent:"
        " set do_xcom_push=True on pod, so that its return.json is fetched",
    )
    asked = check(
        Scenario(on, **pods),  # type: ignore[arg-type]  # likewise
        problems="nothing_pushed use.arguments[0] silent:"
        " see that pod has do_xcom_push=True and that its return.json is not null",
    )
    assert asked.wanted_logs == (make_try_key("pod"),)
    empty = failed("", "")[:0] or [_line("xcom result file is empty.")]
    answered = check(
        Scenario(on, said={"pod": empty}, **pods),  # type: ignore[arg-type]  # likewise
        problems="empty_return_json use.arguments[0] silent:"
        " let pod write JSON to exactly /airflow/xcom/return.json before it ends",
    )
    assert answered.wanted_logs == ()
    assert only(answered).root == make_try_key("pod")
    assert Check("pushed", ok=False, seen="no return_value, only pod_name") in only(answered).checks
    gone = [_line("Pod lab/pod-1 not found after resuming from deferral — already GC'd.")]
    lost = check(
        Scenario(on, said={"pod": gone}, **pods),  # type: ignore[arg-type]  # likewise
        problems="push_lost_after_deferral use.arguments[0] silent:"
        " keep the ended pods of pod longer, or set deferrable=False on it",
    )
    assert only(lost).root == make_try_key("pod")


def _line(text: str) -> Any:
    return LogEvent(after(3), "info", "task", text)


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (
            "failed",
            "producer_failed use.arguments[0]: mend up, or read it with a default for the case that it failed",
        ),
        (
            "skipped",
            "producer_skipped use.arguments[0]: read it with a default for the case that it was skipped",
        ),
        (
            None,
            "producer_not_run use.arguments[0]: let use start when up has ended, or give it a default",
        ),
    ],
)
def test_a_producer_that_did_not_finish_is_the_cause(state: str | None, problem: str) -> None:
    scenario = failing(
        "{{ ti.xcom_pull('up')['k'] }}",
        MISSING,
        gave={},
        others=("up",),
        states={"up": state},
        other_said={"up": []},
    )
    found = only(check(scenario, problems=problem))
    assert found.root == (make_try_key("up") if state == "failed" else None)


def test_a_producer_that_is_not_upstream_came_too_late() -> None:
    template = "{{ ti.xcom_pull('slow')['k'] }}"
    scenario = failing(template, MISSING, gave={}, others=("slow",), apart=("slow",))
    facts = scenario.facts()
    late = make_try("slow", start=after(1), end=after(60))
    pushed = make_xcom("slow", {"k": "late"}, seconds=59)
    tries = tuple(late if one.key == late.key else one for one in facts.tries)
    found = only(analyze(_with(facts, tries=tries, xcoms=(pushed,))))
    assert (
        shown_problem(found) == "not_upstream use.arguments[0]: let use run after it: slow >> use"
    )


def _with(facts: RunFacts, **more: Any) -> RunFacts:
    return replace(facts, **more)


def test_a_value_pushed_while_the_reader_rendered_is_still_confirmed() -> None:
    scenario = silent(
        "{{ ti.xcom_pull('slow')['k'] }}", "late", gave={}, others=("slow",), apart=("slow",)
    )
    facts = _with(scenario.facts(), xcoms=(make_xcom("slow", {"k": "late"}, seconds=22),))
    assert [flow.evidence.value for flow in analyze(facts).flows] == ["confirmed"]


def test_a_value_of_an_earlier_try_belongs_to_that_try() -> None:
    """What the second try pushed came after the reader, which had read the first try's value."""
    scenario = silent("{{ ti.xcom_pull('make')['k'] }}", "old")
    facts = scenario.facts()
    second = make_try("make", try_number=2, start=after(40), end=after(50))
    versions = (
        make_xcom("make", {"k": "old"}, seconds=9, is_gone=True),
        make_xcom("make", {"k": "new"}, seconds=49),
    )
    found = analyze(_with(facts, tries=(*facts.tries, second), xcoms=versions))
    assert [(flow.producer.try_number, flow.value) for flow in found.flows] == [(1, "old")]


def test_a_retry_that_went_well_closes_what_the_try_before_it_opened() -> None:
    scenario = failing("{{ ti.xcom_pull('make')['k'] }}", MISSING)
    facts = scenario.facts()
    again = make_try(
        "use", try_number=2, start=after(40), end=after(50), rendered={"arguments": ["v"]}
    )
    found = analyze(_with(facts, tries=(*facts.tries, again)))
    assert found.problems == ()
    assert [flow.consumer.try_number for flow in found.flows] == [2]


def test_a_failure_without_its_log_is_found_by_rendering_again_and_the_log_is_asked_for() -> None:
    scenario = failing("{{ ti.xcom_pull('mkae')['k'] }}", MISSING)
    facts = _with(scenario.facts(), logs=())
    found = analyze(facts)
    assert shown_problem(only(found)) == "unknown_task use.arguments[0]: did you mean make?"
    assert found.wanted_logs == (make_try_key("use"),)


def test_without_a_source_the_log_alone_tells_the_failing_pull() -> None:
    scenario = failing("{{ ti.xcom_pull('mkae')['k'] }}", MISSING)
    found = only(analyze(_with(scenario.facts(), source=None)))
    assert shown_problem(found) == "unknown_task use.arguments[0]: did you mean make?"


def test_output_with_a_key_that_is_only_a_path_is_corrected_to_a_template() -> None:
    source = """
with DAG("geo_tiles"):
    make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
    KubernetesPodOperator(task_id="use", arguments=["--k", make.output["k"]])
"""
    said = 'XComNotFound: XComArg result from make at geo_tiles with key="k" is not found!'
    log = failing_template("use", "arguments", "", said)
    scenario = Scenario(
        source, gave=GIVEN, got={"use": None}, states={"use": "failed"}, said={"use": log}
    )
    found = only(analyze(scenario.facts()))
    assert found.kind.value == "output_key_is_not_a_path"
    assert found.suggestion is not None
    assert found.suggestion.replacement == "{{ ti.xcom_pull(task_ids='make')['k'] }}"
    assert "in a template and write make >> use, or" in found.suggestion.text
    assert found.airflow_said == said


def test_a_number_that_reached_a_pods_arguments_is_named_with_its_flow() -> None:
    source = using("arguments=[\"{{ ti.xcom_pull('make')['n'] }}\"]")
    scenario = Scenario(
        source,
        gave={"make": {"n": 42}},
        got={"use": {"arguments": [42]}},
        states={"use": "failed"},
        said={
            "use": failed(
                "ApiException",
                "(400)\nReason: Bad Request\ncannot unmarshal number into Go struct field",
            )
        },
    )
    check(
        scenario,
        flows="make['n'] -> use.arguments[0] [0:2] confirmed",
        problems="non_string_value use.arguments[0]: make it a string: in quotes a native template gives a text",
    )


def test_a_pull_from_a_dag_that_does_not_exist_is_told_apart() -> None:
    scenario = silent(
        "{{ ti.xcom_pull(dag_id='ordres', task_ids='a') }}",
        "None",
        more={"other_dags": {"orders": frozenset({"a"})}},
    )
    check(scenario, problems="unknown_dag use.arguments[0] silent: did you mean orders?")


def test_a_pull_from_another_dag_whose_run_we_do_not_know_raises_nothing() -> None:
    scenario = silent(
        "{{ ti.xcom_pull(dag_id='orders', task_ids='a') }}",
        "None",
        more={"other_dags": {"orders": frozenset({"a"})}},
    )
    check(scenario)


def test_a_pull_from_another_dags_run_is_a_flow() -> None:
    source = using("arguments=[\"{{ ti.xcom_pull(dag_id='orders', task_ids='a')['k'] }}\"]")
    other = RunKey("orders", make_instance().run_id)
    scenario = Scenario(
        source,
        got={"use": {"arguments": ["v9"]}},
        more={
            "other_dags": {"orders": frozenset({"a"})},
            "other_xcoms": (make_xcom("a", {"k": "v9"}, run=other),),
            "other_tries": (make_try("a", run=other),),
        },
    )
    found = check(scenario, flows="a['k'] -> use.arguments[0] [0:2] confirmed")
    assert found.flows[0].producer.instance.dag_id == "orders"
    assert found.flows[0].producer.try_number == 1


def test_code_that_fails_on_a_missing_key_is_a_pull_problem() -> None:
    source = """
def read(ti):
    return ti.xcom_pull(task_ids="make")["outptu_path"]
with DAG("geo_tiles"):
    PythonOperator(task_id="use", python_callable=read)
"""
    scenario = Scenario(
        source,
        gave=GIVEN,
        got={"use": {"op_args": [], "op_kwargs": {}}},
        states={"use": "failed"},
        said={"use": failed("KeyError", "'outptu_path'")},
    )
    check(scenario, problems="missing_path use.python_callable: did you mean output_path?")


def test_the_quota_is_met_by_the_suggested_connection_extra() -> None:
    body = json.dumps(
        {
            "message": 'pods "pod-1" is forbidden: failed quota: q: must specify limits.cpu for: airflow-xcom-sidecar;'
            " limits.memory for: airflow-xcom-sidecar; requests.storage for: base"
        }
    )
    text = f"(403)\nReason: Forbidden\nHTTP response body: {body}"
    scenario = Scenario(
        states={"pod": "failed"}, said={"pod": failed("ForbiddenException", text)}, others=("pod",)
    )
    found = only(analyze(scenario.facts()))
    assert found.kind.value == "quota_needs_sidecar_resources"
    assert found.producer is not None
    assert found.consumer is None
    assert found.suggestion is not None
    extra = json.loads(found.suggestion.replacement or "")
    limits = json.loads(extra["xcom_sidecar_container_resources"])["limits"]
    assert set(limits) == {"cpu", "memory"}
    assert 'pods "pod-1" is forbidden' in found.airflow_said


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            "JSONDecodeError",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            "invalid_json",
        ),
        ("JSONDecodeError", "Expecting value: line 1 column 1 (char 0)", "invalid_json"),
        ("JSONDecodeError", "Extra data: line 2 column 1 (char 8)", "invalid_json"),
        (
            "PodLaunchFailedException",
            "Image cannot be pulled, unable to start: ErrImagePull",
            "image_pull",
        ),
        ("AirflowException", "Pod make-1 returned a failure.\nremote_pod: {'a': 1}", "pod_failed"),
        (
            "ServerError",
            "Out of range float values are not JSON compliant: nan",
            "not_serializable",
        ),
        ("ApiException", "(422)\nReason: Unprocessable Entity", "pod_failed"),
    ],
)
def test_a_failed_pod_is_explained_by_its_log(kind: str, text: str, expected: str) -> None:
    scenario = Scenario(states={"pod": "failed"}, said={"pod": failed(kind, text)}, others=("pod",))
    found = only(analyze(scenario.facts()))
    assert found.kind.value == expected
    assert found.producer is not None
    assert "remote_pod" not in found.airflow_said


def test_the_image_that_a_missing_value_named_is_blamed_on_the_pull() -> None:
    source = using("image=\"app:{{ ti.xcom_pull('mkae') }}\"")
    scenario = Scenario(
        source,
        gave=GIVEN,
        got={"use": {"image": "app:None"}},
        states={"use": "failed"},
        said={
            "use": failed(
                "PodLaunchFailedException", "Image cannot be pulled, unable to start: ErrImagePull"
            )
        },
    )
    found = only(check(scenario, problems="unknown_task use.image: did you mean make?"))
    assert "ErrImagePull" in found.airflow_said


def test_a_failed_task_without_a_log_asks_for_it() -> None:
    scenario = Scenario(states={"pod": "failed"}, others=("pod",))
    wanted = analyze(scenario.facts()).wanted_logs
    assert wanted == (TryKey(make_instance("pod"), 1),)


def test_a_task_of_a_version_whose_definition_is_not_known_exists_when_the_source_names_it() -> (
    None
):
    source = using(
        "arguments=[\"{{ ti.xcom_pull('later') }}\"]", 'KubernetesPodOperator(task_id="later")'
    )
    scenario = Scenario(source, got={"use": {"arguments": ["None"]}})
    found = only(analyze(_with(scenario.facts(), tasks=())))
    assert found.kind.value == "producer_not_run"


def test_the_exception_behind_another_one_is_seen() -> None:
    """Of a chain of exceptions the last one may only say that the pod failed."""
    event = LogEvent(
        after(9),
        "error",
        "task",
        "Task failed with exception\nJSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "AirflowException",
        "Pod make-1 returned a failure.",
    )
    scenario = Scenario(states={"pod": "failed"}, said={"pod": [event]}, others=("pod",))
    assert only(analyze(scenario.facts())).kind.value == "invalid_json"
