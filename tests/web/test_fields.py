from hypothesis import given
from hypothesis import strategies as st

from app.model.values import Json
from app.web.fields import fields_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def check(rendered: dict[str, Json], *expected: tuple[str, str]) -> None:
    assert tuple((one.address, one.text) for one in fields_of(rendered)) == expected


def test_a_list_is_taken_apart_by_position() -> None:
    check({"arguments": ["--in", 42]}, ("arguments[0]", "--in"), ("arguments[1]", "42"))


def test_a_mapping_is_taken_apart_by_key() -> None:
    check({"op_kwargs": {"x": {"y": [True]}}}, ("op_kwargs.x.y[0]", "true"))


def test_environment_variables_are_named() -> None:
    check({"env_vars": {"A": "1"}}, ("env_vars.A", "1"))
    check({"env_vars": [{"name": "A", "value": "1"}]}, ("env_vars.A", "1"))


def test_pod_environment_given_as_python_text_is_read() -> None:
    reference = "{'field_ref': {'path': 'status.podIP'}, 'secret_key_ref': None}"
    text = (
        "[{'name': 'A', 'value': '1', 'value_from': None},\n"
        f" {{'name': 'IP', 'value': None, 'value_from': {reference}}}]"
    )
    found = fields_of({"env_vars": text})
    assert [one.address for one in found] == ["env_vars.A", "env_vars.IP"]
    assert found[1].text == '{"field_ref": {"path": "status.podIP"}}'


def test_python_text_that_is_no_literal_stays_a_text() -> None:
    check({"env_vars": "[__import__('os')]"}, ("env_vars", "[__import__('os')]"))


def test_empty_fields_are_left_out() -> None:
    check({"cmds": [], "labels": {}, "image": "", "x": None})


def test_a_field_is_named_within_its_template_field() -> None:
    assert [one.name for one in fields_of({"arguments": ["x"], "image": "i"})] == ["[0]", "image"]


@given(st.dictionaries(st.text(), JSON))
def test_any_rendered_fields_can_be_taken_apart(rendered: dict[str, Json]) -> None:
    assert len(fields_of(rendered)) <= 400
