# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Corrections touch the wrong part of a template and nothing else."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.lineage.explain.corrected import (
    as_path,
    at_index,
    of_one_task,
    parses,
    reading_json,
    with_argument,
    with_dag_id,
    with_key,
    with_key_for_dag,
    with_name,
    with_owner,
    with_steps,
    with_task_id,
)
from app.model.values import Path


@pytest.mark.parametrize(
    ("template", "corrected"),
    [
        ("{{ ti.xcom_pull('mkae')['mkae_x'] }}", "{{ ti.xcom_pull('make')['mkae_x'] }}"),
        ("{{ ti.xcom_pull('mkae')['mkae'] }}", "{{ ti.xcom_pull('make')['mkae'] }}"),
        ('{{ ti.xcom_pull(task_ids="mkae") }}', '{{ ti.xcom_pull(task_ids="make") }}'),
        ("{{ ti.xcom_pull( task_ids = 'mkae' , key='mkae') }}", "{{ ti.xcom_pull( task_ids = 'make' , key='mkae') }}"),
        ("{{ ti.xcom_pull(['a', 'mkae']) }}", "{{ ti.xcom_pull(['a', 'make']) }}"),
        ("{{ ti.xcom_pull(task_ids=('a', 'mkae')) }}", "{{ ti.xcom_pull(task_ids=('a', 'make')) }}"),
        ("mkae {{ ti.xcom_pull('mkae') }} 'mkae'", "mkae {{ ti.xcom_pull('make') }} 'mkae'"),
        ("{{ task_instance.xcom_pull('mkae').get('k') | default('mkae') }}", "{{ task_instance.xcom_pull('make').get('k') | default('mkae') }}"),
        ("{% set t = 'mkae' %}{{ ti.xcom_pull(t) }}", "{% set t = 'make' %}{{ ti.xcom_pull(t) }}"),
        ("{{- ti.xcom_pull('ok') -}}\n {{- ti.xcom_pull('mkae') -}}", "{{- ti.xcom_pull('ok') -}}\n {{- ti.xcom_pull('make') -}}"),
        ("{# ti.xcom_pull('mkae') #}{{ ti.xcom_pull('mkae') }}", "{# ti.xcom_pull('mkae') #}{{ ti.xcom_pull('make') }}"),
        ("{{ ti.xcom_pull(source) }}", None),
    ],
)  # fmt: skip
def test_the_task_id_is_replaced_where_it_is_pulled(template: str, corrected: str | None) -> None:
    assert with_task_id(template, "mkae", "make") == ([] if corrected is None else [corrected])


@pytest.mark.parametrize(
    ("template", "corrected"),
    [
        ("{{ ti.xcom_pull('pth')['pth'] }}", "{{ ti.xcom_pull('pth')['path'] }}"),
        ('{{ ti.xcom_pull("pth")["pth"] }}', '{{ ti.xcom_pull("pth")["path"] }}'),
        ("{{ ti.xcom_pull('pth').get('pth', 'x') }}", "{{ ti.xcom_pull('pth').get('path', 'x') }}"),
        ("{{ ti.xcom_pull('pth').pth }}", "{{ ti.xcom_pull('pth').path }}"),
        ("{{ ti.xcom_pull('pth').pth.x }}", "{{ ti.xcom_pull('pth').path.x }}"),
        ("{{ ti.xcom_pull('ok')['pth'] }}{{ ti.xcom_pull('pth')['pth'] }}", "{{ ti.xcom_pull('ok')['pth'] }}{{ ti.xcom_pull('pth')['path'] }}"),
        ("{% set r = ti.xcom_pull('pth') %}{{ r['pth'] }}", "{% set r = ti.xcom_pull('pth') %}{{ r['path'] }}"),
        ("{{ (ti.xcom_pull('pth') or {})['pth'] }}", "{{ (ti.xcom_pull('pth') or {})['path'] }}"),
        ("{{ ti.xcom_pull(['a', 'pth'])[1]['pth'] }}", "{{ ti.xcom_pull(['a', 'pth'])[1]['path'] }}"),
        ("{{ r[i] }}", None),
    ],
)  # fmt: skip
def test_a_step_is_replaced_however_it_is_taken(template: str, corrected: str | None) -> None:
    found = with_steps(template, "pth", ("pth",), ("path",))
    assert found == ([] if corrected is None else [corrected])


@pytest.mark.parametrize(
    ("template", "wrong", "right", "before", "corrected"),
    [
        ("{{ ti.xcom_pull('a')['path'] }}", ("path",), ("result", "path"), (), "{{ ti.xcom_pull('a')['result']['path'] }}"),
        ("{{ ti.xcom_pull('a').path }}", ("path",), ("result", "path"), (), "{{ ti.xcom_pull('a').result.path }}"),
        ("{{ ti.xcom_pull('a').get('path', 1) }}", ("path",), ("result", "path"), (), "{{ ti.xcom_pull('a')['result'].get('path', 1) }}"),
        ("{{ ti.xcom_pull('a')['r']['path'] }}", ("r", "path"), ("path",), (), "{{ ti.xcom_pull('a')['path'] }}"),
        ("{{ ti.xcom_pull('a')['r']['r'] }}", ("r",), ("s",), ("r",), "{{ ti.xcom_pull('a')['r']['s'] }}"),
        ("{{ ti.xcom_pull('a').r }}", ("r",), ("a-b",), (), "{{ ti.xcom_pull('a')['a-b'] }}"),
        ("{{ ti.xcom_pull('a').r }}", ("r",), ("items",), (), "{{ ti.xcom_pull('a')['items'] }}"),
        ("{{ ti.xcom_pull('a')['r'] }}", ("r",), ("it's",), (), "{{ ti.xcom_pull('a')['it\\'s'] }}"),
        ("{{ ti.xcom_pull('a')[3] }}", (3,), (-1,), (), "{{ ti.xcom_pull('a')[-1] }}"),
        ("{{ ti.xcom_pull('a')['r'] }}", ("r",), (), (), "{{ ti.xcom_pull('a') }}"),
        ("{{ ti.xcom_pull('a')['r'] }}", ("r",), ("r",), ("q",), None),
    ],
)  # fmt: skip
def test_steps_may_become_more_or_fewer(
    template: str, wrong: Path, right: Path, before: Path, corrected: str | None
) -> None:
    found = with_steps(template, "a", wrong, right, before=before)
    assert found == ([corrected] if corrected else [])


def test_a_step_that_may_be_several_is_corrected_together_and_one_by_one() -> None:
    template = "{% set r = ti.xcom_pull('a') %}{{ r.k }}{{ q.k }}"
    assert with_steps(template, "a", ("k",), ("l",)) == [
        "{% set r = ti.xcom_pull('a') %}{{ r.l }}{{ q.l }}",
        "{% set r = ti.xcom_pull('a') %}{{ r.l }}{{ q.k }}",
        "{% set r = ti.xcom_pull('a') %}{{ r.k }}{{ q.l }}",
    ]


def test_a_key_becomes_a_path() -> None:
    assert as_path("{{ ti.xcom_pull('a', key='k')['x'] }}", "a", "k", ("k",)) == [
        "{{ ti.xcom_pull('a')['k']['x'] }}"
    ]
    assert as_path("{{ ti.xcom_pull(key='k', task_ids='a') }}", "a", "k", ("l",)) == [
        "{{ ti.xcom_pull(task_ids='a')['l'] }}"
    ]
    assert as_path(None, "a", "k", ("k",)) == ["{{ ti.xcom_pull(task_ids='a')['k'] }}"]


def test_only_the_key_of_the_task_is_replaced() -> None:
    template = "{{ ti.xcom_pull('b', key='k') }}{{ ti.xcom_pull('k', key='k') }}"
    assert with_key(template, "k", "k", "l") == [
        "{{ ti.xcom_pull('b', key='k') }}{{ ti.xcom_pull('k', key='l') }}"
    ]


def test_arguments_are_added_where_they_belong() -> None:
    template = "{{ ti.xcom_pull(key='k') }}{{ ti.xcom_pull('a') }}{{ ti.xcom_pull() }}"
    corrected = "{{ ti.xcom_pull(task_ids='b', key='k') }}{{ ti.xcom_pull('a') }}{{ ti.xcom_pull(task_ids='b') }}"
    assert with_argument(template, None, "task_ids", "'b'", first=True) == [corrected]
    assert with_argument("{{ ti.xcom_pull('a') }}", "a", "dag_id", "'d'") == [
        "{{ ti.xcom_pull('a', dag_id='d') }}"
    ]
    assert with_argument("{{ ti.xcom_pull('a', map_indexes=9) }}", "a", "map_indexes", "1") == [
        "{{ ti.xcom_pull('a', map_indexes=1) }}"
    ]


def test_the_dag_is_corrected_or_was_meant_to_be_the_key() -> None:
    template = "{{ ti.xcom_pull('a', 'rows') }}"
    assert with_dag_id(template, "rows", "d") == ["{{ ti.xcom_pull('a', 'd') }}"]
    assert with_key_for_dag(template, "rows") == ["{{ ti.xcom_pull('a', key='rows') }}"]


@pytest.mark.parametrize(
    ("template", "corrected"),
    [
        ("{{ ti.xcom_pull(['a'])['k'] }}", "{{ ti.xcom_pull('a')['k'] }}"),
        ("{{ ti.xcom_pull(task_ids=[ 'a' ])['k'] }}", "{{ ti.xcom_pull(task_ids='a')['k'] }}"),
        ("{{ ti.xcom_pull(task_ids=('a',))['k'] }}", "{{ ti.xcom_pull(task_ids='a')['k'] }}"),
    ],
)
def test_a_list_of_one_task_becomes_the_task(template: str, corrected: str) -> None:
    assert of_one_task(template, "a") == [corrected]


def test_one_of_several_values_is_taken() -> None:
    template = "{{ ti.xcom_pull(['a', 'b'])['k'] }}"
    assert at_index(template, "a", 1) == ["{{ ti.xcom_pull(['a', 'b'])[1]['k'] }}"]


def test_a_text_is_read_as_json_where_it_stands() -> None:
    template = "{{ ti.xcom_pull('a')['t']['k'] }}"
    assert reading_json(template, "a", ("t",)) == [
        "{{ macros.json.loads(ti.xcom_pull('a')['t'])['k'] }}"
    ]
    assert reading_json(template, "a", ()) == [
        "{{ macros.json.loads(ti.xcom_pull('a'))['t']['k'] }}"
    ]


def test_ti_is_put_before_the_pull_that_lacks_it() -> None:
    template = "{{ ti.xcom_pull('a') }}{{ xcom_pull('xcom_pull(') }}"
    assert with_owner(template) == ["{{ ti.xcom_pull('a') }}{{ ti.xcom_pull('xcom_pull(') }}"]


def test_a_name_is_replaced_in_code_only() -> None:
    assert with_name("run_idd {{ run_idd ~ 'run_idd' }}", "run_idd", "run_id") == [
        "run_idd {{ run_id ~ 'run_idd' }}"
    ]


_NAME = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=12)
_QUOTE = st.sampled_from("'\"")
_PULLS = [
    "{{{{ ti.xcom_pull({0}) }}}}",
    "{{{{ ti.xcom_pull(task_ids={0}, key='q')['s'] | default('d') }}}}",
    "{{% if ti.xcom_pull([{0}, 'longer_than_any']) %}}y{{% endif %}}",
    "{{{{ (ti.xcom_pull(task_ids={0}) or {{}}).get('k', 1) }}}}",
    "{{%- set r = ti.xcom_pull({0}) -%}}{{{{ r.k }}}}",
]


def _written(text: str, quote: str) -> str:
    inner = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{inner}{quote}"


@given(wrong=_NAME, right=_NAME, quote=_QUOTE, form=st.sampled_from(_PULLS), around=_NAME)
def test_any_correction_parses_and_differs_in_the_wrong_part_only(
    wrong: str, right: str, quote: str, form: str, around: str
) -> None:
    assume(wrong != right)
    around = around.replace("{", "").replace("\r", "")
    template = around + form.format(_written(wrong, quote))
    corrected = around + form.format(_written(right, quote))
    assert with_task_id(template, wrong, right) == [corrected]


@given(template=st.text(st.sampled_from("{}%#ti.xcom_pull('a')[\"k\"]|=,- \n")), name=_NAME)
def test_any_text_is_corrected_or_left(template: str, name: str) -> None:
    """What could be parsed still can be."""
    for found in (
        with_task_id(template, "a", name),
        with_steps(template, "a", ("k",), (name,)),
        with_key(template, "a", "k", name),
        as_path(template, "a", "k", (name,)),
        of_one_task(template, "a"),
        reading_json(template, "a", ()),
        with_owner(template),
    ):
        assert all(map(parses, found if parses(template) else ()))
