import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.query.matching import lowered
from app.query.regex.literal import literal
from app.query.regex.reading import read
from tests.query.regex.test_searching import characters, flags, patterns


@settings(max_examples=200)
@given(pattern=patterns, flag=flags, text=st.text(characters, max_size=12), data=st.data())
def test_every_match_contains_it(pattern: str, flag: str, text: str, data: st.DataObject) -> None:
    found = literal(read(flag + pattern))
    text = data.draw(st.sampled_from([text, text + found, found.upper(), found + text]))
    assume(re.search(flag + pattern, text))
    assert lowered(found) in lowered(text)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"part-\d+\.parquet", ".parquet"),
        (r"s3://(lake|raw)/x", "s3://"),
        (r"(?:abc)+d", "abcd"),
        (r"ab{2,3}c", "ab"),
        (r"(?:abc){3}", "abcabcabc"),
        (r"\bfoo\b", "foo"),
        (r"foo|foobar", "foo"),
        (r"foo|bar", ""),
        (r"(?:foo)?", ""),
        (r"(?:foo)*bar", "bar"),
        (r"\d+", ""),
        (r"(?i)customer", "tomer"),
        (r"(?i)Éa", "a"),
        (r"Éa", "Éa"),
        (r"x{1000}", "x" * 200),
    ],
)
def test_it_is_the_longest_text_that_is_sure(pattern: str, expected: str) -> None:
    assert literal(read(pattern)) == expected


def test_letters_that_the_flag_i_takes_for_others_are_not_sure() -> None:
    every = "".join(map(chr, range(0x110000)))
    letters = "".join(re.findall("[a-z]", every, re.IGNORECASE))
    for letter in "abcdefghijklmnopqrstuvwxyz":
        fitting = set(re.findall(letter, letters, re.IGNORECASE))
        is_sure = literal(read(f"(?i){letter}")) == letter
        assert is_sure is (fitting == {letter, letter.upper()})
