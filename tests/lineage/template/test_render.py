# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""A template rendered with what a world holds: texts, origins, failures, in Airflow's words."""

from typing import Any

import pytest

from app.lineage.template.asking import ask_for
from app.lineage.template.holes import ANYTHING
from app.lineage.template.reads import Answer, Ask, Read
from app.lineage.template.render import Renderer, is_template
from app.lineage.template.rendering import Rendering
from app.lineage.template.tracked import Wildcard
from tests.build import make_instance, make_xcom

VALUES: dict[str, Any] = {
    "a": {
        "k": "alpha",
        "n": 42,
        "f": 1.5,
        "yes": True,
        "nul": None,
        "items": ["p", "q"],
        "deep": {"id": "d"},
    },
    "text": "plain",
    "numbers": [3, 1, 2],
}


class Values:
    """A world in which each task gave its value of VALUES."""

    def pull(self, ask: Ask) -> Answer:
        if not ask.is_sure:
            return Answer(
                tuple(Read(ask, one, None, is_known=False) for one in ask.task_ids or ("…",))
            )
        return Answer(tuple(self._read(ask, one) for one in ask.task_ids or ()), ask.is_list)

    def _read(self, ask: Ask, task_id: str) -> Read:
        xcom = make_xcom(task_id, VALUES[task_id]) if task_id in VALUES else None
        return Read(ask, task_id, make_instance(task_id), 1, xcom)


def ways(template: str, **known: Any) -> list[Rendering]:
    return Renderer().render(template, Values(), known)


def shown(way: Rendering) -> str:
    """`alpha<a.k>` for each output with its origins; `*` is anything, `!` a place that is missing."""
    if way.failure is not None:
        return way.failure.text
    return "".join(
        segment.text.replace(ANYTHING, "*")
        + "".join(
            f"<{'' if one.is_there else '!'}{'.'.join(map(str, (one.read.task_id, *one.path)))}>"
            for one in sorted(segment.origins, key=lambda one: (one.read.task_id, str(one.path)))
        )
        for segment in way.segments
    )


CASES = [
    ("{{ ti.xcom_pull('a')['k'] }}", "alpha<a.k>"),
    ("x{{ ti.xcom_pull(task_ids='a').deep['id'] }}y", "xd<a.deep.id>y"),
    ("{{ ti.xcom_pull('a')['n'] + 1 }}", "43<a.n>"),
    ("{{ ti.xcom_pull('a')['f'] }}", "1.5<a.f>"),
    ("{{ ti.xcom_pull('a')['yes'] }}", "True<a.yes>"),
    ("{{ not ti.xcom_pull('a')['yes'] }}", "False"),
    ("{{ ti.xcom_pull('a')['nul'] }}", "None<a.nul>"),
    ("{{ ti.xcom_pull('nope') }}", "None<!nope>"),
    ("{{ ti.xcom_pull('a').get('nokey') }}", "None<!a.nokey>"),
    ("{{ ti.xcom_pull('a').get('nokey', 'x') }}", "x"),
    ("{{ ti.xcom_pull('a')['nokey'] | default('x') }}", "x"),
    ("{{ ti.xcom_pull('nope') | default('x', true) }}", "x"),
    ("{{ ti.xcom_pull('nope') is none }}", "True"),
    ("{{ ti.xcom_pull('nope') | int }}", "0<!nope>"),
    ("{{ ti.xcom_pull('a')['items'] | join('+') }}", "p+q<a.items>"),
    ("{{ ti.xcom_pull('a')['items'] | last }}", "q<a.items.1>"),
    ("{{ ti.xcom_pull('a')['items'][-1] }}", "q<a.items.1>"),
    ("{{ ti.xcom_pull('a')['items'] | length }}", "2<a.items>"),
    ("{{ ti.xcom_pull('numbers') | sort | first }}", "1<numbers.1>"),
    ("{{ ti.xcom_pull('numbers') | sum }}", "6<numbers>"),
    ("{{ ti.xcom_pull('a')['k'].split('p')[1] }}", "ha<a.k>"),
    ("{{ ti.xcom_pull('a')['k'] ~ '-' ~ ds }}", "alpha-*<a.k>"),
    ("{{ '%s!' % ti.xcom_pull('a')['k'] }}", "alpha!<a.k>"),
    ("{{ ti.xcom_pull('a')['k'] | fromjson }}", "*<a.k>"),
    ("{{ ti.xcom_pull(['a', 'text'])[1] }}", "plain<text>"),
    ("{{ ti.xcom_pull(['text', 'nope']) }}", "['plain', None]<!nope><text>"),
    ("{% for key, one in ti.xcom_pull('a')['deep'].items() %}{{ key }}={{ one }};{% endfor %}", "id=d<a.deep.id>;"),
    ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(ti.xcom_pull('text')) }}", "<plain<text>>"),
    ("{% set x %}{{ ti.xcom_pull('text') }}{% endset %}{{ x }}", "plain<text>"),
    ("{{ ti.xcom_pull(task_ids=params.source) }}", "*<!source>"),
    ("{{ ti.try_number }}/{{ ds }}/{{ macros.x(1) }}", "*/*/*"),
    ("{{ ti.xcom_pull('nope')['k'] }}", "UndefinedError: 'None' has no attribute 'k'"),
    ("{{ ti.xcom_pull('nope')[0] }}", "UndefinedError: None has no element 0"),
    ("{{ ti.xcom_pull('nope').get('k') }}", "UndefinedError: 'None' has no attribute 'get'"),
    ("{{ ti.xcom_pull('a')['nokey'] }}", "UndefinedError: 'dict object' has no attribute 'nokey'"),
    ("{{ ti.xcom_pull('text').x }}", "UndefinedError: 'str object' has no attribute 'x'"),
    ("{{ ti.xcom_pull('a')['items'][5] }}", "UndefinedError: list object has no element 5"),
    ("{{ 'x' + ti.xcom_pull('nope') }}", 'TypeError: can only concatenate str (not "NoneType") to str'),
    ("{{ ti.xcom_pull('a') }", "TemplateSyntaxError: unexpected '}'"),
    ("no template", "no template"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "expected"), CASES)
def test_a_template_comes_out_with_its_origins(template: str, expected: str) -> None:
    way = ways(template)[0]
    assert shown(way).replace("<!…>", "<!source>") == expected or (
        "params.source" in template and shown(way) == "*<…>"
    )


def test_a_condition_on_an_unknown_value_comes_out_both_ways() -> None:
    found = ways("{% if params.x %}{{ ti.xcom_pull('text') }}{% else %}none{% endif %}")
    assert [shown(way) for way in found] == ["plain<text>", "none"]
    assert all(way.is_undecided for way in found)


def test_known_names_are_used() -> None:
    assert shown(ways("{{ run_id }}/{{ params.a }}", run_id="r1", params={"a": "b"})[0]) == "r1/b"


def test_the_pulls_are_written_down_as_they_were_asked() -> None:
    asks = ways("{{ ti.xcom_pull('a', 'other', key='k', map_indexes=[1]) }}")[0].asks
    assert asks == (Ask(("a",), dag_id="other", key="k", map_indexes=(1,), is_index_list=True),)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"task_ids": "a", "include_prior_dates": True}, Ask(("a",), is_prior=True)),
        ({"task_ids": ["a"], "run_id": "r0"}, Ask(("a",), is_list=True, run_id="r0")),
        ({"task_ids": "a", "map_indexes": 2}, Ask(("a",), map_indexes=(2,))),
        ({"task_ids": "a", "map_indexes": None}, Ask(("a",), map_indexes=(-1,))),
        (
            {"task_ids": "a", "map_indexes": range(2)},
            Ask(("a",), map_indexes=(0, 1), is_index_list=True),
        ),
        ({"task_ids": None, "key": "k"}, Ask(key="k")),
    ],
)
def test_arguments_ask_one_question(arguments: dict[str, Any], expected: Ask) -> None:
    assert ask_for(arguments) == expected


@pytest.mark.parametrize(
    "name", ["task_ids", "dag_id", "key", "include_prior_dates", "map_indexes", "run_id"]
)
def test_an_argument_that_is_not_known_leaves_the_question_open(name: str) -> None:
    unknown = Wildcard(lambda: True)
    assert not ask_for({"task_ids": "a", name: unknown}).is_sure


def test_airflow_2_shows_only_how_many_values_it_pulled() -> None:
    values = Answer(tuple(Values().pull(Ask(("a", "text"))).reads), is_list=True, is_lazy=True)

    class Lazily:
        def pull(self, ask: Ask) -> Answer:
            _ = ask
            return values

    def text(template: str) -> str:
        way = Renderer().render(template, Lazily())[0]
        return way.failure.text if way.failure else way.text

    assert text("{{ ti.xcom_pull(['a', 'text']) }}") == "LazySelectSequence([2 items])"
    assert text("{{ ti.xcom_pull(['a', 'text']) | string }}") == "LazySelectSequence([2 items])"
    assert text("{{ ti.xcom_pull(['a', 'text'])[1] }}") == "plain"
    assert text("{{ (ti.xcom_pull(['a', 'text']) | list)[1] }}") == "plain"
    assert text("{{ ti.xcom_pull(['a', 'text']) | length }}") == "2"
    assert text("{% for one in ti.xcom_pull(['a']) %}{{ one.k or one }};{% endfor %}") == (
        "UndefinedError: 'str object' has no attribute 'k'"
    )
    assert text("{{ ti.xcom_pull(['a', 'text']) | tojson }}").startswith("TypeError")


def test_text_without_jinja_is_no_template() -> None:
    assert not is_template("s3://x/{y}")
    assert is_template("a {{ b }}")


def test_of_several_values_without_a_member_always_the_same_is_to_blame() -> None:
    for _ in range(20):
        failure = ways("{{ ti.xcom_pull(['text', 'a']).nope }}")[0].failure
        assert failure
        assert failure.origin
        assert failure.origin.read.task_id == "a"
