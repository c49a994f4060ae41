import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.query.regex.spanning import span
from tests.query.regex.test_searching import characters, flags, patterns, pythons_match


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"part-\d+", "s3://part-17/part-2", (5, 12)),
        (r"^a+", "baa", None),
        (r"a+$", "aabaa", (3, 5)),
        (r"\bz14\b", "xz14 z14", (5, 8)),
        (r"x|xy", "axy", (1, 3)),
        (r"a*", "baa", (0, 0)),
        (r"(?i)TILES", "my Tiles", (3, 8)),
        (r"a$", "a\n", (0, 1)),
        (r"", "", (0, 0)),
    ],
)
def test_the_first_match_is_told_as_long_as_it_is(
    pattern: str, text: str, expected: tuple[int, int] | None
) -> None:
    assert span(pattern, text) == expected


def test_a_text_that_is_too_much_work_is_left_alone() -> None:
    assert span(r"(a?){50}b", "a" * 16_000 + "b") is None


@settings(max_examples=200)
@given(pattern=patterns, flag=flags, text=st.text(characters, max_size=8))
def test_it_begins_where_pythons_match_does_and_matches(pattern: str, flag: str, text: str) -> None:
    whole = flag + pattern
    expected, found = pythons_match(whole, text), span(whole, text)
    assert (found is None) is (expected is None)
    if found and expected:
        assert found[0] == expected.start()
        assert found[1] >= expected.end()
