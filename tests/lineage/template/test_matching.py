import re

from hypothesis import given
from hypothesis import strategies as st

from app.lineage.template.holes import ANYTHING
from app.lineage.template.matching import fits, place

known = st.text("ab", max_size=4)
parts = st.lists(
    st.lists(known | st.just(ANYTHING), max_size=3).map("".join), min_size=1, max_size=4
)


@given(pieces=parts, text=st.text("ab", max_size=12))
def test_a_pattern_fits_what_a_regular_expression_fits(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split(ANYTHING))), text)
    assert fits(pattern, text) == (expected is not None)


@given(pieces=parts, text=st.text("ab", max_size=12))
def test_the_places_of_the_parts_cover_the_text_in_order(pieces: list[str], text: str) -> None:
    found = place(pieces, text)
    if found is None:
        return
    for piece, (start, end) in zip(pieces, found.ranges, strict=True):
        assert 0 <= start <= end <= len(text)
        assert fits(piece, text[start:end])


def test_known_parts_stand_exactly_where_they_are() -> None:
    found = place(["--in=", "s3://x", "/", ANYTHING, "-end"], "--in=s3://x/2026-end")
    assert found is not None
    assert found.ranges == ((0, 5), (5, 11), (11, 12), (12, 16), (16, 20))


def test_a_long_text_with_many_wildcards_is_matched_in_one_pass() -> None:
    assert not fits(f"a{ANYTHING}" * 200 + "b", "a" * 100_000)
