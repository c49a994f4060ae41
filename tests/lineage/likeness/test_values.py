from typing import Any

import pytest

from app.lineage.likeness.values import Values, is_word, stands_in
from tests.build import make_xcom


def found(value: Any, text: str) -> list[tuple[Any, ...]]:
    """The path of each place and the span of each stretch of the text in which a value stands."""
    values = Values(iter([make_xcom("make", value)]))
    return [(one.span, *sorted(place.path for place in one.places)) for one in values.matches(text)]


def test_every_place_of_a_value_and_every_stretch_are_found() -> None:
    value = {"a": "part-7", "b": ["part-7", "part"]}
    assert sorted(found(value, "part-7 part")) == [
        ((0, 4), ("b", 1)),
        ((0, 6), ("a",), ("b", 0)),
        ((7, 11), ("b", 1)),
    ]


def test_a_document_at_the_end_of_a_text_is_found_whatever_its_notation() -> None:
    value = {"doc": {"id": "part-7", "n": [1, 2]}}
    assert found(value, '--doc={"n": [1, 2], "id": "part-7"}')[0] == ((6, 35), ("doc",))
    assert found(value, "{'id': 'part-7', 'n': [1, 2]}")[0] == ((0, 29), ("doc",))


@pytest.mark.parametrize("text", ["{", "[1, 2", "{'a': }", "[{1: 2}]", "{'x'}", "x}"])
def test_a_text_that_is_no_document_is_none(text: str) -> None:
    assert found({"a": [1, 2]}, text) == []


def test_a_run_with_more_values_than_can_be_known_says_so() -> None:
    few = Values(iter([make_xcom("make", list(range(100)))]))
    many = Values(iter(make_xcom(f"t{n}", list(range(4_900))) for n in range(9)))
    assert (few.is_whole, many.is_whole) == (True, False)


@pytest.mark.parametrize(
    ("text", "whole", "expected"),
    [
        ("a1", "a1", True), ("a1", "x=a1;", True), ("a1", "a12", False), ("a1", "ba1 a1", True),
        ("/a", "x/a", True), ("", "x", False), ("a1", "", False),
    ],
)  # fmt: skip
def test_a_text_stands_in_another_as_a_word(text: str, whole: str, *, expected: bool) -> None:
    assert stands_in(text, whole) is expected


def test_a_stretch_is_a_word_when_no_letter_or_digit_goes_on() -> None:
    assert is_word("a-b", 0, 1)
    assert not is_word("ab", 0, 1)
