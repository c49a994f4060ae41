from hypothesis import given
from hypothesis import strategies as st

from app.lineage.beginnings import holds, is_on_one_way, shared, shared_ends

WORDS = st.text("ab", max_size=6)


@given(WORDS, WORDS, WORDS)
def test_counts_what_two_begin_with_alike(head: str, one: str, other: str) -> None:
    number = shared(head + one, head + other)
    assert number >= len(head)
    assert (head + one)[:number] == (head + other)[:number]
    assert (head + one)[: number + 1] != (head + other)[: number + 1] or one == other


@given(WORDS, WORDS, WORDS, WORDS)
def test_the_ends_of_two_texts_never_overlap(head: str, one: str, other: str, tail: str) -> None:
    before, after = head + one + tail, head + other + tail
    start, end = shared_ends(before, after)
    assert start + end <= min(len(before), len(after))
    assert before[:start] == after[:start]
    assert before[len(before) - end :] == after[len(after) - end :]


def test_a_path_holds_itself_and_what_is_below() -> None:
    assert holds(("a",), ("a", 0))
    assert holds((), ("a",))
    assert holds(("a",), ("a",))
    assert not holds(("a", 0), ("a",))
    assert not holds(("a",), ("ab",))


def test_paths_are_on_one_way_when_one_leads_into_the_other() -> None:
    assert is_on_one_way(("a", 0), ("a",))
    assert is_on_one_way(("a",), ("a", 0))
    assert not is_on_one_way(("a", 0), ("a", 1))
