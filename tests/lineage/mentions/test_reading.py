# ruff: noqa: E501  # a case is read best when its template stands on one line
"""A template's text in, the XComs it names out: every branch, nothing rendered."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.mentions.reading import mentions
from app.lineage.template.holes import hole
from app.lineage.template.limits import TEMPLATE_LENGTH
from tests.lineage.mentions.notation import short

#: Longest time that any template may take, in seconds; ours take a hundredth of it.
LONGEST = 2.0


def check(template: str, *expected: str, names: dict[str, Any] | None = None) -> None:
    """Asserts what the template pulls, in order, in the notation of `short`.

    `<<t>>` in it stands for a hole named t.
    """
    while "<<" in template:
        before, _, rest = template.partition("<<")
        name, _, after = rest.partition(">>")
        template = before + hole(name) + after
    assert [short(one) for one in mentions(template, names)] == list(expected)


def cases(*table: str) -> pytest.MarkDecorator:
    """A table of lines `template => pull; pull`."""
    parts = [line.partition("=>") for line in table]
    rows = [
        (template.strip(), tuple(one.strip() for one in found.split(";") if one.strip()))
        for template, _, found in parts
    ]
    return pytest.mark.parametrize(("template", "expected"), rows, ids=[row[0] for row in rows])


@cases(
    "{{ ti.xcom_pull('a') }}                           => a",
    "{{ task_instance.xcom_pull('a') }}                => a",
    "{{ task.ti.xcom_pull('a') }}                      => a",
    "{{ context['ti'].xcom_pull('a') }}                => a",
    "{{ ti['xcom_pull']('a') }}                        => a",
    "{{ <<ti>>.xcom_pull('a') }}                       => a",
    "{% set t = ti %}{{ t.xcom_pull('a') }}            => a",
    "{% set pull = ti.xcom_pull %}{{ pull('a').k }}    => a['k']",
    "{% macro m(pull) %}{{ pull('a') }}{% endmacro %}{{ m(ti.xcom_pull) }} => a",
)
def test_whatever_is_asked_for_its_xcom_pull_is_pulled_from(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected)


@cases(
    "{{ ti.xcom_pull(task_ids='a') }}                         => a",
    "{{ ti.xcom_pull('a', 'd', 'k') }}                        => d/a:k",
    "{{ ti.xcom_pull('a', 'd', 'k', True) }}                  => d/a:k prior",
    "{{ ti.xcom_pull('a', key='k') }}                         => a:k",
    "{{ ti.xcom_pull('a', key='return_value') }}              => a",
    "{{ ti.xcom_pull('a', key=none) }}                        => a:",
    "{{ ti.xcom_pull(key='k') }}                              => *:k",
    "{{ ti.xcom_pull() }}                                     => *",
    "{{ ti.xcom_pull(None, key='k') }}                        => *:k",
    "{{ ti.xcom_pull('a', dag_id='d', include_prior_dates=True).k }} => d/a['k'] prior",
    "{{ ti.xcom_pull('a', include_prior_dates=False) }}       => a",
    "{{ ti.xcom_pull('a', include_prior_dates=x) }}           => a prior",
    "{{ ti.xcom_pull('a', run_id='r') }}                      => a prior",
    "{{ ti.xcom_pull('a', map_indexes=0) }}                   => a",
    "{{ ti.xcom_pull('a', default='x') }}                     => a",
    "{{ ti.xcom_pull('a', default=ti.xcom_pull('b')) }}       => b; a",
    "{{ ti.xcom_pull(ti.xcom_pull('a').k) }}                  => a['k']; {…}",
    "{{ ti.xcom_pull(**{'task_ids': 'a', 'key': 'k'}) }}      => a:k",
    "{{ ti.xcom_pull(*['a', 'd']) }}                          => d/a",
    "{{ ti.xcom_pull(**known) }}                              => {**}",
    "{{ ti.xcom_pull(*known) }}                               => {*}",
)
def test_arguments_count_by_position_by_name_and_spread(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected)


@cases(
    "{{ ti.xcom_pull(['a', 'b']) }}                => [a, b]",
    "{{ ti.xcom_pull(['a']) }}                     => [a]",
    "{{ ti.xcom_pull(('a', 'b')) }}                => [a, b]",
    "{{ ti.xcom_pull(['a', 'b'])[0]['k'] }}        => a['k']",
    "{{ ti.xcom_pull(['a', 'b'])[-1] }}            => b",
    "{{ ti.xcom_pull(['a', 'b'])[0][1] }}          => a[1]",
    "{{ ti.xcom_pull(['a', 'b'])[2] }}             =>",
    "{{ ti.xcom_pull(['a', 'b'])[i] }}             => [a, b] […]",
    "{{ ti.xcom_pull(['a', 'b'])|join(',') }}      => [a, b] |join",
    "{% for x in ti.xcom_pull(['a', 'b']) %}{{ x.k }}{% endfor %} => [a, b] [*]",
    "{% set a, b = ti.xcom_pull(['x', 'y']) %}{{ b.k }}{{ a }}    => y['k']; x",
    "{{ ti.xcom_pull([]) }}                        => [] ?task_ids",
)
def test_the_first_position_in_a_list_of_tasks_picks_one_of_them(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected)


@cases(
    "{{ ti.xcom_pull('a')['k']['l'][0][-1] }}      => a['k']['l'][0][-1]",
    "{{ ti.xcom_pull('a').k.l }}                   => a['k']['l']",
    "{{ ti.xcom_pull('a').get('k') }}              => a['k']",
    "{{ ti.xcom_pull('a').get('k', 'd').x }}       => a['k']['x']",
    "{{ ti.xcom_pull('a').get('k', ti.xcom_pull('b')) }} => b; a['k']",
    "{{ ti.xcom_pull('a').get(name) }}             => a .get()",
    "{{ ti.xcom_pull('a')[name] }}                 => a […]",
    "{{ ti.xcom_pull('a')[name]['k'] }}            => a […]['k']",
    "{{ ti.xcom_pull('a')[ti.xcom_pull('b')] }}    => b; a […]",
    "{{ ti.xcom_pull('a')[True] }}                 => a […]",
    "{{ ti.xcom_pull('a')[1:] }}                   => a [:]",
    "{{ ti.xcom_pull('a')[ti.xcom_pull('b').n:] }} => b['n']; a [:]",
    "{{ ti.xcom_pull('a')|tojson }}                => a |tojson",
    "{{ ti.xcom_pull('a').k|int|string }}          => a['k'] |int|string",
    "{{ ti.xcom_pull('a')|attr('k') }}             => a |attr",
    "{{ ti.xcom_pull('a')|default(ti.xcom_pull('b')) }} => b; a |default",
    "{{ ti.xcom_pull('a').k.upper() }}             => a['k'] .upper()",
    "{{ ti.xcom_pull('a').split(',')[0] }}         => a .split()[0]",
    "{{ (ti.xcom_pull('a')|fromjson).k }}          => a |fromjson['k']",
    "{{ -ti.xcom_pull('a').n }}                    => a['n']",
    "{{ ti.xcom_pull('a').n + 1 }}                 => a['n']",
    "{{ ti.xcom_pull('a').n * ti.xcom_pull('b') }} => a['n']; b",
    "{{ 'x' + ti.xcom_pull('a').k }}               => a['k']",
    "{{ ti.xcom_pull('a').k ~ '-' ~ ti.xcom_pull('b') }} => a['k']; b",
    "{{ '%s' % ti.xcom_pull('a').k }}              => a['k']",
    "{{ '{}'.format(ti.xcom_pull('a').k) }}        => a['k']",
    "{{ f(ti.xcom_pull('a').k) }}                  => a['k']",
    "{{ f(x=ti.xcom_pull('a').k) }}                => a['k']",
    "{{ f(*ti.xcom_pull('a').k) }}                 => a['k']",
    "{{ f(**ti.xcom_pull('a').k) }}                => a['k']",
    "{{ macros.json.loads(ti.xcom_pull('a')).k }}  => a",
    "{{ ti.xcom_pull('a') }}{{ ti.xcom_pull('a').k }}{{ ti.xcom_pull('a') }} => a; a['k']",
)
def test_constant_steps_are_the_path_and_whatever_else_is_done_ends_it(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected)


@cases(
    "{% set r = ti.xcom_pull('a') %}                                    =>",
    "{% set r = ti.xcom_pull('a') %}{{ r.k }}-{{ r['j'][0] }}           => a['k']; a['j'][0]",
    "{% set r = ti.xcom_pull('a') %}{% set s = r.k %}{{ s.l }}          => a['k']['l']",
    "{% set r = ti.xcom_pull('a')|fromjson %}{{ r.k }}                  => a |fromjson['k']",
    "{% set a, b = ti.xcom_pull('x') %}{{ a }}{{ b.k }}                 => x[0]; x[1]['k']",
    "{% set a, b = ti.xcom_pull('x'), ti.xcom_pull('y') %}{{ b }}       => y",
    "{% set r %}{{ ti.xcom_pull('a') }}{% endset %}{{ r }}              => a",
    "{% set id = 'a' ~ '_b' %}{{ ti.xcom_pull(id) }}                    => a_b",
    "{% set id = 'a' + '_b' %}{{ ti.xcom_pull(id) }}                    => a_b",
    "{% set id = 'A'.lower() %}{{ ti.xcom_pull(id) }}                   => a",
    "{% set ids = ['a'] + ['b'] %}{{ ti.xcom_pull(ids)[1] }}            => b",
    "{% set d = {'x': 'k'} %}{{ ti.xcom_pull('a')[d.x] }}               => a['k']",
    "{% set d = {'x': 'k'} %}{{ ti.xcom_pull('a')[d.get('x', 'l')] }}   => a['k']",
    "{% set d = dict(x=ti.xcom_pull('a')) %}{{ d.x.k }}                 => a['k']",
    "{{ {'x': ti.xcom_pull('a').k, 'y': ti.xcom_pull('b')} | tojson }}  => a['k']; b",
    "{{ [ti.xcom_pull('a'), ti.xcom_pull('b')][1].k }}                  => b['k']",
    "{{ ([ti.xcom_pull('a'), ti.xcom_pull('b')]|first).k }}             => a['k']",
    "{% set ns = namespace(v='a') %}{{ ti.xcom_pull(ns.v) }}            => a",
    "{% set ns = namespace() %}{% set ns.r = ti.xcom_pull('a') %}{{ ns.r.k }} => a['k']",
    "{% set l = [] %}{% do l.append(ti.xcom_pull('a').k) %}{{ l }}      => a['k']",
    "{% with r = ti.xcom_pull('a') %}{{ r.k }}{% endwith %}             => a['k']",
    "{%- set r = ti.xcom_pull('a') -%} {{- r.k -}}                      => a['k']",
)
def test_values_are_followed_through_the_names_they_get(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected)


@cases(
    "{% if x %}{{ ti.xcom_pull('a') }}{% elif y %}{{ ti.xcom_pull('b') }}{% else %}{{ ti.xcom_pull('c') }}{% endif %} => a; b; c",
    "{% if x %}{% set i = 'a' %}{% else %}{% set i = 'b' %}{% endif %}{{ ti.xcom_pull(i) }} => a; b",
    "{% set i = 'a' %}{% if x %}{% set i = 'b' %}{% endif %}{{ ti.xcom_pull(i) }} => b; a",
    "{{ ti.xcom_pull('a') or ti.xcom_pull('b') }}                    => a; b",
    "{{ (ti.xcom_pull('a') or {}).get('k', 'none') }}                => a['k']",
    "{{ (ti.xcom_pull('a') or ti.xcom_pull('b')).k }}                => a['k']; b['k']",
    "{% set r = ti.xcom_pull('a') or {} %}{{ r.get('k') }}           => a['k']",
    "{{ ti.xcom_pull('a').k if x else ti.xcom_pull('b') }}           => a['k']; b",
    "{{ (ti.xcom_pull('a') if x else ti.xcom_pull('b')).k }}         => a['k']; b['k']",
    "{{ ti.xcom_pull('a').k if x }}                                  => a['k']",
    "{{ ti.xcom_pull('a' if x else 'b') }}                           => a; b",
    "{{ x and ti.xcom_pull('a').k }}                                 => a['k']",
)
def test_every_branch_counts(template: str, expected: tuple[str, ...]) -> None:
    check(template, *expected)


@cases(
    "{% if ti.xcom_pull('a') %}x{% endif %}                          => a",
    "{% if not ti.xcom_pull('a').k %}x{% endif %}                    => a['k']",
    "{% if ti.xcom_pull('a').n > 3 %}x{% endif %}                    => a['n']",
    "{% if 'k' in ti.xcom_pull('a') %}x{% endif %}                   => a",
    "{% if ti.xcom_pull('a').k is not none %}x{% endif %}            => a['k']",
    "{% if ti.xcom_pull('a').n is divisibleby 3 %}x{% endif %}       => a['n']",
    "{{ 'x' if ti.xcom_pull('a').k else 'y' }}                       => a['k']",
    "{{ ti.xcom_pull('a').k and ti.xcom_pull('b').k }}               => b['k']; a['k']",
    "{% if ti.xcom_pull('a') %}{{ ti.xcom_pull('a').k }}{% endif %}  => a['k']; a",
    "{% set r = ti.xcom_pull('a') %}{% if r and r.k %}{{ r.k.l }}{% endif %} => a['k']['l']",
    "{% if ti.xcom_pull('a').k %}{{ ti.xcom_pull('a').j }}{% endif %} => a['j']; a['k']",
)
def test_what_is_only_tested_counts_where_nothing_else_of_it_is_used(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected)


@cases(
    "{% for t in ['a', 'b'] %}{{ ti.xcom_pull(t) }}{% endfor %}                     => a; b",
    "{% for t in ('a', 'b') %}{{ ti.xcom_pull(t)[loop.index0] }}{% endfor %}        => a[0]; b[1]",
    "{% for a, k in [('x', 'y')] %}{{ ti.xcom_pull(a)[k] }}{% endfor %}             => x['y']",
    "{% for i in range(2) %}{{ ti.xcom_pull('a' ~ i) }}{% endfor %}                 => a0; a1",
    "{% for t in {'a': 1, 'b': 2} %}{{ ti.xcom_pull(t) }}{% endfor %}               => a; b",
    "{% for t, k in {'a': 'x'}.items() %}{{ ti.xcom_pull(t)[k] }}{% endfor %}       => a['x']",
    "{% for t in {'x': 'a'}.values() %}{{ ti.xcom_pull(t) }}{% endfor %}            => a",
    "{% set r = ti.xcom_pull('a') %}{% for k in ['x', 'y'] %}{{ r[k] }}{% endfor %} => a['x']; a['y']",
    "{% for x in ti.xcom_pull('a').rows %}{{ x.k }}{% endfor %}                     => a['rows'] [*]",
    "{% for k, v in ti.xcom_pull('a').items() %}{{ k }}{% endfor %}                 => a .items()[*]",
    "{% for x in rows %}{{ ti.xcom_pull(x) }}{% endfor %}                           => {element}",
    "{% for x in [] %}{{ ti.xcom_pull('a') }}{% else %}{{ ti.xcom_pull('b') }}{% endfor %} => b",
    "{% for x in rows if ti.xcom_pull('a') %}{{ x }}{% endfor %}                    => a",
    "{% for x in [1] %}{% set t = 'a' %}{% endfor %}{{ ti.xcom_pull(t) }}           => {t}",
)
def test_loops_are_gone_through_where_what_they_go_over_is_known(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected)


@cases(
    "{% macro m(t) %}{{ ti.xcom_pull(t).k }}{% endmacro %}{{ m('a') }}{{ m('b') }}  => a['k']; b['k']",
    "{% macro m(t, k='d') %}{{ ti.xcom_pull(t)[k] }}{% endmacro %}{{ m('a') }}{{ m('b', k='e') }} => a['d']; b['e']",
    "{% macro m(v) %}{{ v.k }}{% endmacro %}{{ m(ti.xcom_pull('a')) }}              => a['k']",
    "{% macro m() %}{{ ti.xcom_pull('a') }}{% endmacro %}                           =>",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ ti.xcom_pull('a') }}{% endcall %} => a",
    "{% filter upper %}{{ ti.xcom_pull('a') }}{% endfilter %}                       => a",
    "{% block b %}{{ ti.xcom_pull('a') }}{% endblock %}                             => a",
    "{% include ti.xcom_pull('a') %}                                                => a",
)
def test_macros_are_read_where_they_are_called(template: str, expected: tuple[str, ...]) -> None:
    check(template, *expected)


@cases(
    "{{ ti.xcom_pull(var.value.x) }}                => {var.value.x}",
    "{{ ti.xcom_pull('load_' + ds) }}               => load_{ds}",
    "{{ ti.xcom_pull('load_' ~ params.source) }}    => load_{params.source}",
    "{{ ti.xcom_pull('a', key=var.value.k) }}       => a:{var.value.k} ?key",
    "{{ ti.xcom_pull('a', dag_id=x) }}              => {x}/a ?dag_id",
    "{{ ti.xcom_pull('load_<<t>>').k }}             => load_{t}['k']",
    "{{ ti.xcom_pull(<<t>>).k }}                    => {t}['k']",
    "{{ ti.xcom_pull('<<f('x')>>') }}               => {f('x')}",
    "{{ ti.xcom_pull(<<f('x')>>) }}                 => {f('x')}",
    "{{ ti.xcom_pull('a', key='<<k>>') }}           => a:{k}",
    "{{ ti.xcom_pull('a')['<<k>>'] }}               => a ?the step {k}",
    "{{ ti.xcom_pull('a')[<<k>>] }}                 => a ?the step {k}",
    "{{ ti.xcom_pull('a').<<k>> }}                  => a ?the step {k}",
    "{{ ti.xcom_pull('a').x_<<k>>.y }}              => a ['y'] ?the step x_{k}",
    "<<t>>{{ ti.xcom_pull('a') }}<<u>>              => a",
    "{{ ti.xcom_pull('<<t>>').unknown_hole_7 }}     => {t}['unknown_hole_7']",
    "{{ unknown_hole_7 }}{{ ti.xcom_pull('<<t>>') }} => {t}",
)
def test_what_is_not_told_keeps_a_hole(template: str, expected: tuple[str, ...]) -> None:
    check(template, *expected)


@cases(
    "{{ ti.xcom_pull(params.source)[params['key']] }}  => a['k']",
    "{{ ti.xcom_pull(params.get('source')) }}          => a",
    "{{ ti.xcom_pull(params.get('source', 'b')) }}     => a",
    "{{ ti.xcom_pull(params.other) }}                  => {other}",
    "{{ ti.xcom_pull(params.get('other', 'b')) }}      => {other}; b",
)
def test_params_are_known_where_the_source_gives_them(
    template: str, expected: tuple[str, ...]
) -> None:
    check(template, *expected, names={"params": {"source": "a", "key": "k"}})


@pytest.mark.parametrize(
    "template",
    [
        "",
        "xcom_pull",
        "{# {{ ti.xcom_pull('a') }} #}",
        "{% raw %}{{ ti.xcom_pull('a') }}{% endraw %}",
        "{{ \"ti.xcom_pull('a')\" }}",
        "{ ti.xcom_pull('a') }",
        "{{ ti.xcom_pull }}",
    ],
)
def test_text_that_only_looks_like_a_pull_is_none(template: str) -> None:
    check(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ ti.xcom_pull('a' }}",
        "{{ ti.xcom_pull('a') }",
        "{% if %}{{ ti.xcom_pull('a') }}",
        "{% for x in y %}{{ ti.xcom_pull('a') }}",
        "{{ ti.xcom_pull('a') }}{% nosuchtag %}",
        "{{ ti.xcom_pull('a)['k'] }}",
        "{{ " + "(" * 5_000 + "ti.xcom_pull('a')" + ")" * 5_000 + " }}",
        "{{ ti.xcom_pull('a') }}" + " " * TEMPLATE_LENGTH,
    ],
    ids=range(8),
)
def test_a_template_that_jinja_refuses_or_nobody_writes_pulls_nothing(template: str) -> None:
    check(template)


@pytest.mark.parametrize(
    "template",
    [
        "{% macro m() %}{{ ti.xcom_pull('a') }}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ n() }}{% endmacro %}{% macro n() %}{{ m() }}{{ ti.xcom_pull('a') }}{% endmacro %}{{ m() }}",
        "{% for t in range(9999999999) %}{{ ti.xcom_pull('a') }}{% endfor %}",
        "{% set x = 'a' %}{% for i in range(99) %}{% set x = x ~ x %}{% endfor %}{{ ti.xcom_pull('a') }}",
        "{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ ti.xcom_pull('a') }}",
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}{{ ti.xcom_pull('a') }}",
        "{% set n = namespace() %}{% set n.x = n %}{{ n }}{{ ti.xcom_pull('a') }}",
    ],
)
def test_a_template_that_runs_away_still_tells_its_pull(template: str) -> None:
    began = time.monotonic()
    check(template, "a")
    assert time.monotonic() - began < LONGEST


def test_loops_within_loops_end() -> None:
    began = time.monotonic()
    loops = "".join(f"{{% for {name} in range(999) %}}" for name in "abcdef")
    mentions(f"{loops}{{{{ ti.xcom_pull(a ~ b ~ c) }}}}" + "{% endfor %}" * 6)
    assert time.monotonic() - began < LONGEST


_WORDS = """
{{ }} {% %} {# #} ti .xcom_pull xcom_pull ( ) [ ] , . : 'a' 'b' "k" 0 -1 x params ** * |tojson ~ +
set if else elif endif for in endfor macro endmacro m call endcall with endwith block do raw endraw
is not or and none namespace loop = == { } \ue000t\ue001 unknown_hole_0 range( .get( .items() get
"""
PIECES = st.sampled_from(_WORDS.split())


@given(st.lists(PIECES, max_size=30), st.sampled_from(["", " "]))
def test_pieces_of_templates_in_any_order_give_an_answer(pieces: list[str], between: str) -> None:
    for one in mentions(between.join(pieces) + "{{ ti.xcom_pull('a') }}"):
        short(one)


@given(st.text(max_size=200))
def test_any_text_gives_an_answer(text: str) -> None:
    mentions("{{ ti.xcom_pull('a') }}" + text)
    mentions("{{ ti.xcom_pull(" + text + ") }}")
