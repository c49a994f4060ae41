# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""The engine is total: any facts give an answer, in bounded time and always the same."""

import itertools
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.analyze import ENGINE_VERSION, analyze
from app.lineage.source.declare import declare
from app.model.facts import RunFacts, Task
from tests.build import after, make_facts, make_run, make_try, make_xcom
from tests.lineage.scenario import HEAD, TEMPLATE_FIELDS, Scenario, check, failed, failing_template

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
#: Pieces of templates that make sense often enough to get past the parser.
pieces = st.sampled_from(
    [
        "{{ ti.xcom_pull('make') }}", "{{ ti.xcom_pull('make')['k'] }}", "{{ ti.xcom_pull(['make', 'x']) }}",
        "{% set r = ti.xcom_pull('make') %}", "{{ r }}", "{% for i in r %}", "{% endfor %}", "{{ i.k | tojson }}",
        "{% if ds %}", "{% endif %}", "{{ r | length }}", "{{ r | join(',') }}", "{{ r * 9 }}", "{{ 'a' ~ r }}",
        "{{ ti.xcom_pull(task_ids=ds) }}", "{{ r.items() }}", "{{ (r or {}).get('k', 'x') }}", "{{", "}}", "{%", "%}",
        "None", "***", "\ue000x\ue001", "\ue005", "{{ r[0] }}", "{{ r | map(attribute='k') | list }}", "{{ -r }}",
        "{{ r | sort | first }}", "{{ r == ds }}", "{{ r % 3 }}", "{{ '%s' % r }}", "{{ r.split(',') }}",
    ]
)  # fmt: skip
templates = st.lists(pieces | st.text(max_size=5), max_size=6).map("".join)


def test_an_engine_that_says_something_else_has_another_version() -> None:
    assert ENGINE_VERSION >= 1


@given(source=st.text())
def test_any_text_is_a_source(source: str) -> None:
    analyze(make_facts(source=source))


@settings(max_examples=60, deadline=None)
@given(template=templates, value=json_values, rendered=json_values)
def test_any_template_any_value_and_any_field_give_an_answer(
    template: str, value: Any, rendered: Any
) -> None:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=[{template!r}], env_vars={{"A": {template!r}}})
"""
    got = {"arguments": rendered, "env_vars": [{"name": "A", "value": rendered}]}
    analyze(Scenario(source, gave={"make": value}, got={"use": got}).facts())
    analyze(
        Scenario(
            source,
            gave={"make": value},
            got={"use": None},
            states={"use": "failed"},
            said={
                "use": failing_template(
                    "use", "arguments", [template], "UndefinedError: 'None' has no attribute 'k'"
                )
            },
        ).facts()
    )


@given(text=st.text(), kind=st.text())
def test_any_log_gives_an_answer(text: str, kind: str) -> None:
    scenario = Scenario(others=("pod",), states={"pod": "failed"}, said={"pod": failed(kind, text)})
    analyze(scenario.facts())


@given(value=json_values)
def test_a_literal_pull_of_any_value_is_found_again(value: Any) -> None:
    """Whatever was pushed: what the pod got is traced to it, or it was nothing at all."""
    source = """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", op_kwargs={"whole": make.output})
"""
    source = source.replace("make.output", 'KubernetesPodOperator(task_id="make").output')
    facts = Scenario(
        source, gave={"make": value}, got={"use": {"op_kwargs": {"whole": value}}}
    ).facts()
    evidence = [flow.evidence.value for flow in analyze(facts).flows]
    is_nan = value != value or "nan" in repr(value)  # noqa: PLR0124  # NaN is the one that differs
    if not is_nan and "__classname__" not in repr(value):
        assert evidence == ([] if value is None else ["confirmed"])


@settings(max_examples=30, deadline=None)
@given(
    names=st.lists(
        st.from_regex(r"[a-z][a-z_]{2,8}", fullmatch=True), min_size=2, max_size=5, unique=True
    ),
    key=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
)
def test_generated_literal_dags_are_found_again(names: list[str], key: str) -> None:
    """A chain of pods, each reading the key of the one before it."""
    pods = [f'    KubernetesPodOperator(task_id="{names[0]}")']
    for before, name in itertools.pairwise(names):
        pull = f"{{{{ ti.xcom_pull(task_ids='{before}')['{key}'] }}}}"
        pods.append(f'    KubernetesPodOperator(task_id="{name}", arguments=["--in={pull}"])')
    source = "\n".join(['with DAG("geo_tiles"):', *pods])
    gave = {name: {key: f"value of {name}"} for name in names}
    got = {
        name: {"arguments": [f"--in=value of {before}"]}
        for before, name in itertools.pairwise(names)
    }
    flows = "\n".join(
        f"{before}['{key}'] -> {name}.arguments[0] [5:{14 + len(before)}] confirmed"
        for before, name in itertools.pairwise(names)
    )
    check(Scenario("\n" + source, gave=gave, got=got), flows=flows)


HOSTILE = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
    "{{ 'a' * 10**9 }}",
    "{{ [1] * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ (10**100)**(10**100) }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "{% set a = ['a'] %}" + "{% do a.extend(a) %}" * 60 + "{{ a }}",
    "{{ 'x' | center(10**9) }}",
    "{{ 'x'.ljust(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a' | replace('a', 'b' * 999) | replace('b', 'c' * 999) | replace('c', 'd' * 999) }}",
    "{{ range(10**12) | list }}",
    "{{ range(10**12) | sum }}",
    "{{ lipsum(10**9) }}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ti.xcom_pull.__globals__ }}",
    "{{ ti.__class__.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ " + "(" * 5_000 + " }}",
    "{% if a %}" * 200 + "{% endif %}" * 200,
    "{% if a %}x{% endif %}" * 200,
]


@pytest.mark.parametrize("template", HOSTILE)
def test_a_hostile_template_ends_quickly_and_reaches_nothing(template: str) -> None:
    source = f'with DAG("geo_tiles"):\n    KubernetesPodOperator(task_id="use", arguments=[{template!r}])\n'
    facts = Scenario(
        "\n" + source, gave={"make": {"k": "v"}}, got={"use": {"arguments": ["x"]}}
    ).facts()
    before = time.process_time()
    found = analyze(facts)
    assert time.process_time() - before < 3
    assert found.flows == ()


ENDLESS = [
    "x = 'a' * 10**10",
    "x = 'a'\nfor i in range(400):\n    x = x + x",
    "while True:\n    pass",
    "def f():\n    return f()\nf()",
    "x = [i for i in range(2000) for j in range(2000) for k in range(2000)]",
    "for a in range(400):\n  for b in range(400):\n    for c in range(400):\n      pass",
    "x = " + "(" * 3_000 + "1" + ")" * 3_000,
    "x = " + "-" * 50_000 + "1",
    "x = 9**9**9**9",
    "x = '{:>9999999999}'.format(1)",
    "x = '%9999999999d' % 1",
    "import os\nos.system('touch /tmp/xcomtrace-was-here')",
    "x = [0]\nfor i in range(60):\n    x.extend(x)",
    "x = 'ab'\nfor i in range(60):\n    x = x.replace('a', x)",
    "x = [0]\nfor i in range(60):\n    x += x",
    "x = {}\nx['x'] = x\nKubernetesPodOperator(task_id='a', labels=x)",
]


@pytest.mark.parametrize("source", ENDLESS)
def test_an_endless_source_ends_quickly(source: str) -> None:
    before = time.process_time()
    declare(HEAD + source)
    assert time.process_time() - before < 5


def test_a_source_that_is_not_python_is_told_so() -> None:
    assert "not Python" in (declare("def (:").problem or "")


def test_what_follows_a_line_that_cannot_be_followed_is_still_read() -> None:
    found = declare(
        HEAD + "raise SystemExit\nwith DAG('d'):\n    KubernetesPodOperator(task_id='a')\n"
    )
    assert [task.task_id for task in found.tasks] == ["a"]


def test_the_order_of_facts_does_not_matter() -> None:
    facts = make_facts(source=None)
    turned = make_facts(
        source=None,
        tries=tuple(reversed(facts.tries)),
        tasks=tuple(reversed(facts.tasks)),
        xcoms=tuple(reversed(facts.xcoms)),
    )
    assert analyze(facts) == analyze(turned)


def test_a_run_of_a_thousand_tasks_is_analysed_in_bounded_time() -> None:
    lines = [
        f"    KubernetesPodOperator(task_id='t{n}', arguments=[\"{{{{ ti.xcom_pull('t{n - 1}')['k'] }}}}\"])"
        for n in range(1, 1000)
    ]
    source = HEAD + "\n".join(
        ["with DAG('geo_tiles'):", "    KubernetesPodOperator(task_id='t0')", *lines]
    )
    facts = RunFacts(
        make_run(),
        tasks=tuple(
            Task(f"t{n}", "KubernetesPodOperator", TEMPLATE_FIELDS, frozenset({f"t{n + 1}"}))
            for n in range(1000)
        ),
        source=source,
        tries=tuple(
            make_try(
                f"t{n}",
                start=after(10 * n),
                end=after(10 * n + 9),
                rendered={"arguments": [f"value-{n - 1}"]},
            )
            for n in range(1000)
        ),
        xcoms=tuple(
            make_xcom(f"t{n}", {"k": f"value-{n}"}, seconds=10 * n + 8) for n in range(1000)
        ),
    )
    before = time.process_time()
    assert len(analyze(facts).flows) == 999
    assert time.process_time() - before < 20


def test_a_huge_value_is_not_gone_through_by_every_filter() -> None:
    rows = [{"id": f"row-{n}"} for n in range(30_000)]
    source = """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('make') | length }}", "{{ ti.xcom_pull('make') | tojson }}"])
"""
    got = {"use": {"arguments": ["30000", "[…]"]}}
    flows = "make -> use.arguments[0] [0:5] confirmed\nmake -> use.arguments[1] [0:3] declared"
    before = time.process_time()
    check(Scenario(source, gave={"make": rows}, got=got), flows=flows)
    assert time.process_time() - before < 5
