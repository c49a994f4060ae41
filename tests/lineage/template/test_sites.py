# ruff: noqa: E501  # a case is read best when it stands on one line
"""Where the pulls of a template stand, and the parts of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.template.sites import sites, steps
from app.lineage.template.tokens import lexed, quoted, unquoted


def parts(template: str) -> list[str]:
    """Each pull as the template has it, argument by argument and step by step."""
    return [
        part
        for site in sites(template)
        for part in (
            template[site.start : site.opens],
            *(f"{one.name}: {template[one.start : one.end]}" for one in site.arguments),
            *(template[one.start : one.end] for one in site.steps),
        )
    ]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("no pull", []),
        ("{# ti.xcom_pull('a') #}{% raw %}{{ ti.xcom_pull('a') }}{% endraw %}", []),
        ("{{ ti.xcom_pull('a')['k'][0].x }}", ["ti.xcom_pull(", "task_ids: 'a'", "['k']", "[0]", ".x"]),
        ("{{- ti.xcom_pull( key = 'k' ) -}}  x", ["ti.xcom_pull(", "key: key = 'k'"]),
        ("{{ xcom_pull('a', none, 'k').get('x', {})[-1] }}", ["xcom_pull(", "task_ids: 'a'", "dag_id: none", "key: 'k'", ".get('x', {})", "[-1]"]),
        ("{{ f(ti.xcom_pull(['a', 'b'])) }}", ["ti.xcom_pull(", "task_ids: ['a', 'b']"]),
        ("{{ ti.xcom_pull('a').upper()['k'] }}", ["ti.xcom_pull(", "task_ids: 'a'"]),
        ("{{ ti.xcom_pull('a'", []),
    ],
)  # fmt: skip
def test_a_pull_is_found_with_its_arguments_and_steps(template: str, found: list[str]) -> None:
    assert parts(template) == found


def test_steps_are_found_wherever_they_are_taken() -> None:
    template = "{% set r = ti.xcom_pull('a') %}{{ r['k'].x[1] }}{{ ['no'] }}{{ s.get('y') }}"
    assert [one.name for one in steps(template)] == ["k", "x", 1, "y"]


@given(text=st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])))
def test_what_is_quoted_says_the_same_when_it_is_read(text: str) -> None:
    for quote in ("'", '"'):
        assert unquoted(quoted(text, quote)) == text


@given(template=st.text(st.sampled_from("{}%#ti.xcom_pull('a')[\"k\"]|=,- \n\rä")))
def test_every_word_stands_where_it_is_said_to(template: str) -> None:
    assert all(template[one.start : one.end] == one.text for one in lexed(template).tokens)
    sites(template)
    steps(template)
