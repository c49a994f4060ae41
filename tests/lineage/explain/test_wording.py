import pytest

from app.lineage.explain.wording import either, in_a_word, listed, written
from app.model.values import Json


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (None, "null"),
        (True, "true or false"),
        (3, "a number"),
        (0.5, "a number"),
        ("x", "a text"),
        ([], "a list"),
        ({}, "an object"),
    ],
)
def test_a_value_is_named_as_people_say_it(value: Json, word: str) -> None:
    assert in_a_word(value) == word


def test_steps_names_and_choices_are_written_as_people_read_them() -> None:
    assert written(("k", 0)) == "['k'][0]"
    assert listed(["a", "b"]) == "a, b"
    assert either(["a", "b", "c"]) == "a, b or c"
