import json
from pprint import pformat

from hypothesis import given
from hypothesis import strategies as st

from app.ingest.dumps import without_environment


def test_a_text_without_a_dump_stays() -> None:
    text = '{"name": "A", "value": "x"}'
    assert without_environment(text) == text


def test_the_values_of_a_dumped_environment_are_masked() -> None:
    env = [{"name": "A", "value": 'x "y"'}, {"name": "B", "valueFrom": {"fieldRef": 1}}]
    text = without_environment(f"Namespaced Pod: {json.dumps(env)}")
    assert json.loads(text.partition(": ")[2]) == [{"name": "A", "value": "***"}, env[1]]


@given(st.text(min_size=8, alphabet="abc '\"\n\\"))
def test_whatever_a_variable_holds_is_masked(value: str) -> None:
    env = [{"name": "A", "value": value, "value_from": None}]
    for dump in (pformat(env), json.dumps(env), json.dumps(env, indent=2)):
        text = without_environment(f"remote_pod: {dump}")
        assert text.count("***") == 1
        assert value not in text
