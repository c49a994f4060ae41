from hypothesis import given
from hypothesis import strategies as st

from app.web.marked import changed, coded, marked
from app.web.text import Piece


def test_the_wrong_part_is_marked_where_it_first_stands() -> None:
    assert marked("pull('extarct')", "extarct") == (
        Piece("pull('"),
        Piece("extarct", "wrong"),
        Piece("')"),
    )


def test_a_wrong_part_that_stands_nowhere_marks_nothing() -> None:
    assert marked("pull", "other") == (Piece("pull"),)
    assert marked("", "") == ()


def test_a_correction_marks_what_was_removed_and_added() -> None:
    before, after = changed("pull('prepare')", "pull('features.prepare')")
    assert before == (Piece("pull('"), Piece("prepare')"))
    assert Piece("features.", "added") in after


def test_what_stands_between_backticks_is_code() -> None:
    assert coded("use `| tojson` here") == (
        Piece("use "),
        Piece("| tojson", "code"),
        Piece(" here"),
    )
    assert coded("`x`") == (Piece("x", "code"),)
    assert coded("") == ()


@given(st.text(), st.text())
def test_pieces_joined_are_the_texts_again(before: str, after: str) -> None:
    old, new = changed(before, after)
    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == after
    assert "".join(piece.text for piece in marked(before, after)) == before


def test_texts_too_long_to_compare_are_replaced_as_a_whole() -> None:
    assert changed("a" * 5000, "b") == ((Piece("a" * 5000, "removed"),), (Piece("b", "added"),))
