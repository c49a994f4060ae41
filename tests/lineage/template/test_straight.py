# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""A template that only pulls comes out as when Jinja's code is run."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.template.reads import Answer, Ask, Origin, Read
from app.lineage.template.render import Renderer
from app.lineage.template.rendering import Rendering
from app.lineage.template.straight import Pulled, Step, straight
from tests.build import make_instance, make_xcom

VALUES: dict[str, Any] = {
    "a": {
        "k": "alpha", "n": 42, "f": 1.5, "yes": True, "nul": None, "items": ["p", {"q": []}],
        "get": 1, "_x": 2, "marked": "\ue002" + "0\ue003x\ue004", "wild": "a\ue005b\ue000c\ue001",
    },
    "b": [1, "two", None, {"k": ""}],
    "text": "plain",
    "date": {"__classname__": "datetime.datetime", "__data__": 1},
    "none": None,
    "long": "x" * 999_990,
}  # fmt: skip


class Gave:
    """A world in which each task gave its value of VALUES, and `unsure` something unknown."""

    def pull(self, ask: Ask) -> Answer:
        return Answer(tuple(self._read(ask, one) for one in ask.task_ids or ("a",)), ask.is_list)

    def _read(self, ask: Ask, task_id: str) -> Read:
        if not ask.is_sure or task_id == "unsure":
            return Read(ask, task_id, None, is_known=False)
        xcom = make_xcom(task_id, VALUES[task_id]) if task_id in VALUES else None
        return Read(ask, task_id, make_instance(task_id), 1, xcom)


class ByJinja(Renderer):
    """Runs Jinja's code, however straight a template is."""

    def _straight(self, template: str, calls: Any) -> None:  # noqa: ARG002  # as it is called
        return None


def told(way: Rendering) -> dict[str, Any]:
    """All of a rendering; reads, which are never equal, by what they read."""
    return {
        "segments": [
            (one.text, sorted(map(_origin, one.origins)), repr(one.value), type(one.value))
            for one in way.segments
        ],
        "reads": [
            (one.ask, one.task_id, one.instance, one.xcom, one.is_known) for one in way.reads
        ],
        "asks": way.asks,
        "failure": (way.failure.text, way.failure.origin and _origin(way.failure.origin))
        if way.failure
        else None,
        "is_undecided": way.is_undecided,
    }


def _origin(one: Origin) -> tuple[Any, ...]:
    return one.read.task_id, tuple(map(repr, one.path)), one.is_there


def check(template: str) -> None:
    ways, expected = (kind().render(template, Gave()) for kind in (Renderer, ByJinja))
    assert [told(one) for one in ways] == [told(one) for one in expected]


STEPS = [
    "['k']", ".k", "['items']", ".items", "[0]", "[1]", "[-1]", "[-9]", ".get", "['get']", "._x", "['_x']", ".nul",
    "['nul']", ".marked", ".wild", "['nope']", ".nope", ".q", "['q']", "[none]", "[true]", "[1.5]", "['']", ".__class__",
    "[['k']]", ".get('k')", "['a' 'b']", "[x]", "[0:1]",
]  # fmt: skip
ARGUMENTS = [
    "'a'", "'b'", "'text'", "'date'", "'none'", "'unsure'", "'nope'", "''", "'\ue000x\ue001'", "['a', 'b']", "['a']", "[]",
    "none", "1", "task_ids='a'", "key='k'", "key=none", "dag_id='d'", "include_prior_dates=true", "map_indexes=[0, 1]",
    "map_indexes=-1", "default='d'", "default=['d']", "run_id='r'", "session=none", "self='x'", "x", "*['a']", "**{'key': 'k'}",
    "task_ids='b'",
]  # fmt: skip
OUTPUTS = st.builds(
    lambda receiver, given_, steps: f"{{{{ {receiver}.xcom_pull({', '.join(given_)}){''.join(steps)} }}}}",
    st.sampled_from(["ti", "task_instance", "ti", "context"]),
    st.lists(st.sampled_from(ARGUMENTS), max_size=3),
    st.lists(st.sampled_from(STEPS), max_size=3),
)  # fmt: skip
OTHERS = st.sampled_from(
    [
        "--in=",
        " ",
        "/x\n",
        "{",
        "\ue000t\ue001",
        "\ue005",
        "{{ run_id }}",
        "{# c #}",
        "{% set ti = 1 %}",
    ]
)


@given(st.lists(st.one_of(OUTPUTS, OUTPUTS, OTHERS), max_size=4).map("".join))
def test_it_comes_out_as_jinja_has_it(template: str) -> None:
    check(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ ti.xcom_pull('long') }}",
        "{{ ti.xcom_pull('long') }}{{ ti.xcom_pull('text') }}{{ ti.xcom_pull('text') }}",
        "{{ ti.xcom_pull('a') }}" * 900,
        "{{ ti.xcom_pull('text') }}" * 3_000,
        "{{ ti.xcom_pull('a', task_ids='a', task_ids='b') }}",
        "{{ ti.xcom_pull('a') }",
        "",
    ],
)
def test_what_is_large_or_wrong_comes_out_as_jinja_has_it(template: str) -> None:
    check(template)


def test_a_template_that_only_pulls_is_read_straight() -> None:
    assert straight("--in={{ ti.xcom_pull('a', key='k')['b'].c[-1] }}.csv") == (
        "--in=",
        Pulled(
            ("a",),
            {"key": "k"},
            (Step("b", is_attribute=False), Step("c", is_attribute=True), Step(-1, is_attribute=False)),
        ),
        ".csv",
    )  # fmt: skip


@pytest.mark.parametrize(
    "template",
    [
        "{{ ti.xcom_pull('a') | tojson }}", "{{ ti.xcom_pull('a').get('k') }}", "{{ ti.xcom_pull(x) }}", "{{ ds }}",
        "{% if ti.xcom_pull('a') %}{% endif %}", "{{ other.xcom_pull('a') }}", "{{ ti.xcom_push('a') }}",
    ],
)  # fmt: skip
def test_a_template_that_does_more_is_not(template: str) -> None:
    assert straight(template) is None
