# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""A template compiled by its shape does what Jinja's own compilation of it does."""

from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from app.lineage.template import compiling
from app.lineage.template.compiling import compiled
from app.lineage.template.sandbox import Sandbox
from app.lineage.template.session import Session
from app.lineage.template.tracked import Wildcard


class TaskInstance:
    """Gives what it is asked for back, so that a text in the wrong place is seen."""

    def __repr__(self) -> str:
        return "ti"

    def xcom_pull(self, *args: Any, **kwargs: Any) -> Any:
        return {"args": list(args), **kwargs, "k": "alpha", "deep": {"id": [1, "x"]}}


def came_out(compile_: Callable[[str], CodeType], template: str) -> tuple[str, list[str]]:
    """The text and the values of its outputs; an exception in its own words."""
    sandbox = Sandbox()
    sandbox.session = session = Session()
    try:
        loaded = Template.from_code(sandbox, compile_(template), sandbox.globals)
        context = loaded.new_context({"ti": TaskInstance(), "one": "1", "many": ["a", "b c", ""]})
        text = "".join(loaded.root_render_func(context))
    except Exception as error:  # noqa: BLE001  # whatever it is, it has to be the same
        text = f"{type(error).__name__}: {error}"
    return text, [repr(value) for value in session.outputs if not isinstance(value, Wildcard)]


def check(template: str) -> None:
    assert came_out(compiled, template) == came_out(compiling._by_jinja, template)


CASES = [
    "{{ ti.xcom_pull(task_ids='a', key=\"k\")['k'] }}",
    "--in={{ ti.xcom_pull('a')['deep'].id[1] }}/{{ one }}.csv",
    "{{ 'a' 'b' }}{{ 'a' \"b\" 'c' }}",
    "{{ 'it''s' }}",
    "{{ \"it's\" }}{{ 'say \"so\"' }}",
    "{{ 'a\\'b' }}{{ 'a\\nb' }}",
    '{{ "}}" }}{{ "{{" }}{{ "{% x %}" }}{{ "{# x #}" }}',
    "{# 'a' #}b{# {{ 'c' }} #}d",
    "a{# c #}b",
    "{% raw %}{{ 'a' }}{% endraw %}{{ 'b' }}",
    "{%raw%}'{{'{%endraw%}",
    "{{ {'a': 'b', \"c\": ['d']} }}{{ {'a': 'b'}['a'] }}",
    "{% if one == '1' %}yes{% elif one in ('2', '3') %}no{% endif %}",
    "{% if one in ['1', '2', '3', '4'] %}in{% endif %}",
    "{{ 'a' if '' else 'b' }}{{ 'a' if 'x' else 'b' }}{{ not 'a' }}{{ 'a' and 'b' }}{{ '' or 'c' }}",
    "{{ 'abcdef'[1:3] }}{{ 'abcdef'[0] }}{{ 'abc' | length }}{{ 'a' * 3 }}{{ '%s-%s' % ('a', 'b') }}",
    "{{ 'b' ~ 'a' ~ one }}{{ 'a' + 'b' }}{{ 'a' < 'b' }}{{ 'a' == 'a' }}",
    "{{ 'same' is sameas 'same' }}{{ 'same' is sameas 'other' }}{{ 'sa' 'me' is sameas 'same' }}",
    "{{ nope | default('x') }}{{ many | join('+') }}{{ many | map('upper') | list }}{{ 'a' is eq 'b' }}",
    "{% for x in many %}{{ x }}={{ loop.index }},\n{% else %}none\n{% endfor %}",
    "{% set x = 'a' %}{{ x }}{% set y %}b{{ x }}{% endset %}{{ y }}",
    "{% macro m(x, y='d') %}<{{ x }}{{ y }}>{% endmacro %}{{ m('a') }}{{ m('a', y='b') }}",
    "{% call(x) ti.xcom_pull('a') %}b{% endcall %}",
    "{% filter upper %}abc{{ one }}{% endfilter %}",
    "{% block b %}text{{ 'x' }}{% endblock %}{{ self.b() }}",
    "{% autoescape 'x' %}<{{ '<b>' }}>{% endautoescape %}{{ '<b>' | e }}",
    "{% include 'a' %}", "{% include ['a', 'b'] ignore missing %}", "{% import 'a' as b %}",
    "{% from 'a' import b %}", "{% extends 'a' %}",
    "{% do many.append('x') %}{{ many }}",
    " a {{- 'b' -}} c ", " a {%- if one -%} b {%- endif %} c", "{{-1}}{{- 1 }}", "a {%+ if one %}b{% endif +%}",
    "a\n", "a\n\n", "{{ 'a' }}\n", "a\r\nb{{ 'c\r\nd' }}\re", "{{ 'a\nb' }}",
    "{'a': {\"b\": {{ 'c' }}}}", "{ {{ 'a' }} }", "{{{ 'a' }}}", "{{ 'a' }}}", "{ %", "{", "}}", "%}{{ one }}",
    "\ue0060\ue007{{ 'a' }}", "{{ '\ue0060\ue007' }}{{ 'b' }}", "\ue007{{ 'a' }}",
    "{{ 'ä€𝄞' }}ä€𝄞", "{{ '\ud800' }}", "{{ '\x00' }}\x00",
    "{{ 'a }}", "{{ a b 'c' }}", "{% nope 'a' %}", "{% if 'a' %}", "{{ 'a'.b.c }}", "{{ 'a'() }}", "{{ 'a' | nope('b') }}",
    "{{ a['b' }}", "\n\n{{ 'a' + }}", "{{ a.'b' }}", "{% set 'a' = 'b' %}", "{% block 'a' %}{% endblock %}",
    "{% for 'a' in many %}{% endfor %}", "{{ f(a='b', a='c') }}", "{{ f(**'a') }}", "{{ 1 if 'a' }}", "",
]  # fmt: skip


@pytest.mark.parametrize("template", CASES)
def test_it_comes_out_as_jinja_itself_has_it(template: str) -> None:
    check(template)


STRINGS = st.text("ab'\"\\{}%# \n\ue006\ue0070é", max_size=4)
QUOTED = st.one_of(
    STRINGS.map(repr), STRINGS.map(lambda one: f"'{one}'"), STRINGS.map(lambda one: f'"{one}"')
)
EXPRESSIONS = st.recursive(
    st.one_of(QUOTED, st.sampled_from(["one", "many", "ti.xcom_pull", "nope", "1", "none"])),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"{two[0]}[{two[1]}]"),
        st.tuples(inner, inner, inner).map(lambda all_: f"{all_[0]}({all_[1]}, k={all_[2]})"),
        st.tuples(inner, st.sampled_from(["+", "~", "==", "in", "and", "or", "%"]), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(["default", "join", "upper", "replace"]), inner).map(
            lambda all_: f"{all_[0]} | {all_[1]}({all_[2]})"
        ),
        st.lists(inner, max_size=4).map(lambda many: f"[{', '.join(many)}]"),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: f"({', '.join(many)},)"),
        st.tuples(inner, inner).map(lambda two: "{" + f"{two[0]}: {two[1]}" + "}"),
        st.tuples(inner, inner, inner).map(lambda all_: f"{all_[0]} if {all_[1]} else {all_[2]}"),
    ),
    max_leaves=6,
)  # fmt: skip
PIECES = st.one_of(
    st.text("a{}%#'\"- \n", max_size=6),
    EXPRESSIONS.map(lambda one: "{{ " + one + " }}"),
    EXPRESSIONS.map(lambda one: "{{-" + one + "-}}"),
    EXPRESSIONS.map(lambda one: "{% set x = " + one + " %}{{ x }}"),
    EXPRESSIONS.map(lambda one: "{% if " + one + " %}a{% else %}b{% endif %}"),
    EXPRESSIONS.map(lambda one: "{% for x in " + one + " %}{{ x }}\n{% endfor %}"),
    EXPRESSIONS.map(lambda one: "{# " + one + " #}"),
    EXPRESSIONS.map(lambda one: "{% raw %}{{ " + one + "}}{% endraw %}"),
)


@given(st.lists(PIECES, max_size=5).map("".join))
def test_any_template_comes_out_as_jinja_itself_has_it(template: str) -> None:
    check(template)


def test_templates_that_differ_in_their_texts_only_are_compiled_once() -> None:
    compiled("{{ ti.xcom_pull('first')['k'] }}.csv")
    before = compiling._compiled_shape.cache_info().misses
    text, _ = came_out(compiled, '{{ ti.xcom_pull("second")["deep"] }}/of/it')
    assert compiling._compiled_shape.cache_info().misses == before
    assert "{'id': [1, 'x']}" in text


@pytest.mark.parametrize(
    "template", ["{{ 'a' }}{# c #}", "{{ 'a\\n' }}", "{{ {'a': 1} }}", " {{- 'a' }}"]
)
def test_what_is_not_plain_is_left_to_jinja(template: str) -> None:
    assert compiling.cut(template) is None
