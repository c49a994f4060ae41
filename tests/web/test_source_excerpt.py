from app.web.source_excerpt import LineMarks, around, excerpt
from app.web.text import Piece


def test_an_excerpt_counts_lines_from_one_and_ends_with_the_source() -> None:
    lines = excerpt("a\nb\nc", first=2, last=9, marks={})
    assert [(line.number, line.pieces) for line in lines] == [
        (2, (Piece("b"),)),
        (3, (Piece("c"),)),
    ]


def test_a_remark_begins_below_the_wrong_part() -> None:
    marks = {1: LineMarks("is-broken", "extarct", "no such task")}
    (line,) = excerpt("pull('extarct')", first=1, last=1, marks=marks)
    assert line.remark == "      └─ no such task"
    assert Piece("extarct", "wrong") in line.pieces


def test_a_doubt_is_underlined_without_red() -> None:
    marks = {1: LineMarks("is-doubtful", "extract")}
    (line,) = excerpt("pull('extract')", first=1, last=1, marks=marks)
    assert Piece("extract", "wrong warning") in line.pieces


def test_a_line_of_megabytes_is_cut() -> None:
    (line,) = excerpt("x" * 1_000_000, first=1, last=1, marks={})
    assert len(line.pieces[0].text) < 500


def test_the_first_lines_have_none_before_them() -> None:
    assert around(2) == (1, 5)
