import pytest

from app.query.nearness import meant
from app.query.scopes import EXAMPLES


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("dags", "dag"), ("dga", "dag"), ("tasks", "task"), ("tsk", "task"), ("ruun", "run"),
        ("Deploymnt", "deployment"), ("stete", "state"), ("sicne", "since"), ("unti", "until"),
        ("dag_id", "dag"), ("status", "state"), ("regex", "re"), ("before", "until"),
    ],
)  # fmt: skip
def test_a_slip_is_told(word: str, right: str) -> None:
    assert meant(word, EXAMPLES) == right


@pytest.mark.parametrize(
    "word",
    ["tag", "day", "bag", "rum", "date", "image", "sha256", "min", "win", "s3", "da", "http",
     "from", "env", "bath", "name", "type", "size", "host", "12", "таблица"],
)  # fmt: skip
def test_words_of_their_own_are_left_alone(word: str) -> None:
    assert meant(word, EXAMPLES) is None
