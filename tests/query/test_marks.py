from hypothesis import given
from hypothesis import strategies as st

from app.query.marks import Spans, marks
from app.query.terms import (
    Begins,
    Compared,
    Condition,
    Contains,
    Is,
    Matches,
    Named,
    Query,
    Scope,
    Sign,
    Term,
)

TEXT = "s3://Lake/z14/tiles-z14.parquet"


def check(text: str, *conditions: Condition, marked: str) -> None:
    """`marked`: the text with what is marked in angle brackets."""
    found = marks(Query(tuple(map(Term, conditions))), text)
    assert _shown(text, found) == marked


def _shown(text: str, spans: Spans) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}<{text[start:end]}>{text[end:]}"
    return text


def test_every_place_that_contains_it_is_marked_in_either_case() -> None:
    check(TEXT, Contains("Z14"), marked="s3://Lake/<z14>/tiles-<z14>.parquet")
    check(TEXT, Contains("lake"), marked="s3://<Lake>/z14/tiles-z14.parquet")


def test_only_the_letters_a_to_z_are_alike_in_both_cases() -> None:
    check("straße É é", Contains("é"), marked="straße É <é>")
    check("İz", Contains("z"), marked="İ<z>")


def test_marks_that_overlap_or_touch_are_one() -> None:
    check("abcdef", Contains("bcd"), Contains("cde"), Contains("f"), marked="a<bcdef>")


def test_a_beginning_and_a_pattern_are_marked() -> None:
    check(TEXT, Begins("s3://"), marked="<s3://>Lake/z14/tiles-z14.parquet")
    check(TEXT, Matches(r"z\d+\.", ""), marked="s3://Lake/z14/tiles-<z14.>parquet")


def test_the_whole_is_marked_where_nothing_less_is() -> None:
    check("14", Compared(("zoom",), Sign.MORE, 3.0), marked="<14>")
    check("abc", Is("abc"), marked="<abc>")
    check("abc", Is("abc"), Contains("b"), marked="a<b>c")
    check("", Is(""), marked="")


def test_names_and_what_should_not_be_there_mark_nothing() -> None:
    check("geo", Named(Scope.DAG, "geo"), marked="geo")
    assert marks(Query((Term(Contains("x"), is_negated=True),)), "x") == ()


def test_a_pattern_that_matches_nothing_at_all_marks_nothing() -> None:
    check("abc", Matches("b*", ""), marked="abc")


@given(st.text(), st.lists(st.text(), max_size=4))
def test_marks_are_in_order_and_apart(text: str, needles: list[str]) -> None:
    found = marks(Query(tuple(Term(Contains(one)) for one in needles)), text)
    ends = [at for span in found for at in span]
    assert ends == sorted(set(ends))
    assert all(0 <= at <= len(text) for at in ends)
