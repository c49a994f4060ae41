from hypothesis import given
from hypothesis import strategies as st

from app.store.search.groups import groups_of, quoted, rarest

DATES = [f"2026-{month:02}-{day:02}" for month in (9, 10, 11) for day in range(1, 29)]


def test_a_text_is_cut_into_groups_each_of_which_is_in_whatever_holds_it() -> None:
    assert groups_of("abc") == ["abc"]
    assert groups_of("aBcD") == ["abc", "bcd"]
    assert groups_of("aaaa") == ["aaa"]


def test_of_a_long_text_groups_from_all_over_are_looked_at() -> None:
    groups = groups_of("".join(map(chr, range(300, 800))))
    assert len(groups) <= 13
    assert groups[-1] == "".join(map(chr, range(797, 800)))


def test_a_quotation_mark_is_written_twice() -> None:
    assert quoted('a"b') == '"a""b"'


def test_what_most_texts_have_is_not_asked_for() -> None:
    asked = rarest(groups_of("2026-10-27"), DATES)
    assert asked[0] == "-27"
    assert "202" not in asked
    assert [one for one in DATES if all(group in one for group in asked)] == ["2026-10-27"]


def test_a_group_beside_which_all_others_are_frequent_is_asked_for_alone() -> None:
    assert rarest(["abc", "202", "026"], DATES) == ["abc"]


def test_groups_that_come_together_are_asked_for_once() -> None:
    assert rarest(groups_of("parquet"), ["x.parquet", "y.parquet", "z.csv"]) == ["par"]


def test_of_groups_in_no_text_some_are_asked_for() -> None:
    assert len(rarest(groups_of("0d95b1fd"), DATES)) == 3


def test_nothing_is_known_of_an_empty_store() -> None:
    assert rarest(groups_of("alpha"), []) == ["alp", "lph", "pha"]


@given(st.text(min_size=3), st.lists(st.text()))
def test_what_is_asked_for_is_in_the_text(searched: str, sample: list[str]) -> None:
    groups = groups_of(searched)
    asked = rarest(groups, sample)
    assert asked
    assert set(asked) <= set(groups)
