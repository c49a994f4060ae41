from hypothesis import given
from hypothesis import strategies as st

from app.web.marked import changed, coded, differing, marked, spotted
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


def test_what_was_found_is_marked_wherever_it_stands() -> None:
    assert spotted("s3://z14/z14.json", [(5, 8), (9, 12)], 40) == (
        Piece("s3://"),
        Piece("z14", "found"),
        Piece("/"),
        Piece("z14", "found"),
        Piece(".json"),
    )
    assert spotted("abc", [], 40) == (Piece("abc"),)


def test_a_long_text_is_cut_around_its_first_mark() -> None:
    text = "a" * 500 + "needle" + "b" * 500
    begin, before, found, after = spotted(text, [(500, 506)], 40)
    assert begin == Piece("…")
    assert found == Piece("needle", "found")
    assert len(before.text + found.text + after.text) == 40
    assert abs(len(before.text) - len(after.text)) <= 1


def test_a_long_text_is_shown_from_its_start_or_to_its_end_where_the_mark_is_there() -> None:
    assert spotted("needle" + "b" * 500, [(0, 6)], 40) == (
        Piece("needle", "found"),
        Piece("b" * 34),
    )
    begin, before, found = spotted("a" * 500 + "needle", [(500, 506)], 40)
    assert (begin, found) == (Piece("…"), Piece("needle", "found"))
    assert len(before.text) == 34


@given(
    st.text(min_size=1),
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))),
    st.integers(1, 60),
)
def test_what_is_shown_is_a_part_of_the_text(
    text: str, ends: list[tuple[int, int]], room: int
) -> None:
    apart: list[tuple[int, int]] = []
    for start, end in sorted((min(pair), max(pair)) for pair in ends):
        if (apart[-1][1] if apart else 0) < start < end:
            apart.append((start, end))
    inside = [(a, min(b, len(text))) for a, b in apart if a < len(text)]
    pieces = spotted(text, inside, room)
    shown = "".join(piece.text for piece in pieces)
    assert shown in (text, *(f"…{text[at : at + room]}" for at in range(len(text))), text[:room])


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


def test_two_texts_are_shown_around_what_differs() -> None:
    before, after = differing(f"{'a' * 100}/2026/{'b' * 100}", f"{'a' * 100}/2027/{'b' * 100}")
    assert before == (Piece(f"…{'a' * 68}/202"), Piece("6", "removed"), Piece(f"/{'b' * 71}…"))
    assert after == (Piece(f"…{'a' * 68}/202"), Piece("7", "added"), Piece(f"/{'b' * 71}…"))


def test_words_that_have_little_in_common_are_marked_as_a_whole() -> None:
    before, after = differing("x/calm-tiger/y", "x/brave-otter/y")
    assert [piece.text for piece in before if piece.css] == ["calm-tig"]
    assert [piece.text for piece in after if piece.css] == ["brave-ott"]


@given(st.text(max_size=40), st.text(max_size=40))
def test_short_texts_are_shown_whole(before: str, after: str) -> None:
    old, new = differing(before, after)
    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == after


def test_a_great_difference_is_cut() -> None:
    before, _ = differing("x" * 100_000, "y" * 100_000)
    assert before == (Piece("x" * 320 + "…", "removed"),)
