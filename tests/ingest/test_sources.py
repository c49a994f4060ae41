"""Secrets in a DAG's source, which stays Python; templates and names of things stay too."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.masked import masked_source

SOURCE = """
password = "hunter2"
conf = {"api_key": 'abc', "path": "s3://x"}
aws_secret_key = f"abc"
TOKEN_TASK = "get_token"
token = get_token("auth")
pull = "--password={{ ti.xcom_pull(task_ids='auth', key='token') }}"
KubernetesPodOperator(task_id="auth_token", secret_name="mine", env_vars={"TOKEN": "{{ x }}"})
"""


def test_literals_given_to_secret_names_are_masked_in_a_source() -> None:
    masked = masked_source(SOURCE)
    assert masked == SOURCE.replace('"hunter2"', '"***"').replace("'abc'", "'***'").replace(
        'f"abc"', 'f"***"'
    )
    ast.parse(masked)


@given(st.text(alphabet="token=pas word:'\"(){},\n#"))
def test_masking_keeps_what_was_python_python(source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError:
        return
    ast.parse(masked_source(source))


MASKED = {
    'PASSWORD: str = "hunter2"': 'PASSWORD: str = "***"',
    'os.environ["DB_PASSWORD"] = "hunter2"': 'os.environ["DB_PASSWORD"] = "***"',
    'V1EnvVar(name="DB_PASSWORD", value="x")': 'V1EnvVar(name="DB_PASSWORD", value="***")',
    '[{"name": "DB_PASSWORD", "value": "x"}]': '[{"name": "DB_PASSWORD", "value": "***"}]',
    'args = ["--password", "x", "--n", "1"]': 'args = ["--password", "***", "--n", "1"]',
    'args = ["--password=x", "--n=1"]': 'args = ["--password=***", "--n=1"]',
    'Variable.set("api_key", "x")': 'Variable.set("api_key", "***")',
    'cmd = "export PGPASSWORD=x; psql"': 'cmd = "export PGPASSWORD=***; psql"',
    "# password: hunter2\nx = 1": "# password: ***\nx = 1",
    'url = "postgresql://me:x@db/y"': 'url = "postgresql://me:***@db/y"',
}  # fmt: skip

KEPT = [
    'args = ["--token", "--quiet"]',
    "args = [\"--token={{ ti.xcom_pull('a')['token'] }}\"]",
    'names = ["password", "username"]',
    "x = \"{% set token = ti.xcom_pull('a') %}{{ token }}\"",
    '"""Loads data.\n\n:param token: the token to use\n"""',
    "token = get_token()",
    "sk_live_variable_of_mine_2 = 1",
    'xcom_pull("get_token", "token")',
    f'image = "registry.example.com/etl@sha256:{"9f86d081" * 8}"',
    'path = "s3://lake/year=2026/part-0001.parquet"',
]


@pytest.mark.parametrize(("source", "kept"), MASKED.items())
def test_a_secret_is_masked_where_it_stands(source: str, kept: str) -> None:
    assert masked_source(source) == kept


@pytest.mark.parametrize("source", KEPT)
def test_what_is_no_secret_stays(source: str) -> None:
    assert masked_source(source) == source


def test_what_is_no_python_is_masked_as_any_text() -> None:
    assert masked_source("def (: password=hunter2 'x") == "def (: password=*** 'x"
