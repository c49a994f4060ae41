# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Templates that loop, allocate, recurse or reach for what is not theirs end soon, with an answer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.template.reads import Answer, Ask, Read
from app.lineage.template.render import MOST_WAYS, Renderer
from app.lineage.template.rendering import Rendering
from app.model.values import Json
from tests.build import make_instance, make_xcom

VALUES: dict[str, Json] = {
    "a": {"k": "alpha", "n": 42, "items": ["p", "q"], "deep": {"id": "d"}},
    "text": "plain",
    "big": "x" * 200_000,
    "list": list(range(20_000)),
    "huge": 10**300,
}


class _World:
    def __init__(self, values: dict[str, Json]) -> None:
        self._values = values

    def pull(self, ask: Ask) -> Answer:
        ids = ask.task_ids or ("a",)
        return Answer(tuple(self._read(ask, one) for one in ids), ask.is_list)

    def _read(self, ask: Ask, task_id: str) -> Read:
        there = task_id in self._values
        xcom = make_xcom(task_id, self._values[task_id]) if there else None
        return Read(ask, task_id, make_instance(task_id), 1, xcom)


def ways(template: str, values: dict[str, Json] | None = None) -> list[Rendering]:
    return Renderer().render(template, _World(VALUES if values is None else values))


# Each doubles what it has a hundred times, holds itself, or nests what is large.
_DOUBLED = "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}"
_TUPLES = "{% set ns = namespace(x='a') %}{% for i in range(40) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}"
_MAPPINGS = "{% set ns = namespace(x={}) %}{% for i in range(100) %}{% set ns.x = {'a': ns.x, 'b': ns.x} %}{% endfor %}"
_ITSELF = "{% set l = [] %}{% do l.append(l) %}{% set m = [] %}{% do m.append(m) %}{% set d = {} %}{% do d.update({'a': d}) %}"
_NESTED = "{% set big = [[['x' * 900] * 900] * 900] * 900 %}"

_USES = [
    "{{ ns.x }}", "{{ ns.x ~ '' }}", "{{ ns.x == ns.y }}", "{{ ns.x in [ns.y] }}", "{{ ns }}", "{{ [ns] }}",
    "{{ ns.x | tojson }}", "{{ ns.x | sort }}", "{{ ns.x | unique | list }}", "{{ ns.x | string }}",
    "{{ '%s' % ns.x }}", "{{ ns.x + ns.x }}", "{{ ns.x * 1000 }}", "{{ {ns.x: 1} }}", "{{ {}[ns.x] }}",
    "{{ [ns.x].index(ns.y) }}", "{{ ns.x | join }}", "{{ ns.x | max }}", "{{ ns.x | groupby('a') }}",
    "{{ ns.x < ns.y }}", "{{ ns.x is eq ns.y }}", "{{ [ns.x] | select('eq', ns.y) | list }}",
    "{{ ns.x | replace('a', 'b') }}", "{{ ns.x | map('string') | list }}", "{{ ti.xcom_pull(ns.x) }}",
    "{{ ns.x | dictsort }}", "{{ ns.x | upper }}", "{{ ns.x | sum }}", "{{ ns.x | length }}",
]  # fmt: skip

GROWING = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}",
    "{% for i in range(10) %}" * 15 + "x" + "{% endfor %}" * 15,
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m('xx') }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "{% set l = [1] %}{% for i in l %}{% do l.append(i) %}{% endfor %}",
    "{% set l = [1] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}{{ l }}",
    "{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}",
    "{% set l = [] %}{% do l.append(l) %}{% for x in l recursive %}{{ loop(x) }}{% endfor %}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{{ 'x' * 10**9 }}", "{{ 10**9 * 'x' }}", "{{ [0] * 10**9 }}", "{{ (1,) * 10**9 }}",
    "{{ 9**9**9**9 }}", "{{ (2**4000) ** 4000 }}", "{{ ti.xcom_pull('huge') ** 99 }}",
    "{{ '%1000000000d' % 1 }}", "{{ '%*d' % (1000000000, 1) }}", "{{ '%.99999999f' % 1.0 }}",
    "{{ '{:>1000000000}'.format(1) }}", "{{ 'a'.ljust(10**9) }}", "{{ 'a' | center(10**9) }}",
    "{{ 'a' | indent(10**9) }}", "{{ 'aaaa' | replace('', 'x' * 1000000) }}", "{{ 5 | round(10**9) }}",
    "{{ [1] | batch(10**9, 'x') | list }}", "{{ [1] | slice(10**9) | list }}", "{{ lipsum(n=10**6) }}",
    "{{ ti.xcom_pull('big') * 100 }}", "{{ ti.xcom_pull('big').replace('x', 'y' * 99) }}",
    "{{ ti.xcom_pull('big').split('x') }}", "{{ ti.xcom_pull('list') * 60 }}",
    "{{ [ti.xcom_pull('list')] * 60 }}", "{{ ('<!--' * 90000) | striptags }}", "{{ ('9' * 900000) | int }}",
    "{{ ti.xcom_pull(['a'] * 100000) }}", "{{ ti.xcom_pull('a', map_indexes=range(100000)) }}",
    "{{ ('x' * 1000).join(['y' * 1000] * 1000) }}", "{{ '%s' * 1000 % (('x' * 900,) * 1000) }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "{{ x" + "[0]" * 5000 + " }}", "{{ 1" + " + 1" * 5000 + " }}",
    "{{ 'x' }}" * 9000, "{% set a = 1 %}" * 5000, "{{" * 9000, "{#" * 9000, "{% if x %}" * 300 + "{% endif %}" * 300,
    *(_DOUBLED + use for use in _USES),
    *(_TUPLES + use for use in ("{{ ns.x }}", "{{ {ns.x: 1} }}", "{{ {}[ns.x] }}", "{{ ns.x | unique | list }}")),
    *(_MAPPINGS + use for use in ("{{ ns.x }}", "{{ ns.x | tojson }}", "{{ ns.x == ns.x.copy() }}", "{{ ns.x | items | list }}")),
    *(_ITSELF + use for use in ("{{ l }}", "{{ l == m }}", "{{ d }}", "{{ d | tojson }}", "{{ [l] | sort }}", "{{ d | urlencode }}", "{{ l | string }}")),
    *(_NESTED + use for use in ("{{ big }}", "{{ big ~ '' }}", "{{ big | tojson }}", "{{ big == big }}", "{{ 'y' in big }}", "{{ big | upper }}")),
]  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("template", GROWING)
def test_a_template_that_grows_ends(template: str) -> None:
    found = ways(template)
    assert 1 <= len(found) <= MOST_WAYS
    assert all(len(way.text) <= 2_000_000 for way in found)


REACHING = [
    "ti.__class__", "ti.xcom_pull.__globals__", "ti.xcom_pull.__self__._world", "ti.xcom_pull.__func__",
    "ti._Calls__world", "ti.xcom_pull.__self__", "''.__class__.__mro__[1].__subclasses__()", "(1).__class__",
    "cycler.__init__.__globals__", "joiner.__init__.__globals__", "lipsum.__globals__", "dict.__base__",
    "namespace.__init__.__globals__", "self.__init__.__globals__", "self._TemplateReference__context",
    "request.application.__globals__", "range.__self__", "range.__self__.session", "ti.xcom_pull('a').__class__",
    "ti.xcom_pull('a')['__class__']", "ti.xcom_pull('a') | attr('__class__')", "[ti] | map(attribute='__class__') | list",
    "'{0.__class__}'.format(ti)", "'%s' % ti.__class__", "(ti | attr('xcom_pull')) | attr('__self__')",
    "ti.xcom_pull('a').get.__self__.__class__", "ti.xcom_pull('text').origins", "ti.xcom_pull('a') | attr('origins')",
    "dag.__init__", "params.__class__", "ti.xcom_pull('list').append.__self__.__class__", "x.__class__.__mro__",
    "caller.__globals__", "loop.__class__", "true.__class__", "none.__class__", "ti['__class__']", "dict(a=1).__class__",
]  # fmt: skip


@pytest.mark.parametrize("expression", REACHING)
def test_what_is_not_the_templates_own_stays_out_of_reach(expression: str) -> None:
    for way in ways("{{ " + expression + " }}"):
        assert "<" not in way.text, "an object of ours was printed"
        assert "0x" not in way.text


_WORDS = [
    "ti.xcom_pull('a')", "ti.xcom_pull('b')", "ti.xcom_pull(['a', 'b'])", "ti", "x", "ds", "params", "namespace(y=1)",
    "1", "0", "'s'", "none", "true", "[]", "{}", "[x]", "(1, 2)", "range(3)", "loop", "caller", "self", "cycler", "joiner",
    "['k']", "[0]", "[-1]", "[:2]", ".k", ".get('k')", ".items()", ".__class__", "()", "(x)", "(*x)", "(**x)",
    " | tojson", " | string", " | list", " | first", " | int", " | join(',')", " | sort", " | default('d')", " | mine",
    " + ", " - ", " * ", " / ", " // ", " % ", " ** ", " ~ ", " == ", " < ", " in ", " and ", " or ", " not ", " is none",
    " if ", " else ", ",", "{{ ", " }}", "{% if x %}", "{% else %}", "{% endif %}", "{% for i in x %}", "{% endfor %}",
    "{% set v = ", "{% set v %}", "{% endset %}", " %}", "{% macro m(a) %}", "{% endmacro %}", "{{ m(1) }}", "{{ v }}", "{{ i }}",
    "{% raw %}", "{% endraw %}", "{# ", " #}", "{% do ", "{% filter upper %}", "{% endfilter %}", "{%- ", " -%}", "\n", "text",
    "\ue000", "\ue001", "\ue002", "\ue003", "\ue004", "\ue005", "\ud800", "\0", "'", '"', "\\",
]  # fmt: skip
_PIECES = st.lists(st.sampled_from(_WORDS) | st.text(max_size=3), max_size=14).map("".join)
_OUTPUTS = st.lists(st.sampled_from(_WORDS), max_size=6).map(
    lambda words: "{{ " + "".join(words) + " }}"
)
_SCALARS: Any = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_JSON: Any = st.recursive(
    _SCALARS | st.sampled_from(["\ue002", "\ue005x", "***", "True", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.just("k"), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(template=st.lists(_PIECES | _OUTPUTS, max_size=4).map("".join), a=_JSON, b=_JSON)
def test_any_template_over_any_values_comes_out_somehow(template: str, a: Json, b: Json) -> None:
    found = ways(template, {"a": a, "b": b})
    assert 1 <= len(found) <= MOST_WAYS
    for way in found:
        assert way.failure is None or way.failure.text
        for segment in way.segments:
            assert isinstance(segment.text, str)
            assert all(origin.read in way.reads for origin in segment.origins)
