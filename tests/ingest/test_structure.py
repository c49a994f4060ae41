"""What is kept where structure alone is kept."""

from hypothesis import given
from hypothesis import strategies as st

from app.ingest.seal import Seal
from app.ingest.structure import StructureOnly
from app.lineage.contract.kinds import is_data
from app.lineage.likeness.digests import digits_of
from app.model.masks import COMMON, RARE, SECRET, is_mask, plain
from app.model.values import Json
from tests.ingest.test_masking import json_values

MASKING = StructureOnly(Seal(b"a key of the tests"), digits=digits_of, is_data=is_data)
#: Short texts occur in digests by chance.
LONG = 8


def kept(value: Json) -> Json:
    return MASKING.value(value)


def test_names_lengths_and_what_tells_of_failures_stay() -> None:
    value: Json = {
        "path": "s3://lake/x-7391", "n": 3, "ok": True, "none": None, "text": "None", "empty": "",
        "rows": ["a", "b"],
    }  # fmt: skip
    found = kept(value)
    assert isinstance(found, dict)
    assert list(found) == ["path", "n", "ok", "none", "text", "empty", "rows"]
    assert [found[name] for name in ("ok", "none", "text", "empty")] == [True, None, "None", ""]
    assert isinstance(found["rows"], list)
    assert all(map(is_mask, (found["path"], found["n"], *found["rows"])))


def test_a_number_is_told_from_a_text_and_has_the_same_digest() -> None:
    number, text = kept(41_873_302), kept("41873302")
    assert isinstance(number, str)
    assert isinstance(text, str)
    assert number != text
    assert plain(number) == text


def test_flags_stay_and_what_is_behind_them_has_a_digest_of_its_own() -> None:
    path = kept("s3://lake/x-7391")
    assert kept(["--in=s3://lake/x-7391", "--in", "-v", "--in=None"]) == [
        f"--in={path}", "--in", "-v", "--in=None",
    ]  # fmt: skip
    assert is_mask(kept("--Xq83kLmZ0"))
    assert is_mask(kept("-Xq83kLmZ0"))


def test_variables_of_the_environment_keep_their_names_and_other_data_does_not() -> None:
    variables: Json = [{"name": "PATH_IN", "value": "x-7391", "value_from": None}]
    found = MASKING.fields({"env_vars": variables, "arguments": variables})
    assert isinstance(found, dict)
    assert found["env_vars"] == [{"name": "PATH_IN", "value": kept("x-7391"), "value_from": None}]
    assert "PATH_IN" not in repr(found["arguments"])


def test_names_that_are_data_are_digests_too() -> None:
    found = kept({"s3://lake/x": 1, "2026-11-01": 2, "rows": 3})
    assert isinstance(found, dict)
    assert [is_mask(name) for name in found] == [True, True, False]


def test_the_rarer_a_text_the_longer_its_digest() -> None:
    for text, digits in {
        "prod": COMMON, "2026-11-21": COMMON, "17": COMMON, "true story": COMMON,
        "manifest of all the customers": SECRET,
        "s3://lake/9f2c41d07c1e": RARE, "Zq7hunter2Xw9": RARE, "41873302": RARE,
    }.items():  # fmt: skip
        assert digits_of(text) == digits, text


def test_no_line_no_source_and_no_hash_is_kept() -> None:
    assert MASKING.log("password is x") == ""
    line = "Exception rendering Jinja template for task 'a'. Template: {{ secret }}"
    assert MASKING.log(line) == "Exception rendering Jinja template"
    assert MASKING.error_type("airflow.exceptions.AirflowException") != ""
    assert MASKING.error_type("hunter2") == ""
    assert not MASKING.source("x = 1")
    assert not MASKING.sha256("ab" * 32)
    assert is_mask(MASKING.beginning('{"a": 1', length=100, sha256="ab" * 32))


@given(json_values)
def test_no_text_of_any_value_is_kept(value: Json) -> None:
    found = kept(value)
    assert repr(kept(found)) == repr(found)
    for text in _texts(value):
        assert text not in _texts(found) or text.startswith("-") or is_mask(text)


def _texts(value: Json) -> set[str]:
    """The long texts of a value, names apart."""
    if isinstance(value, dict):
        return set().union(*map(_texts, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(_texts, value)) if value else set()
    return {value} if isinstance(value, str) and len(value) > LONG else set()


@given(st.text())
def test_any_text_of_a_log_or_a_source_is_taken(text: str) -> None:
    MASKING.log(text)
    MASKING.source(text)
    MASKING.error_type(text)
