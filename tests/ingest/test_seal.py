"""Digests of secrets: the same for the same secret, wherever and however it stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.masking import SecretsMasked
from app.ingest.seal import Seal
from app.model.masks import MASK, SECRET, is_mask
from app.model.values import Json
from tests.ingest.test_masking import json_values, shape

SEALED = SecretsMasked(seal=Seal(b"a key of the tests"))
TOKEN = "ghp_abcdefghij0123456789abcdefghij012345"
SECRET_TEXT = 'p"4ss,w0rd &\\9'


def digest(secret: str) -> str:
    return Seal(b"a key of the tests").hide(secret)


def test_a_digest_is_of_one_key_and_one_secret() -> None:
    assert digest("a") == "***" + digest("a")[3:]
    assert len(digest("a")) == len(MASK) + SECRET
    assert digest("a") != digest("b")
    assert digest("a") != Seal(b"another key of the tests").hide("a")
    assert Seal().hide("a") == MASK
    assert "tests" not in repr(Seal(b"a key of the tests"))


def test_what_airflow_has_masked_has_no_digest() -> None:
    assert digest("***") == "***"
    assert digest("abc***def") == "***"
    assert digest(digest("a")) == digest("a")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("--password=hunter2 --n=1", "hunter2"),
        ("PASSWORD='two words' run", "two words"),
        (json.dumps({"password": SECRET_TEXT}), SECRET_TEXT),
        (json.dumps({"inner": json.dumps({"password": "a\"b'c"})}), "a\"b'c"),
        ("--dsn=postgresql://me:pw@db/x", "postgresql://me:pw@db/x"),
        ("get postgresql://me:s3cret@db/x", "s3cret"),
        (f"use {TOKEN} now", TOKEN),
    ],
)  # fmt: skip
def test_a_secret_in_a_text_has_the_digest_that_it_has_alone(text: str, secret: str) -> None:
    assert digest(secret) in SEALED.text(text)
    assert SEALED.value({"password": secret}) == {"password": digest(secret)}


def test_a_number_has_the_digest_of_its_text() -> None:
    assert SEALED.value({"pin_token": 4711}) == SEALED.value({"pin_token": "4711"})


def test_a_whole_argument_is_one_secret() -> None:
    assert SEALED.value(["--password=two words, and 3", "--token", "x y"]) == [
        f"--password={digest('two words, and 3')}", "--token", digest("x y"),
    ]  # fmt: skip
    assert SEALED.value(["--password=None", "--password=a --n=1", "--token={{ x }}"]) == [
        "--password=None", f"--password={digest('a')} --n=1", "--token={{ x }}",
    ]  # fmt: skip


def test_the_digest_is_made_before_anything_is_cut() -> None:
    secret = "x1" * 5_000
    kept = SEALED.beginning(f'{{"token": "{secret}"}}', length=40, sha256=None)
    assert digest(secret) in kept


@given(json_values)
def test_any_value_keeps_its_shape_and_is_masked_once(value: Json) -> None:
    once = SEALED.value(value)
    assert shape(once) == shape(value)
    assert repr(SEALED.value(once)) == repr(once)


@given(st.text())
def test_what_hides_is_a_mask_and_does_not_tell_the_secret(secret: str) -> None:
    assert is_mask(digest(secret)) or MASK in secret
