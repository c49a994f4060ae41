# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""What looks as if something had gone wrong, and is right: it raises nothing at all."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.analyze import analyze
from app.model.facts import Reach
from app.model.ids import RunKey
from tests.build import RUN, after, make_try, make_xcom
from tests.lineage.scenario import Scenario, shown_problem

GAVE = {
    "make": {
        "k": "v", "n": 42, "gone": None, "rows": ["a", "b"], "whole": {"a": 1}, "none": "None",
        "off": False, "empty": "", "zero": 0, "numbers": [1, 2], "braces": "{a} {{ b }} {'c': 1}",
        "says": "None of them", "no_rows": [], "no_whole": {}, "deep": {"x": None}, "t": True,
    },
    "make:pod_name": "make-1a2b",
    "many[0]": "x",
    "many[1]": "y",
    "one[0]": "only",
    "text": "plain",
    "number": 7,
}  # fmt: skip

TEMPLATES = [
    # a default for what may be missing
    ("{{ ti.xcom_pull('mkae')['k'] | default('x') }}", "x"),
    ("{{ ti.xcom_pull('make')['nokey'] | default('x') }}", "x"),
    ("{{ ti.xcom_pull('make')['gone'] | default('x', true) }}", "x"),
    ("{{ ti.xcom_pull('quiet') | default('x', boolean=True) }}", "x"),
    ("{{ ti.xcom_pull('quiet') | d('None', true) }}", "None"),
    ("{{ ti.xcom_pull('make').get('nokey', 'x') }}", "x"),
    ("{{ ti.xcom_pull('make').get('nokey', 'None') }}", "None"),
    ("{{ (ti.xcom_pull('quiet') or {}).get('k', 'none') }}", "none"),
    ("{{ (ti.xcom_pull('quiet') or {'k': 'None'})['k'] }}", "None"),
    ("{{ ti.xcom_pull('quiet') or '' }}", ""),
    ("{{ ti.xcom_pull('quiet') or 'None' }}", "None"),
    ("--in={{ ti.xcom_pull('quiet') or 's3://b/fallback' }}", "--in=s3://b/fallback"),
    ("{{ ti.xcom_pull('quiet') | int(0) }}", "0"),
    ("{{ ti.xcom_pull('make')['gone'] | int(default=5) }}", "5"),
    ("{{ ti.xcom_pull('make')['gone'] | float(0.0) }}", "0.0"),
    # questions about what may be missing
    ("{{ 'yes' if ti.xcom_pull('quiet') else 'no' }}", "no"),
    ("{{ ti.xcom_pull('quiet') is none }}", "True"),
    ("{{ ti.xcom_pull('quiet') == None }}", "True"),
    ("{{ ti.xcom_pull('quiet') is not none }}", "False"),
    ("{{ ti.xcom_pull('make')['nokey'] is defined }}", "False"),
    ("{% if ti.xcom_pull('quiet') %}--in={{ ti.xcom_pull('quiet') }}{% endif %}", ""),
    ("{% if ti.xcom_pull('quiet') is none %}None{% else %}{{ ti.xcom_pull('quiet') }}{% endif %}", "None"),
    ("{% set x = ti.xcom_pull('quiet') %}{{ x if x is not none else 'None' }}", "None"),
    ("{% for one in ti.xcom_pull('make')['no_rows'] %}{{ one }}{% else %}None{% endfor %}", "None"),
    ("{{ [ti.xcom_pull('quiet'), ti.xcom_pull('text')] | select | first }}", "plain"),
    ("{{ ti.xcom_pull(['quiet', 'text']) | reject('none') | join(',') }}", "plain"),
    ("{{ ti.xcom_pull(['quiet', 'text']) | select | list | length }}", "1"),
    ("{{ ti.xcom_pull(['quiet', 'text']) | length }}", "2"),
    ("{{ ti.xcom_pull('make')['gone'] | tojson }}", "null"),
    ("{{ ti.xcom_pull('make') | tojson }}", None),
    ("{{ ti.xcom_pull('make')['deep'] | tojson }}", '{"x": null}'),
    # the word None, and texts that look like templates and values
    ("None of {{ ds }}", "None of 2026-11-20"),
    ("{{ ti.xcom_pull('make')['none'] }}", "None"),
    ("{{ ti.xcom_pull('make')['says'] }}", "None of them"),
    ("{{ ti.xcom_pull('make')['braces'] }}", "{a} {{ b }} {'c': 1}"),
    ("{{ none }}", "None"),
    ("{{ params.mode }}", "None"),
    ("{{ dag_run.conf.get('mode') }}", "None"),
    ("{{ var.value.get('mode') }}", "None"),
    ("--mode=None", "--mode=None"),
    ("{% raw %}{{ ti.xcom_pull('make') }}{% endraw %}", "{{ ti.xcom_pull('make') }}"),
    ("{{ '{{ ti.xcom_pull(1) }}' }}", "{{ ti.xcom_pull(1) }}"),
    ("awk '{ print $1 }' {{ ti.xcom_pull('text') }}", "awk '{ print $1 }' plain"),
    ("{'a': 1}", "{'a': 1}"),
    # values short, common, empty or false
    ("{{ ti.xcom_pull('number') }}", "7"),
    ("{{ ti.xcom_pull('make')['zero'] }}", "0"),
    ("{{ ti.xcom_pull('make')['zero'] | int }}", "0"),
    ("{{ ti.xcom_pull('make')['off'] }}", "False"),
    ("{{ ti.xcom_pull('make')['empty'] }}", ""),
    ("{{ ti.xcom_pull('make')['t'] | int }}", "1"),
    # lists and mappings that read as JSON, or that people read
    ("{{ ti.xcom_pull('make')['numbers'] }}", "[1, 2]"),
    ("{{ ti.xcom_pull('make')['no_rows'] }}", "[]"),
    ("{{ ti.xcom_pull('make')['no_whole'] }}", "{}"),
    ("--rows={{ ti.xcom_pull('make')['rows'] | tojson }}", '--rows=["a", "b"]'),
    ("{{ ti.xcom_pull('make')['rows'] | join(' ') }}", "a b"),
    ("got {{ ti.xcom_pull('make')['rows'] }} today", "got ['a', 'b'] today"),
    ("echo rows={{ ti.xcom_pull('make')['rows'] }}", "echo rows=['a', 'b']"),
    # mapped producers and single instances
    ("{{ ti.xcom_pull('many') | join(',') }}", "x,y"),
    ("{{ ti.xcom_pull('many') | list | tojson }}", '["x", "y"]'),
    ("{{ ti.xcom_pull('many', map_indexes=1) }}", "y"),
    ("{{ ti.xcom_pull('many')[0] }}", "x"),
    ("{{ ti.xcom_pull('one') }}", "only"),
    # XComs that are there though nothing was pushed
    ("{{ ti.xcom_pull('make', key='pod_name') }}", "make-1a2b"),
]  # fmt: skip


def pod(written: Any, rendered: Any, **more: Any) -> Scenario:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=[{written!r}])
"""
    more = {"gave": GAVE, "others": ("quiet",), **more}
    return Scenario(source, got={"use": {"arguments": [rendered]}}, **more)


def raised(scenario: Scenario) -> list[str]:
    return [shown_problem(one) for one in analyze(scenario.facts()).problems]


@pytest.mark.parametrize(("written", "rendered"), TEMPLATES)
def test_a_template_that_is_right_raises_nothing(written: str, rendered: str | None) -> None:
    shown = json.dumps(GAVE["make"], sort_keys=True) if rendered is None else rendered
    assert raised(pod(written, shown)) == []


EARLIER = RunKey(RUN.dag_id, "earlier")
BRANCH = """
with DAG("geo_tiles"):
    KubernetesPodOperator(
        task_id="use", trigger_rule="none_failed_min_one_success",
        arguments=["{{ ti.xcom_pull('left') or ti.xcom_pull('right') }}"],
        env_vars={"LEFT": "{{ ti.xcom_pull('left') | default('', true) }}"},
    )
"""
PYTHON = """
def read(x, ti=None):
    return x or ti.xcom_pull(task_ids="quiet")
with DAG("geo_tiles"):
    quiet = PythonOperator(task_id="quiet", python_callable=print)
    PythonOperator(task_id="use", python_callable=read, op_args=[quiet.output], op_kwargs={"y": None})
"""
SCENARIOS = {
    "one branch was skipped, and the other one is read": Scenario(
        BRANCH,
        gave={"right": "r"},
        got={"use": {"arguments": ["r"], "env_vars": [{"name": "LEFT", "value": ""}]}},
        others=("left",),
        states={"left": "skipped"},
    ),
    "a Python function got None from one that returns nothing": Scenario(
        PYTHON,
        others=("quiet",),
        got={"use": {"op_args": [None], "op_kwargs": {"y": None}}},
        operators={"quiet": "PythonOperator", "use": "PythonOperator"},
    ),
    "a lazy list went to Python as it is": Scenario(
        """
with DAG("geo_tiles"):
    many = PythonOperator.partial(task_id="many", python_callable=int).expand(op_args=[[1], [2]])
    PythonOperator(task_id="use", python_callable=print, op_args=[many.output])
""",
        gave={"many[0]": 1, "many[1]": 2},
        got={"use": {"op_args": ["LazySelectSequence([2 items])"], "op_kwargs": {}}},
        more={"airflow_major": 2},
    ),
    "a pod that pushes nothing and whom nobody reads": Scenario(
        'with DAG("geo_tiles"): KubernetesPodOperator(task_id="use", arguments=["x"])',
        got={"use": {"arguments": ["x"]}},
    ),
    "a field too long to be kept": Scenario(
        """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('make')['k'] }}"] * 900)
""",
        gave={"make": {"k": "value"}},
        got={
            "use": {
                "arguments": "Truncated. You can change this behaviour in [core]max_templated_field_length. ['value', 'value'..."
            }
        },
    ),
    "native objects in a field that takes them": Scenario(
        """
with DAG("geo_tiles", render_template_as_native_obj=True):
    PythonOperator(task_id="use", python_callable=print, op_kwargs={"x": "{{ ti.xcom_pull('make') }}", "n": "{{ ti.xcom_pull('none') }}"})
""",
        gave={"make": {"k": [1]}, "none:value": None},
        got={"use": {"op_args": [], "op_kwargs": {"x": {"k": [1]}, "n": None}}},
        operators={"none": "PythonOperator"},
    ),
    "values for Python are lists and mappings": Scenario(
        """
with DAG("geo_tiles"):
    make = PythonOperator(task_id="make", python_callable=dict)
    PythonOperator(task_id="use", python_callable=print, op_args=[make.output], op_kwargs={"x": make.output["rows"]})
""",
        gave={"make": {"k": 1}, "make:rows": ["a"]},
        got={"use": {"op_args": [{"k": 1}], "op_kwargs": {"x": ["a"]}}},
    ),
    "a variable that a secret or the pod itself gives": Scenario(
        'with DAG("geo_tiles"): KubernetesPodOperator(task_id="use", env_vars=[])',
        got={
            "use": {
                "env_vars": [
                    {"name": "IP", "value": None, "value_from": {"field_ref": {"field_path": "status.podIP"}}},
                    {"name": "NONE", "value": None, "value_from": None},
                ]
            }
        },
    ),
    "a child DAG is handed a template": Scenario(
        """
with DAG("geo_tiles"):
    TriggerDagRunOperator(task_id="use", conf={"template": "{% raw %}{{ ti.xcom_pull('a') }}{% endraw %}"})
""",
        got={"use": {"conf": {"template": "{{ ti.xcom_pull('a') }}"}}},
    ),
    "a description that names a pull": Scenario(
        """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", doc_md="reads {{ ti.xcom_pull('make') }}", arguments=["x"])
""",
        got={"use": {"arguments": ["x"]}},
    ),
    "a program that reads what Python prints": Scenario(
        """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", cmds=["python", "-c", "import ast, sys; ast.literal_eval(sys.argv[1])"], arguments=["{{ ti.xcom_pull('make') }}"])
""",
        gave={"make": {"k": "v"}},
        got={
            "use": {
                "cmds": ["python", "-c", "import ast, sys; ast.literal_eval(sys.argv[1])"],
                "arguments": ["{'k': 'v'}"],
            }
        },
    ),
    "a pod that only shows what it got": Scenario(
        """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", cmds=["echo"], arguments=["{{ ti.xcom_pull('make') }}"])
""",
        gave={"make": {"k": "v"}},
        got={"use": {"cmds": ["echo"], "arguments": ["{'k': 'v'}"]}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_run_that_went_right_raises_nothing(scenario: Scenario) -> None:
    assert raised(scenario) == []


PRIOR = "{{ ti.xcom_pull('%s', include_prior_dates=True, map_indexes=-1) }}"


@pytest.mark.parametrize(
    ("reads", "state"), [("use", "success"), ("quiet", "skipped"), ("quiet", None)]
)
def test_a_value_of_an_earlier_run_that_was_asked_for_raises_nothing(
    reads: str, state: str | None
) -> None:
    """Its own last value, or the last of a task that had nothing to do in this run."""
    facts = pod(PRIOR % reads, "last", states={"quiet": state}).facts()
    reach = Reach(RUN.dag_id, RUN.run_id, reads, "return_value", is_prior=True)
    facts = replace(
        facts,
        reached={reach: (EARLIER,)},
        other_xcoms=(make_xcom(reads, "last", run=EARLIER, seconds=-900),),
    )
    found = analyze(facts)
    assert [flow.value for flow in found.flows] == ["last"]
    assert found.problems == ()


def test_a_value_that_was_pushed_again_as_it_was_raises_nothing() -> None:
    facts = pod("{{ ti.xcom_pull('make')['k'] }}", "v").facts()
    again = make_try("make", try_number=2, start=after(60), end=after(70))
    pushed = make_xcom("make", {"k": "v", "n": 43}, seconds=69)
    facts = replace(facts, tries=(*facts.tries, again), xcoms=(*facts.xcoms, pushed))
    assert analyze(facts).problems == ()


def test_a_reader_that_is_on_its_way_to_read_again_raises_nothing() -> None:
    facts = pod("{{ ti.xcom_pull('make')['k'] }}", "v").facts()
    again = make_try("make", try_number=2, start=after(60), end=after(70))
    waits = make_try("use", try_number=2, start=None, end=None, state="scheduled")
    pushed = make_xcom("make", {"k": "new"}, seconds=69)
    facts = replace(facts, tries=(*facts.tries, again, waits), xcoms=(*facts.xcoms, pushed))
    assert analyze(facts).problems == ()


def test_a_pull_of_another_dags_run_of_the_same_name_raises_nothing() -> None:
    scenario = pod("{{ ti.xcom_pull(dag_id='orders', task_ids='a') }}", "x")
    other = RunKey("orders", RUN.run_id)
    facts = replace(
        scenario.facts(),
        other_dags={"orders": frozenset({"a"})},
        other_xcoms=(make_xcom("a", "x", run=other),),
        other_tries=(make_try("a", run=other),),
    )
    assert analyze(facts).problems == ()


SCALARS = st.one_of(st.text(max_size=30), st.integers(), st.booleans(), st.floats(allow_nan=False))
AROUND = st.text("abc/-_=:. ", max_size=8)
PIECES = st.lists(st.tuples(AROUND, SCALARS), min_size=1, max_size=3)


@settings(deadline=None)
@given(fields=st.lists(PIECES, min_size=1, max_size=3), is_json=st.booleans())
def test_a_run_in_which_every_pull_delivers_raises_nothing(*, fields: Any, is_json: bool) -> None:
    """Whatever texts, numbers and truths they are; as JSON any value of them."""
    whole = {"all": [value for pieces in fields for _, value in pieces]}
    gave: dict[str, Any] = {"whole": whole}
    written, rendered = [], []
    for at, pieces in enumerate(fields):
        gave[f"make_{at}"] = [value for _, value in pieces]
        written.append(
            "".join(
                f"{around}{{{{ ti.xcom_pull('make_{at}')[{place}] }}}}"
                for place, (around, _) in enumerate(pieces)
            )
        )
        rendered.append("".join(f"{around}{value}" for around, value in pieces))
    if is_json:
        written.append("{{ ti.xcom_pull('whole') | tojson }}")
        rendered.append(json.dumps(whole, sort_keys=True))
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments={written!r})
"""
    scenario = Scenario(source, gave=gave, got={"use": {"arguments": rendered}})
    assert raised(scenario) == []


def test_a_value_that_its_producer_replaces_while_it_works_raises_nothing() -> None:
    """A reader beside it sees how far it is."""
    facts = pod("{{ ti.xcom_pull('make')['n'] }}", "42", apart=("make",)).facts()
    works = make_try("make", start=after(1), end=after(70))
    tries = tuple(works if one.key == works.key else one for one in facts.tries)
    pushed = make_xcom("make", {"n": 43}, seconds=69)
    assert analyze(replace(facts, tries=tries, xcoms=(*facts.xcoms, pushed))).problems == ()
