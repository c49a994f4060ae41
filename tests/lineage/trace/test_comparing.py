"""Whether a template gives a field, and where its values stand in it."""

import pytest

from app.lineage.template.holes import ANYTHING
from app.lineage.template.reads import Ask, Origin, Read
from app.lineage.template.rendering import Failure, Rendering, Segment
from app.lineage.trace.comparing import is_hidden, placed, same
from app.model.values import Json

ORIGIN = Origin(Read(Ask(("a",)), "a", None))


def spans(before: str, value: object, after: str, field: Json) -> list[str] | None:
    """The texts that the value takes in the field; None when the template does not give it."""
    middle = Segment(str(value), frozenset({ORIGIN}), value)
    found = placed(Rendering((Segment(before), middle, Segment(after))), field)
    return None if found is None else [found.text[a:b] for _, many in found.spans for a, b in many]


@pytest.mark.parametrize(
    ("before", "value", "after", "field", "expected"),
    [
        ("--in=", "s3://x", "/y", "--in=s3://x/y", ["s3://x"]),
        ("--in=", "s3://x", "/y", "--in=s3://z/y", None),
        ("", "", "", "", [""]),
        ("a", "\ue005", "b", "a-any-b", ["-any-"]),
        ("cat /", "airflow/x", "/end", "cat /***/x/end", ["***/x"]),
        ("--t=", "secret", "", "--t=***", ["***"]),
        ("", 42, "", 42, ["42"]),
        ("", 42, "", 43, None),
        ("", {"a": 1, "b": [2]}, "", "{'b': [2], 'a': 1}", ["{'b': [2], 'a': 1}"]),
        ("", "True", "", True, ["true"]),
        ("--c=", {"aa": 1, "b": "x"}, "!", "--c={'b': 'x', 'aa': 1}!", ["{'b': 'x', 'aa': 1}"]),
        ("--c=", {"aa": 1}, "!", "--c={'aa': 2}!", None),
        ("n=", 1e22, "", "n=10000000000000000000000", ["10000000000000000000000"]),
        ("n=", 12345678901234567890, "", "n=12345678901234567890", ["12345678901234567890"]),
        ("", "[1, 2]", "", [1, 2], ["[1, 2]"]),
    ],
)
def test_a_value_stands_where_the_field_shows_it(
    before: str, value: object, after: str, field: Json, expected: list[str] | None
) -> None:
    assert spans(before, value, after, field) == expected


def test_a_template_that_failed_gives_nothing() -> None:
    assert placed(Rendering(failure=Failure("UndefinedError")), "x") is None


@pytest.mark.parametrize(
    ("before", "value", "after", "field", "is_sure"),
    [
        (ANYTHING, "a", ANYTHING, "banana", False),
        (ANYTHING, "", ANYTHING, "x", False),
        (ANYTHING, "nan", ANYTHING, "banana", True),
        (f"{ANYTHING}/", "a", f"/{ANYTHING}", "x/a/y", True),
        (ANYTHING, "a", "", "banana", True),
        ("", "LazySelectSequence([2 items])", "", "LazySelectSequence([2 items])", False),
    ],
)
def test_a_value_that_could_stand_elsewhere_or_is_not_shown_is_not_seen(
    before: str,
    value: str,
    after: str,
    field: str,
    is_sure: bool,  # noqa: FBT001  # a case
) -> None:
    middle = Segment(value, frozenset({ORIGIN}), value)
    found = placed(Rendering((Segment(before), middle, Segment(after))), field)
    assert found is not None
    assert (ORIGIN not in found.wild) == is_sure


@pytest.mark.parametrize(
    ("value", "shown", "expected"),
    [
        ("secret", "***", True),
        ("***", "secret", True),
        ("s3://airflow-bucket/part-7", "s3://***-bucket/part-7", False),
        ("airflow/x", "***/x", True),
        ("plain", "plain", False),
    ],
)
def test_what_masks_hide_more_than_half_of_is_hidden(
    value: str,
    shown: str,
    expected: bool,  # noqa: FBT001  # a case
) -> None:
    assert is_hidden(value, (), shown) is expected


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        ({"a": [1, None]}, {"a": [1, None]}, True),
        ({"a": 1}, {"a": "1"}, False),
        (True, 1, False),
        ({"password": "x"}, {"password": "***"}, True),
        ("s3://***/x", "s3://airflow/x", True),
        ([1, 2], [1], False),
    ],
)
def test_two_values_are_the_same_apart_from_masks(
    value: object,
    field: Json,
    expected: bool,  # noqa: FBT001  # a case
) -> None:
    assert same(value, field) is expected
