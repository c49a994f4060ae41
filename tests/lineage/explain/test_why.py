# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Why a template that failed did: one cause for each of the ways, with what was meant, proved.

Airflow says the same of most of them, `'None' has no attribute 'k'`.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.analyze import analyze
from app.lineage.explain.corrected import parses
from app.model.facts import RunFacts
from app.model.findings import Problem
from tests.lineage.scenario import Scenario, failing_template

NONE = "UndefinedError: 'None' has no attribute 'k'"
GONE = "UndefinedError: 'dict object' has no attribute 'pth'"
LIST = "UndefinedError: 'list object' has no attribute 'k'"
TEXT = "UndefinedError: 'str object' has no attribute 'k'"


@dataclass(frozen=True)
class Case:
    """A template of the pod `use`, which failed as Airflow `said`.

    `gave`: what the tasks before it gave; `suggests` and `corrected` are the whole suggestion.
    """

    template: str
    kind: str
    suggests: str | None = None
    corrected: str | None = None
    said: str = NONE
    gave: dict[str, Any] = field(default_factory=lambda: {"make": {"k": "v"}})
    fails: str = ""
    more: dict[str, Any] = field(default_factory=dict)


NAMES = {
    "two letters swapped": Case(
        "{{ ti.xcom_pull('mkae')['k'] }}", "unknown_task", "did you mean make?",
        "{{ ti.xcom_pull('make')['k'] }}", fails="task exists",
    ),
    "another case": Case(
        "{{ ti.xcom_pull(task_ids='Make')['k'] }}", "unknown_task", "did you mean make?",
        "{{ ti.xcom_pull(task_ids='make')['k'] }}",
    ),
    "a hyphen for an underscore": Case(
        '{{ ti.xcom_pull("make-all").k }}', "unknown_task", "did you mean make_all?",
        '{{ ti.xcom_pull("make_all").k }}', gave={"make_all": {"k": "v"}},
    ),
    "the words in another order": Case(
        "{{ ti.xcom_pull('tiles_extract')['k'] }}", "unknown_task", "did you mean extract_tiles?",
        "{{ ti.xcom_pull('extract_tiles')['k'] }}", gave={"extract_tiles": {"k": "v"}},
    ),
    "of two that are near the one that delivers": Case(
        "{{ ti.xcom_pull('makr')['k'] }}", "unknown_task", "did you mean maker?",
        "{{ ti.xcom_pull('maker')['k'] }}", gave={"make": {"other": 1}, "maker": {"k": "v"}},
    ),
    "one of several pulls": Case(
        "{{ ti.xcom_pull('make')['k'] }}-{{ ti.xcom_pull('mkae')['k'] }}", "unknown_task", "did you mean make?",
        "{{ ti.xcom_pull('make')['k'] }}-{{ ti.xcom_pull('make')['k'] }}",
    ),
    "in a list": Case(
        "{{ ti.xcom_pull(['make', 'mkae'])[1]['k'] }}", "unknown_task", "did you mean make?",
        "{{ ti.xcom_pull(['make', 'make'])[1]['k'] }}",
    ),
    "set before it is used": Case(
        "{% set r = ti.xcom_pull('mkae') %}{{ r.k }}", "unknown_task", "did you mean make?",
        "{% set r = ti.xcom_pull('make') %}{{ r.k }}",
    ),
    "two mistakes": Case(
        "{{ ti.xcom_pull('mkae')['pth'] }}", "unknown_task", "more than one mistake: did you mean make? did you mean path?",
        "{{ ti.xcom_pull('make')['path'] }}", said="UndefinedError: 'None' has no attribute 'pth'",
        gave={"make": {"path": 1}},
    ),
    "a correction that fails again": Case(
        "{{ ti.xcom_pull('mkae')['k'] }}", "unknown_task",
        "did you mean make? it then reads ['k'] of make, which is not there", gave={"make": {"z": 1}},
    ),
    "nothing near": Case("{{ ti.xcom_pull('zzzzzz')['k'] }}", "unknown_task"),
    "moved into another DAG": Case(
        "{{ ti.xcom_pull('count_rows')['k'] }}", "unknown_task",
        "the DAG orders has a task count_rows: did you mean dag_id='orders'? It reads the run there that has the same run_id.",
        "{{ ti.xcom_pull('count_rows', dag_id='orders')['k'] }}",
        more={"more": {"other_dags": {"orders": frozenset({"count_rows"})}}},
    ),
    "in its TaskGroup": Case(
        "{{ ti.xcom_pull('load')['k'] }}", "missing_group_prefix", "did you mean ingest.load?",
        "{{ ti.xcom_pull('ingest.load')['k'] }}", gave={"ingest.load": {"k": "v"}},
    ),
    "in a group of a group": Case(
        "{{ ti.xcom_pull('load')['k'] }}", "missing_group_prefix", "did you mean eu.ingest.load?",
        "{{ ti.xcom_pull('eu.ingest.load')['k'] }}", gave={"eu.ingest.load": {"k": "v"}},
    ),
    "with the inner group alone": Case(
        "{{ ti.xcom_pull('ingest.load')['k'] }}", "missing_group_prefix", "did you mean eu.ingest.load?",
        "{{ ti.xcom_pull('eu.ingest.load')['k'] }}", gave={"eu.ingest.load": {"k": "v"}},
    ),
    "with the outer group alone": Case(
        "{{ ti.xcom_pull('eu.load')['k'] }}", "missing_group_prefix", "did you mean eu.ingest.load?",
        "{{ ti.xcom_pull('eu.ingest.load')['k'] }}", gave={"eu.ingest.load": {"k": "v"}},
    ),
    "with the group mistyped": Case(
        "{{ ti.xcom_pull('ingset.load')['k'] }}", "missing_group_prefix", "did you mean ingest.load?",
        "{{ ti.xcom_pull('ingest.load')['k'] }}", gave={"ingest.load": {"k": "v"}, "out.load": {"k": "w"}},
    ),
    "in either of two groups": Case(
        "{{ ti.xcom_pull('load')['k'] }}", "missing_group_prefix", "did you mean eu.load or us.load?",
        gave={"eu.load": {"k": "v"}, "us.load": {"k": "w"}},
    ),
    "in its group, and mistyped": Case(
        "{{ ti.xcom_pull('laod')['k'] }}", "unknown_task", "did you mean ingest.load?",
        "{{ ti.xcom_pull('ingest.load')['k'] }}", gave={"ingest.load": {"k": "v"}},
    ),
    "in a group that is not part of its id": Case(
        "{{ ti.xcom_pull('ingest.load')['k'] }}", "unknown_task", "did you mean load?",
        "{{ ti.xcom_pull('load')['k'] }}", gave={"load": {"k": "v"}},
    ),
    "a DAG mistyped": Case(
        "{{ ti.xcom_pull(dag_id='ordres', task_ids='make')['k'] }}", "unknown_dag", "did you mean orders?",
        "{{ ti.xcom_pull(dag_id='orders', task_ids='make')['k'] }}",
        more={"more": {"other_dags": {"orders": frozenset({"make"})}}},
    ),
    "a key for the DAG": Case(
        "{{ ti.xcom_pull('make', 'rows')['k'] }}", "unknown_dag", "the second argument is the DAG: did you mean key='rows'?",
        "{{ ti.xcom_pull('make', key='rows')['k'] }}", gave={"make:rows": {"k": "v"}},
        more={"more": {"other_dags": {"orders": frozenset({"make"})}}},
    ),
    "a task of another DAG mistyped": Case(
        "{{ ti.xcom_pull('mkae', dag_id='orders')['k'] }}", "unknown_task", "did you mean make?",
        "{{ ti.xcom_pull('make', dag_id='orders')['k'] }}",
        more={"more": {"other_dags": {"orders": frozenset({"make"})}}},
    ),
    "no task, of which one gave it": Case(
        "{{ ti.xcom_pull(key='return_value')['k'] }}", "no_task_ids",
        "name the task to read from: ti.xcom_pull(task_ids='make')",
        "{{ ti.xcom_pull(task_ids='make', key='return_value')['k'] }}",
    ),
    "no task, of which several gave it": Case(
        "{{ ti.xcom_pull()['k'] }}", "no_task_ids", "name the task to read from: ti.xcom_pull(task_ids='…')",
        gave={"make": {"k": 1}, "bake": {"k": 2}},
    ),
}  # fmt: skip

KEYS = {
    "a key mistyped": Case(
        "{{ ti.xcom_pull('make', key='reprot')['k'] }}", "unknown_key", "did you mean report?",
        "{{ ti.xcom_pull('make', key='report')['k'] }}", gave={"make:report": {"k": "v"}}, fails="key present",
    ),
    "a key by its position": Case(
        '{{ ti.xcom_pull("make", none, "reprot")["k"] }}', "unknown_key", "did you mean report?",
        '{{ ti.xcom_pull("make", none, "report")["k"] }}', gave={"make:report": {"k": "v"}},
    ),
    "a part of the return value": Case(
        "{{ ti.xcom_pull('make', key='deep')['k'] }}", "output_key_is_not_a_path",
        "deep is inside return_value: take ['deep'] of it, or set multiple_outputs=True",
        "{{ ti.xcom_pull('make')['deep']['k'] }}", gave={"make": {"deep": {"k": "v"}}},
    ),
    "a part of it mistyped": Case(
        "{{ ti.xcom_pull(key='deeep', task_ids='make')['k'] }}", "unknown_key", "did you mean deep, inside return_value?",
        "{{ ti.xcom_pull(task_ids='make')['deep']['k'] }}", gave={"make": {"deep": {"k": "v"}}},
    ),
    "a key of another task": Case(
        "{{ ti.xcom_pull('make', key='stats')['k'] }}", "unknown_key", "bake pushed stats: read it from bake",
        "{{ ti.xcom_pull('bake', key='stats')['k'] }}", gave={"make:zzz": 1, "bake:stats": {"k": "v"}},
    ),
}  # fmt: skip

PATHS = {
    "a step mistyped": Case(
        "{{ ti.xcom_pull('make')['pth'] }}", "missing_path", "did you mean path?",
        "{{ ti.xcom_pull('make')['path'] }}", said=GONE, gave={"make": {"path": 1}}, fails="path present",
    ),
    "a step in another case": Case(
        "{{ ti.xcom_pull('make').outputPath }}", "missing_path", "did you mean output_path?",
        "{{ ti.xcom_pull('make').output_path }}", said="UndefinedError: 'dict object' has no attribute 'outputPath'",
        gave={"make": {"output_path": "v"}},
    ),
    "one deeper": Case(
        "{{ ti.xcom_pull('make')['pth'] }}", "missing_path", "it is at ['result']['pth']",
        "{{ ti.xcom_pull('make')['result']['pth'] }}", said=GONE, gave={"make": {"result": {"pth": "v"}}},
    ),
    "one higher": Case(
        "{{ ti.xcom_pull('make')['result']['pth'] }}", "missing_path", "it is at ['pth']",
        "{{ ti.xcom_pull('make')['pth'] }}", said="UndefinedError: 'dict object' has no attribute 'result'",
        gave={"make": {"pth": "v"}},
    ),
    "beside its owner": Case(
        "{{ ti.xcom_pull('make').result.pth }}", "missing_path", "it is at ['pth']",
        "{{ ti.xcom_pull('make').pth }}", said=GONE, gave={"make": {"pth": "v", "result": {"z": 1}}},
    ),
    "a step of several that is wrong": Case(
        "{{ ti.xcom_pull('make')['a']['pth']['a'] }}", "missing_path", "did you mean path?",
        "{{ ti.xcom_pull('make')['a']['path']['a'] }}", said=GONE, gave={"make": {"a": {"path": {"a": 1}}}},
    ),
    "the same step of another pull is left": Case(
        "{{ ti.xcom_pull('ok')['pth'] }}{{ ti.xcom_pull('make')['pth'] }}", "missing_path", "did you mean path?",
        "{{ ti.xcom_pull('ok')['pth'] }}{{ ti.xcom_pull('make')['path'] }}", said=GONE,
        gave={"make": {"path": 1}, "ok": {"pth": 2}},
    ),
    "below a null": Case(
        "{{ ti.xcom_pull('make')['gone']['k'] }}", "null_value",
        "write a value there, or read it with a default: ['gone'] may be null", gave={"make": {"gone": None}},
        fails="value not null",
    ),
    "one behind the last": Case(
        "{{ ti.xcom_pull('make')[2] }}", "index_out_of_range", "counting begins at [0], so that the last one is [1]",
        "{{ ti.xcom_pull('make')[1] }}", said="UndefinedError: list object has no element 2", gave={"make": ["a", "b"]},
    ),
    "far behind the last": Case(
        "{{ ti.xcom_pull('make')[7] }}", "index_out_of_range", "the last one is [1]",
        said="UndefinedError: list object has no element 7", gave={"make": ["a", "b"]},
    ),
    "of an empty list": Case(
        "{{ ti.xcom_pull('make')[0] }}", "index_out_of_range", "the list is empty",
        said="UndefinedError: list object has no element 0", gave={"make": []},
    ),
    "JSON written as a text": Case(
        "{{ ti.xcom_pull('make')['k'] }}", "not_a_mapping",
        "make wrote its JSON as a text: write the object once (json.dump(value, file)), or parse it here",
        "{{ macros.json.loads(ti.xcom_pull('make'))['k'] }}", said=TEXT, gave={"make": '{"k": "v"}'},
    ),
    "a text that has no members": Case(
        "{{ ti.xcom_pull('make')['k'] }}", "not_a_mapping", "take the value itself",
        "{{ ti.xcom_pull('make') }}", said=TEXT, gave={"make": "v"},
    ),
    "a list that holds the mapping": Case(
        "{{ ti.xcom_pull('make')['k'] }}", "not_a_mapping", "it is a list of 1: take one of them, as [0]['k']",
        "{{ ti.xcom_pull('make')[0]['k'] }}", said=LIST, gave={"make": [{"k": "v"}]},
    ),
    "a list of one task": Case(
        "{{ ti.xcom_pull(task_ids=['make'])['k'] }}", "not_a_mapping",
        "a list of task_ids gives a list: write task_ids='make', or take [0]",
        "{{ ti.xcom_pull(task_ids='make')['k'] }}", said=LIST,
    ),
    "a list of tasks, of which one has it": Case(
        "{{ ti.xcom_pull(['bake', 'make'])['k'] }}", "not_a_mapping",
        "a list of task_ids gives a list: take one of its values, as [1]",
        "{{ ti.xcom_pull(['bake', 'make'])[1]['k'] }}", said=LIST, gave={"make": {"k": "v"}, "bake": {"z": 1}},
    ),
    "a mapped task": Case(
        "{{ ti.xcom_pull('make')['k'] }}", "not_a_mapping",
        "make is mapped and gives a list: take one instance's value, as map_indexes=0",
        "{{ ti.xcom_pull('make', map_indexes=0)['k'] }}", said=LIST,
        gave={"make[0]": {"k": "v"}, "make[1]": {"k": "w"}},
    ),
}  # fmt: skip

TEMPLATES = {
    "no ti": Case(
        "{{ ti.xcom_pull('ok') }}{{ xcom_pull('make') }}", "template_error", "write ti.xcom_pull(…)",
        "{{ ti.xcom_pull('ok') }}{{ ti.xcom_pull('make') }}", said="UndefinedError: 'xcom_pull' is undefined",
        gave={"make": 1, "ok": 2}, fails="names are known",
    ),
    "no quotes round the task id": Case(
        "{{ ti.xcom_pull(task_ids=make)['k'] }}", "template_error", "put the task id in quotes: 'make'",
        "{{ ti.xcom_pull(task_ids='make')['k'] }}", said="UndefinedError: 'make' is undefined",
    ),
    "no quotes round an id of several words": Case(
        "{{ ti.xcom_pull(make-all)['k'] }}", "template_error", "put the task id in quotes: 'make-all'",
        "{{ ti.xcom_pull('make-all')['k'] }}", said="UndefinedError: 'make' is undefined", gave={"make-all": {"k": 1}},
    ),
    "no quotes round a mistyped task id": Case(
        "{{ ti.xcom_pull(mkae)['k'] }}", "template_error", "put the task id in quotes: 'make'",
        "{{ ti.xcom_pull('make')['k'] }}", said="UndefinedError: 'mkae' is undefined",
    ),
    "no quotes round a step": Case(
        "{{ ti.xcom_pull('make')[k] }}", "template_error", "put k in quotes: ['k']",
        "{{ ti.xcom_pull('make')['k'] }}", said="UndefinedError: 'k' is undefined",
    ),
    "a name of the context mistyped": Case(
        "{{ task_instnace.xcom_pull('make')['k'] }}", "template_error", "did you mean task_instance?",
        "{{ task_instance.xcom_pull('make')['k'] }}", said="UndefinedError: 'task_instnace' is undefined",
    ),
    "a name that the template sets": Case(
        "{% set result = ti.xcom_pull('make') %}{{ reslt.k }}", "template_error", "did you mean result?",
        "{% set result = ti.xcom_pull('make') %}{{ result.k }}", said="UndefinedError: 'reslt' is undefined",
    ),
    "a name that Airflow 3 does not have": Case(
        "{{ execution_date }}", "template_error", "Airflow 3 has no execution_date: did you mean logical_date?",
        "{{ logical_date }}", said="UndefinedError: 'execution_date' is undefined",
    ),
    "a method of ti mistyped": Case(
        "{{ ti.xcom_pul('make')['k'] }}", "template_error", "did you mean xcom_pull?",
        "{{ ti.xcom_pull('make')['k'] }}",
        said="UndefinedError: 'airflow.sdk.execution_time.task_runner.RuntimeTaskInstance object' has no attribute 'xcom_pul'",
    ),
    "a filter mistyped": Case(
        "{{ ti.xcom_pull('make') | tojsn }}", "template_error", "did you mean tojson?",
        "{{ ti.xcom_pull('make') | tojson }}", said="TemplateAssertionError: No filter named 'tojsn'.", fails="filters are known",
    ),
    "a filter of Airflow mistyped": Case(
        "{{ logical_date | ds_nodahs }}", "template_error", "did you mean ds_nodash?",
        "{{ logical_date | ds_nodash }}", said="TemplateAssertionError: No filter named 'ds_nodahs'.",
    ),
    "a filter of another tool": Case(
        "{{ ti.xcom_pull('make') | to_json }}", "template_error", "did you mean tojson?",
        "{{ ti.xcom_pull('make') | tojson }}", said="TemplateAssertionError: No filter named 'to_json'.",
    ),
    "JSON read of a text": Case(
        "{{ (ti.xcom_pull('make') | fromjson)['k'] }}", "template_error",
        "Jinja has no such filter: read the text with macros.json.loads(…)",
        "{{ (macros.json.loads(ti.xcom_pull('make')))['k'] }}", said="TemplateAssertionError: No filter named 'fromjson'.",
        gave={"make": '{"k": 1}'},
    ),
    "JSON read of what is none": Case(
        "{{ (ti.xcom_pull('make') | fromjson)['k'] }}", "template_error",
        "Jinja has no such filter, and the XCom is no text: leave it out",
        "{{ (ti.xcom_pull('make'))['k'] }}", said="TemplateAssertionError: No filter named 'fromjson'.",
    ),
    "a test mistyped": Case(
        "{% if ti.xcom_pull('make') is definde %}y{% endif %}", "template_error", "did you mean defined?",
        "{% if ti.xcom_pull('make') is defined %}y{% endif %}", said="TemplateAssertionError: No test named 'definde'.",
    ),
    "a bracket missing": Case(
        "{{ ti.xcom_pull('make')['k' }}", "template_error", "a ] is missing (line 1, character 29)",
        "{{ ti.xcom_pull('make')['k'] }}", said="TemplateSyntaxError: unexpected '}', expected ']'", fails="template parses",
    ),
    "a brace missing": Case(
        "in:\n{{ ti.xcom_pull('make')['k'] }", "template_error", "a } is missing (line 2, character 30)",
        "in:\n{{ ti.xcom_pull('make')['k'] }}", said="TemplateSyntaxError: unexpected '}'",
    ),
    "the end missing": Case(
        "{{ ti.xcom_pull('make')['k']", "template_error", "}} is missing (line 1, character 29)",
        "{{ ti.xcom_pull('make')['k'] }}",
        said="TemplateSyntaxError: unexpected end of template, expected 'end of print statement'.",
    ),
    "a quote missing": Case(
        "{{ ti.xcom_pull('make)['k'] }}", "template_error", "a ' is missing (line 1, character 26)",
        "{{ ti.xcom_pull('make')['k'] }}", said="TemplateSyntaxError: expected token ',', got 'k'",
    ),
    "a bracket too many": Case(
        "{{ ti.xcom_pull('make'))['k'] }}", "template_error", "a ) too many (line 1, character 24)",
        "{{ ti.xcom_pull('make')['k'] }}", said="TemplateSyntaxError: unexpected ')'",
    ),
    "a pull that nobody can follow": Case(
        "{{ ti.xcom_pull(var.value.source)['k'] }}", "unresolvable",
        "write the task id and the key out, so that the pull can be checked",
    ),
}  # fmt: skip

ALL = {**NAMES, **KEYS, **PATHS, **TEMPLATES}


@pytest.mark.parametrize("case", ALL.values(), ids=ALL)
def test_a_failing_template_is_explained_and_put_right(case: Case) -> None:
    found = problem_of(_facts(case))
    assert (found.kind.value, found.suggestion.text if found.suggestion else None) == (
        case.kind,
        case.suggests,
    )
    assert (found.suggestion.replacement if found.suggestion else None) == case.corrected
    assert found.airflow_said == case.said
    assert not case.fails or failed_check(found) == case.fails


@pytest.mark.parametrize("case", [one for one in ALL.values() if one.corrected], ids=str)
def test_the_corrected_template_leaves_nothing_to_correct(case: Case) -> None:
    """In the same run it is rendered without a fault, and tells of no problem."""
    corrected = replace(case, template=case.corrected or "")
    facts = _facts(corrected)
    tries = tuple(
        replace(one, rendered={"arguments": ["v"]}, state="success") for one in facts.tries
    )
    kinds = {one.kind.value for one in analyze(replace(facts, tries=tries, logs=())).problems}
    assert kinds <= {"not_upstream"}


def _facts(case: Case) -> RunFacts:
    more = dict(case.more)
    given = {"other_dags": {}, **more.pop("more", {})}
    return Scenario(
        f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["first", {case.template!r}])
""",
        gave=case.gave,
        got={"use": None},
        states={"use": "failed"},
        said={"use": failing_template("use", "arguments", ["first", case.template], case.said)},
        more=given,
        **more,
    ).facts()


def problem_of(facts: RunFacts) -> Problem:
    found = analyze(facts).problems
    assert len(found) == 1
    return found[0]


def failed_check(problem: Problem) -> str:
    return next(one.what for one in problem.checks if one.ok is False)


SAYINGS = [
    "UndefinedError: 'None' has no attribute '{0}'",
    "UndefinedError: 'dict object' has no attribute '{0}'",
    "UndefinedError: list object has no element {0}",
    "UndefinedError: '{0}' is undefined",
    "TemplateAssertionError: No filter named '{0}'.",
    "TemplateAssertionError: No test named '{0}'.",
    "TemplateSyntaxError: unexpected '{0}', expected ')'",
    "UndefinedError: 'airflow.TaskInstance object' has no attribute '{0}'",
    "{0}",
]


@given(
    template=st.text(st.sampled_from("{}%#ti.xcom_pull('make')[\"k\"]|=,- \n"), max_size=60),
    around=st.sampled_from(["{}", "{{{{ {} }}}}", "{{{{ ti.xcom_pull({}) }}}}", "{{{{ ti.xcom_pull('make'){} }}}}"]),
    said=st.sampled_from(SAYINGS),
    word=st.text(max_size=8),
    value=st.recursive(st.none() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["k", "make", "x"]), inner, max_size=2), max_leaves=6),
)  # fmt: skip
def test_any_template_and_any_saying_give_an_answer(
    template: str, around: str, said: str, word: str, value: Any
) -> None:
    """And what is offered as corrected can be parsed, and is not what was wrong."""
    written = around.format(template)
    case = Case(written, "", said=said.format(word), gave={"make": value})
    for problem in analyze(_facts(case)).problems:
        corrected = problem.suggestion.replacement if problem.suggestion else None
        if problem.pull and problem.pull.template == written and corrected:
            assert corrected != written
            assert corrected == "do_xcom_push=True" or parses(corrected)
