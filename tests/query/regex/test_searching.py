import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.query.regex.searching import search

characters = st.sampled_from([*"abkKsS_1 \nжЖé", *"\u212a\u017f\u0131\u0130"])
atoms = st.one_of(
    characters.map(re.escape),
    st.sampled_from([".", r"\w", r"\W", r"\d", r"\s", "[a-k]", "[^a]", "[Жé]", r"[\w-]", "[k]"]),
    st.sampled_from(["^", "$", r"\b", r"\B", r"\A", r"\Z"]),
)
patterns = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?"])),
        st.builds("({})".format, inner),
        st.builds("(?{}:{})".format, st.sampled_from(["i", "s", "m", "a", "i-s"]), inner),
    ),
    max_leaves=5,
)
flags = st.sampled_from(["", "(?i)", "(?s)", "(?m)", "(?im)", "(?a)", "(?ia)"])


def pythons_match(pattern: str, text: str) -> re.Match[str] | None:
    """The first one. Python 3.11's search misses what its match finds: `(?a:\\W)` in "é"."""
    compiled = re.compile(pattern)
    found = (compiled.match(text, at) for at in range(len(text) + 1))
    return next((match for match in found if match), None)


@settings(max_examples=200)
@given(pattern=patterns, flag=flags, text=st.text(characters, max_size=8))
def test_what_python_finds_is_found(pattern: str, flag: str, text: str) -> None:
    whole = flag + pattern
    assert search(whole).found_in(text) is bool(pythons_match(whole, text))


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(a|a)*b",
        r"(?:a*)*c",
        r"(\w+\s?)*x$",
        r".*.*.*.*=",
        r"(a|aa)+$",
        r"(a?){50}a{50}b",
    ],
)
def test_no_pattern_takes_longer_than_its_text(pattern: str) -> None:
    began = time.process_time()
    assert not search(pattern).found_in("a" * 16_384 + "\n\n!")
    assert time.process_time() - began < 2


def test_what_is_remembered_has_an_end() -> None:
    wanted = search("(a|b)*a(a|b){12}c")
    bits = "".join("ab"[(number * number >> 3) % 2] for number in range(60_000))
    assert not wanted.found_in(bits)
    assert wanted._remembered <= 20_000
    assert wanted.found_in(bits + "abbbbbbbbbbbbc")
