import pytest

from app.lineage.contract.kinds import example_of, family, is_data, is_random, kind_of
from app.model.contract import Kind
from app.model.values import Json


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, Kind.NULL),
        (True, Kind.BOOLEAN),
        (1, Kind.INTEGER),
        (1.5, Kind.NUMBER),
        ("", Kind.STRING),
        ("2026-11-20", Kind.DATE),
        ("2026-11-20T06:00:00Z", Kind.DATE),
        ("2026-13-20", Kind.STRING),
        ("9999-12-31T23:59:59-23:59", Kind.STRING),  # Its moment is none that Python can tell.
        ("***", Kind.UNKNOWN),
        ([], Kind.LIST),
        ({}, Kind.MAPPING),
    ],
)
def test_what_a_value_is(value: Json, kind: Kind) -> None:
    assert kind_of(value) is kind


def test_an_integer_is_a_number_and_a_date_is_a_text() -> None:
    assert family(Kind.INTEGER) is Kind.NUMBER
    assert family(Kind.DATE) is Kind.STRING
    assert family(Kind.LIST) is Kind.LIST


@pytest.mark.parametrize(
    "text",
    [
        "9f2c41d07ab84e6d9f2c41d07ab84e6d",
        "0b54e3c8-7a51-4f0e-9d4b-6a0f2d1c9e77",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
        "s3://lake/9f2c41d07ab84e6d9f2c41d07ab84e6d/a.parquet",
        "deadbeefdeadbeef",
    ],
)
def test_ids_and_secrets_are_no_examples(text: str) -> None:
    assert is_random(text)
    assert example_of(text) is None


@pytest.mark.parametrize(
    "text",
    ["extract", "us-east-1", "s3://lake/tiles/part-7.parquet", "a_rather_long_name-of_2026_things"],
)
def test_words_are(text: str) -> None:
    assert example_of(text) == text


@pytest.mark.parametrize(
    "value", [None, [], {}, "***", "token=***", float("nan"), float("inf"), 10**400]
)
def test_what_is_no_scalar_or_masked_is_no_example(value: Json) -> None:
    assert example_of(value) is None


def test_a_long_text_is_cut() -> None:
    example = example_of("a word " * 40)
    assert isinstance(example, str)
    assert len(example) == 60


@pytest.mark.parametrize(
    "name",
    ["2026-11-20", "day_2026-11-20", "17", "20261120", "9f2c41d0ab", "s3://a/b", "me@example.org"],
)
def test_names_that_are_data(name: str) -> None:
    assert is_data(name)


@pytest.mark.parametrize("name", ["rows", "part-7", "x1", "sha256", "Größe", "a b", ""])
def test_names_that_are_names(name: str) -> None:
    assert not is_data(name)
