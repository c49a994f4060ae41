import pprint

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.airflow.literals import literal, native_fields

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.lists(VALUES) | st.dictionaries(st.text(), VALUES))
def test_whatever_python_prints_is_read_back(value: object) -> None:
    assert literal(repr(value)) == value
    assert literal(pprint.pformat(value)) == value


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    literal(text)
    literal(f"[{text}")
    literal(f"{{{text}}}")


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "42",
        "[1, 2",
        "[datetime.datetime(2026, 1, 1)]",
        "{1, 2}",
        "[b'bytes']",
        "[1j]",
        "[...]",
        "LazySelectSequence([2 items])",
        "[" * 5_000 + "]" * 5_000,
        "[" + "-" * 50_000 + "1]",
        "['" + "x" * 300_000 + "']",
    ],
)
def test_what_is_no_value_of_json_stays_the_text(text: str) -> None:
    assert literal(text) == text


def test_a_tuple_is_a_list_and_keys_are_texts() -> None:
    assert literal("({1: (2, 3)},)") == [{"1": [2, 3]}]


def test_only_fields_that_hold_no_text_are_read_back() -> None:
    fields = {"env_vars": "[{'name': 'A'}]", "bash_command": "{'a': 1}", "arguments": ["[1]"]}
    assert native_fields(fields) == {**fields, "env_vars": [{"name": "A"}]}
    assert native_fields(None) is None


def test_a_field_that_is_a_text_of_json_is_read_back() -> None:
    told = '[{"name": "A", "value_from": null, "ok": true}]'
    fields = {"env_vars": told, "bash_command": told}
    assert native_fields(fields) == {
        "env_vars": [{"name": "A", "value_from": None, "ok": True}],
        "bash_command": told,
    }


def test_a_value_that_is_a_text_of_json_stays_the_text() -> None:
    assert literal('{"a": null}') == '{"a": null}'
