# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""What will go wrong in a DAG before it runs, and what may yet be right."""

from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.analyze import analyze
from app.lineage.before.definition import DagDefinition
from app.lineage.before.problems import dag_problems
from app.model.facts import Task
from app.model.findings import Problem, Severity
from app.model.ids import TaskInstanceKey, TryKey
from tests.lineage.scenario import HEAD, TEMPLATE_FIELDS, Scenario, failing_template, shown_problem

OTHERS = {"other": frozenset({"give"}), "empty": frozenset[str]()}


def task(task_id: str, *after: str, operator: str = "KubernetesPodOperator") -> Task:
    return Task(task_id, operator, TEMPLATE_FIELDS, frozenset(after))


TASKS = (
    task("make", "use"),
    task("quiet", "use"),
    task("group.load", "use"),
    task("code", "use", operator="PythonOperator"),
    task("use", "behind"),
    task("behind"),
    task("beside"),
)
SOURCE = """
with DAG("geo_tiles"SETTINGS):
    make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
    quiet = KubernetesPodOperator(task_id="quiet")
    with TaskGroup("group"):
        KubernetesPodOperator(task_id="load", do_xcom_push=True)
    PythonOperator(task_id="code", python_callable=print)
    KubernetesPodOperator(task_id="behind", do_xcom_push=True)
    KubernetesPodOperator(task_id="beside", do_xcom_push=True)
    KubernetesPodOperator(task_id="use", ARGUMENTS)
"""


def found(arguments: str, **more: Any) -> tuple[Problem, ...]:
    source = more.pop("source", SOURCE).replace("SETTINGS", more.pop("settings", ""))
    source = HEAD + dedent(source).replace("ARGUMENTS", arguments)
    given = {"tasks": TASKS, "other_dags": OTHERS, **more}
    return dag_problems(DagDefinition("geo_tiles", source, **given))


def of_template(template: str, **more: Any) -> tuple[Problem, ...]:
    return found(f"arguments=[{template!r}]", **more)


WRONG = [
    ("{{ ti.xcom_pull('mkae')['k'] }}", "unknown_task use.arguments[0]: did you mean make?", "{{ ti.xcom_pull('make')['k'] }}"),
    ("{{ ti.xcom_pull('mkae') }}", "unknown_task use.arguments[0]: did you mean make?", "{{ ti.xcom_pull('make') }}"),
    ("{{ ti.xcom_pull('mkae') | tojson }}", "", None),
    ("{{ ti.xcom_pull(task_ids=['make', 'mkae']) }}", "unknown_task use.arguments[0]: did you mean make?", "{{ ti.xcom_pull(task_ids=['make', 'make']) }}"),
    ("{{ ti.xcom_pull('load')['k'] }}", "missing_group_prefix use.arguments[0]: did you mean group.load?", "{{ ti.xcom_pull('group.load')['k'] }}"),
    ("{{ ti.xcom_pull('give', dag_id='othr')['k'] }}", "unknown_dag use.arguments[0]: did you mean other?", "{{ ti.xcom_pull('give', dag_id='other')['k'] }}"),
    ("{{ ti.xcom_pull('gvie', dag_id='other')['k'] }}", "unknown_task use.arguments[0]: did you mean give?", "{{ ti.xcom_pull('give', dag_id='other')['k'] }}"),
    ("{{ ti.xcom_pull('behind')['k'] }}", "not_upstream use.arguments[0]: turn the order round: behind >> use; or read a task that comes before", None),
    ("{{ ti.xcom_pull('beside')['k'] }}", "not_upstream use.arguments[0]: let use run after it: beside >> use", None),
    ("{{ ti.xcom_pull('quiet')['k'] }}", "push_disabled use.arguments[0]: set do_xcom_push=True on quiet, so that its return.json is fetched", "do_xcom_push=True"),
    ("{{ ti.xcom_pull('make', key='path') }}", "output_key_is_not_a_path use.arguments[0]: take ['path'] of its return_value", "{{ ti.xcom_pull('make')['path'] }}"),
    ("{{ ti.xcom_pull(key='path') }}", "no_task_ids use.arguments[0]: name the task to read from: ti.xcom_pull(task_ids='…')", None),
    ("{{ xcom_pull('make') }}", "template_error use.arguments[0]: write ti.xcom_pull(…)", "{{ ti.xcom_pull('make') }}"),
    ("{{ ti.xcom_pull('make' }}", "template_error use.arguments[0]: a ) is missing (line 1, character 24)", "{{ ti.xcom_pull('make') }}"),
    ("{{ ti.xcom_pull('make') | tojsn }}", "template_error use.arguments[0]: did you mean tojson?", "{{ ti.xcom_pull('make') | tojson }}"),
    ("{ ti.xcom_pull('make') }", "braces_lost use.arguments[0]: an f-string and .format make one brace of two: write four, {{{{ … }}}}, or use a plain string", "{{ ti.xcom_pull('make') }}"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "expected", "replacement"), WRONG)
def test_a_wrong_pull_is_told_with_its_correction(
    template: str, expected: str, replacement: str | None
) -> None:
    problems = of_template(template)
    assert [shown_problem(one) for one in problems] == ([expected] if expected else [])
    for one in problems:
        assert one.suggestion is not None
        assert one.suggestion.replacement == replacement


MAYBE_RIGHT = [
    "{{ ti.xcom_pull('make')['k'] }}",
    "{{ ti.xcom_pull('mkae') or 'x' }}",
    "{{ ti.xcom_pull('mkae') | default('x', true) }}",
    "{% if ti.xcom_pull('mkae') %}y{% endif %}",
    "{{ ti.xcom_pull('mkae')['k'] if params.old else ti.xcom_pull('make') }}",
    "{{ ti.xcom_pull('beside') or 'not yet' }}",
    "{{ ti.xcom_pull('beside', include_prior_dates=True) }}",
    "{{ ti.xcom_pull('use', include_prior_dates=True) }}",
    "{{ ti.xcom_pull('quiet', key='pod_name') }}",
    "{{ ti.xcom_pull('code') }}",
    "{{ ti.xcom_pull('code', key='anything') }}",
    "{{ ti.xcom_pull(task_ids=['make', 'beside']) }}",
    "{{ ti.xcom_pull('give', dag_id='other')['k'] }}",
    "{{ ti.xcom_pull('anything', dag_id='empty')['k'] }}",
    "{{ ti.xcom_pull('make', dag_id='geo_tiles')['k'] }}",
    "{{ ti.xcom_pull(params.task)['k'] }}",
    "{{ ti.xcom_pull('mkae', run_id=params.run) or '' }}",
    "{{ 1 / params.zero }}",
    "{% raw %}{{ ti.xcom_pull('mkae') }}{% endraw %}",
    "None of { these } is a pull",
]


@pytest.mark.parametrize("template", MAYBE_RIGHT)
def test_what_may_be_right_is_no_problem(template: str) -> None:
    assert of_template(template) == ()


SILENT_SOURCES = [
    # What the source does not show might be right.
    ("", 'arguments=[f"{unknown}"]'),
    ("", "arguments=[f\"{{{{ ti.xcom_pull('{unknown}')['k'] }}}}\"]"),
    ("", 'arguments=["{{ ti.xcom_pull(\'mkae\') }}" if stage else "x"]'),
    ("", "no_template_field=\"{{ ti.xcom_pull('mkae') }}\""),
    (", default_args=imported", "arguments=[\"{{ ti.xcom_pull('quiet') }}\"]"),
    (", **imported", "arguments=[\"{{ ti.xcom_pull('quiet') }}\"]"),
    (", user_defined_filters=imported", 'arguments=["{{ ds | mine }}"]'),
    (", user_defined_macros=imported", 'arguments=["{{ mine(ds) }}"]'),
]


@pytest.mark.parametrize(("settings", "arguments"), SILENT_SOURCES)
def test_what_the_source_leaves_open_is_no_problem(settings: str, arguments: str) -> None:
    assert found(arguments, settings=settings) == ()


PODS = [
    ("", True),
    (", **imported", False),
    (", do_xcom_push=imported", False),
    (", do_xcom_push=False", True),
    (", on_success_callback=f", True),
]


@pytest.mark.parametrize(("argument", "is_told"), PODS)
def test_a_pod_pushes_nothing_where_nothing_can_have_switched_it_on(
    argument: str, *, is_told: bool
) -> None:
    source = SOURCE.replace('task_id="quiet"', f'task_id="quiet"{argument}')
    problems = of_template("{{ ti.xcom_pull('quiet') }}", source=source)
    assert [one.kind.value for one in problems] == (["push_disabled"] if is_told else [])


def test_a_pod_of_a_class_of_the_file_may_push_by_itself() -> None:
    source = "class KubernetesPodOperator(KubernetesPodOperator): pass\n" + SOURCE
    assert of_template("{{ ti.xcom_pull('quiet') }}", source=dedent(source)) == ()


def test_xcomargs_and_python_code_are_looked_at_too() -> None:
    (one,) = found("arguments=[quiet.output]")
    assert one.kind.value == "push_disabled"
    (one,) = found('arguments=[make.output["path"]]')
    assert one.kind.value == "output_key_is_not_a_path"
    code = "\ndef f(ti):\n    return ti.xcom_pull('mkae')['k']\n"
    source = code + SOURCE.replace("python_callable=print", "python_callable=f")
    (one,) = found("arguments=[]", source=source)
    assert shown_problem(one) == "unknown_task code.python_callable: did you mean make?"


def test_code_may_wait_for_a_task_that_does_not_come_before() -> None:
    code = "\ndef f(ti):\n    return ti.xcom_pull('beside') or ti.xcom_pull(key='own')\n"
    source = code + SOURCE.replace("python_callable=print", "python_callable=f")
    assert found("arguments=[]", source=source) == ()


def test_a_race_is_a_warning_and_the_wrong_order_an_error() -> None:
    (race,) = of_template("{{ ti.xcom_pull('beside')['k'] }}")
    (order,) = of_template("{{ ti.xcom_pull('behind')['k'] }}")
    assert (race.severity, order.severity) == (Severity.WARNING, Severity.ERROR)


def test_airflow_2_reads_any_task_where_none_is_named() -> None:
    assert of_template("{{ ti.xcom_pull(key='path') }}", airflow_major=2) == ()


def test_without_the_other_dags_nothing_is_said_of_them() -> None:
    assert of_template("{{ ti.xcom_pull('give', dag_id='othr')['k'] }}", other_dags={}) == ()


def test_the_problem_names_no_run_and_its_proof_is_that_of_a_run() -> None:
    (one,) = of_template("{{ ti.xcom_pull('mkae')['k'] }}")
    assert one.consumer is not None
    assert one.consumer.instance == TaskInstanceKey("geo_tiles", "", "use")
    assert (one.checks[0].what, one.checks[0].ok) == ("task exists", False)
    assert one.pull is not None
    assert one.pull.line is not None
    assert not one.silent


TWINS = ["{{ ti.xcom_pull('mkae')['k'] }}", "{{ ti.xcom_pull('behind')['k'] }}", "{{ xcom_pull('make') }}"]  # fmt: skip
SAID = ["'None' has no attribute 'k'", "'None' has no attribute 'k'", "'xcom_pull' is undefined"]


@pytest.mark.parametrize(("template", "said"), list(zip(TWINS, SAID, strict=True)))
def test_a_run_finds_the_same_problem_with_the_same_cause(template: str, said: str) -> None:
    source = SOURCE.replace("SETTINGS", "").replace("ARGUMENTS", f"arguments=[{template!r}]")
    run = Scenario(
        source,
        gave={"make": {"k": 1}},
        got={"use": None},
        states={"use": "failed"},
        said={"use": failing_template("use", "arguments", [template], f"UndefinedError: {said}")},
        more={"tasks": TASKS, "other_dags": OTHERS},
    )
    (later,) = analyze(run.facts()).problems
    (before,) = of_template(template)
    assert (before.kind, before.cause) == (later.kind, later.cause)
    assert before.suggestion == later.suggestion
    assert before.cause


def test_pulls_of_a_pod_that_pushes_nothing_have_it_as_their_root() -> None:
    one, other = found("arguments=[\"{{ ti.xcom_pull('quiet') }}\", quiet.output]")
    assert one.root == TryKey(TaskInstanceKey("geo_tiles", "", "quiet"), 0)
    assert one.cause == other.cause
    assert [one.is_victim, other.is_victim] == [False, True]


@given(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(["{{", "}}", "ti.xcom_pull('", "')", "['k']", "\ue005"]), max_size=8
    ).map("".join),
)
def test_any_source_and_any_template_give_an_answer(source: str, template: str) -> None:
    dag_problems(DagDefinition("geo_tiles", source, TASKS))
    of_template(template)
