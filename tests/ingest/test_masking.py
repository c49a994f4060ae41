"""What is taken for a secret, wherever it stands; and what is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.dumps import without_environment
from app.model.values import Json
from tests.masked import masked, masked_text

json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)

MASKED = {
    "--password=hunter2 --n=1": "--password=*** --n=1",
    "--db-password hunter2 --n 1": "--db-password *** --n 1",
    "run --api-key=abc,def": "run --api-key=***,def",
    "PASSWORD=hunter2": "PASSWORD=***",
    "export DB_PASSWORD='a b c'; ls": "export DB_PASSWORD='***'; ls",
    '{"password": "a\\"b", "n": 1}': '{"password": "***", "n": 1}',
    '{\\"password\\": \\"abc\\", \\"n\\": 2}': '{\\"password\\": \\"***\\", \\"n\\": 2}',
    "{'token': 'abc', 'n': 1}": "{'token': '***', 'n': 1}",
    '{"name": "DB_PASSWORD", "value": "x"}': '{"name": "DB_PASSWORD", "value": "***"}',
    "[{'name': 'API_TOKEN',\n 'value': 'x', 'value_from': None}]": (
        "[{'name': 'API_TOKEN',\n 'value': '***', 'value_from': None}]"
    ),
    "Authorization: Bearer abc.def.ghi": "Authorization: ***",
    "the bearer abc.def": "the bearer ***",
    "postgres://user:hunter2@db:5432/x": "postgres://user:***@db:5432/x",
    "['--password', 'hunter2']": "['--password', '***']",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----": (
        "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----"
    ),
    "secret=a token=b": "secret=*** token=***",
    "PASSWORD=a(b)c! d": "PASSWORD=*** d",
    "connect(password=a, n=1)": "connect(password=***, n=1)",
    'password="never ended\nnext': 'password="***\nnext',
    "{'password': 'a long '\n   'one', 'n': 1}": "{'password': '***', 'n': 1}",
    '"{\\"password\\": \\"a\\\\\\"b\\", \\"n\\": 1}"': '"{\\"password\\": \\"***\\", \\"n\\": 1}"',
}

KEPT = [
    "--password={{ ti.xcom_pull('a')['password'] }}",
    "ti.xcom_pull(task_ids='get_token', key='token')",
    "exec was refused by the proxy: 403 Forbidden",
    "UndefinedError: 'dict object' has no attribute 'password'",
    "Unexpected token < in JSON at position 0",
    "password: None",
    "password=***",
    "s3://bucket/secrets/part-7",
    'secrets "registry" is forbidden',
    "no secrets here",
    'User "system:serviceaccount:airflow:worker" cannot get resource',
    "f'--password={password}'",
    "",
]


@pytest.mark.parametrize(("text", "result"), MASKED.items())
def test_a_secret_beside_its_name_is_masked(text: str, result: str) -> None:
    assert masked_text(text) == result


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked_text(text) == text


def test_values_are_masked_by_the_names_of_their_keys() -> None:
    value: Json = {
        "db": {"password": "x", "user": "me", "port": 5432},
        "api_key": ["a", {"b": "c"}],
        "token": None,
        "max_tokens": 512,
        "passwd": 1234,
        "secret": "",
        "is_secret": True,
    }
    assert masked(value) == {
        "db": {"password": "***", "user": "me", "port": 5432},
        "api_key": ["***", {"b": "***"}],
        "token": None,
        "max_tokens": 512,
        "passwd": "***",
        "secret": "",
        "is_secret": True,
    }


def test_environment_variables_are_masked_by_their_names() -> None:
    value: Json = [
        {"name": "DB_PASSWORD", "value": "x", "value_from": None},
        {"name": "PATH_IN", "value": "s3://a", "value_from": None},
        {"key": "api-key", "value": "x"},
    ]
    assert masked(value) == [
        {"name": "DB_PASSWORD", "value": "***", "value_from": None},
        {"name": "PATH_IN", "value": "s3://a", "value_from": None},
        {"key": "api-key", "value": "***"},
    ]


def test_the_argument_after_a_secret_flag_is_masked() -> None:
    assert masked(["--token", "abc", "--n", "1", "--password", "--quiet", "x"]) == [
        "--token", "***", "--n", "1", "--password", "--quiet", "x",
    ]  # fmt: skip


@given(json_values)
def test_any_value_keeps_its_shape(value: Json) -> None:
    assert shape(masked(value)) == shape(value)


@given(json_values)
def test_masking_twice_is_masking_once(value: Json) -> None:
    once = masked(value)
    assert repr(masked(once)) == repr(once)


@given(st.text(alphabet="pasword=:'\"\\ \n-token{}[],x"))
def test_any_text_is_masked_without_an_error(text: str) -> None:
    masked_text(text)


@pytest.mark.parametrize(
    "piece",
    ["a", "password", "-", "://a:", "token: '", "-----BEGIN PRIVATE KEY-----", 'token=\\"', "\\",
     'password=\\"\\\\', "token=(", "eyJ", "eyJaaaaaaaa.", "sk-", "AKIA", "cookie", "cookie=a=",
     "&sig=", "-u a:", "fernet_key=", 'auth": "aaaaaaaa', "login a password ", "$6$", "$6$aaaa",
     "SG.", "a1Q~", ":AA", "gAAAAAB", "u+a", "sk_live_", "-----BEGIN PRIVATE KEY-----\n",
     "Authorization: Basic ", '"name": "a", "value": "', "password 'x'\n  "],
)  # fmt: skip
@pytest.mark.parametrize("start", ["", '"password": "', 'password=\\"', "remote_pod: "])
def test_hostile_texts_take_linear_time(start: str, piece: str) -> None:
    """What were quadratic would take minutes."""
    text = start + piece * (300_000 // len(piece))
    began = time.process_time()
    masked_text(without_environment(text))
    assert time.process_time() - began < 5


def shape(value: Json) -> object:
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return None
