import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query.typed import Word, word_at, words


def check(text: str, *expected: str) -> None:
    assert [word.text for word in words(text)] == list(expected)


def test_words_stand_between_spaces() -> None:
    check("  z14/tiles\tdag:geo_*  -in:env ", "z14/tiles", "dag:geo_*", "-in:env")
    check("   ")


def test_quotes_and_patterns_hold_their_spaces() -> None:
    check('\'two words\' "a b" -"c d"', "'two words'", '"a b"', '-"c d"')
    check("dag:\"a b\" name='x y' rest", 'dag:"a b"', "name='x y'", "rest")
    check(r"re:/a b\/c/ -re:/ a/i x", r"re:/a b\/c/", "-re:/ a/i", "x")
    check("re:/a/b c/ path:a['b c'].d", "re:/a/b c/", "path:a['b c'].d")
    check(r'"a \" b" c', r'"a \" b"', "c")


def test_an_apostrophe_or_a_slash_inside_a_word_holds_nothing() -> None:
    check("don't say it's a/b c/d", "don't", "say", "it's", "a/b", "c/d")


def test_what_is_not_closed_goes_on_to_the_end() -> None:
    check('dag:"geo til', 'dag:"geo til')
    check("re:/a b", "re:/a b")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (0, Word("dag:ge", 0)),
        (6, Word("dag:ge", 0)),
        (7, Word("", 7)),
        (9, Word("x", 8)),
        (99, Word("", 9)),
    ],
)
def test_the_word_at_the_caret(at: int, expected: Word) -> None:
    assert word_at("dag:ge  x", at) == expected


@given(st.text(alphabet="ab \"'-:re/\\\t"))
def test_words_are_parts_of_the_text_and_between_them_is_only_space(text: str) -> None:
    at = 0
    for word in words(text):
        assert text[at : word.start].strip() == ""
        assert text[word.start : word.end] == word.text != ""
        at = word.end
    assert text[at:].strip() == ""
