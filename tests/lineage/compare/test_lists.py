import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.compare.lists import item_pairs

items = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("abc", "abc", "aa bb cc"),
        ("abc", "abxc", "aa bb -x cc"),
        ("abc", "ac", "aa b- cc"),
        ("abc", "xbz", "ax bb cz"),
        ("ab", "", "a- b-"),
        ("", "a", "-a"),
        ("abcd", "dabc", "-d aa bb cc d-"),
        ("vvxw", "vxw", "vv v- xx ww"),
    ],
)
def test_items_that_are_the_same_are_pairs(left: str, right: str, expected: str) -> None:
    pairs = item_pairs(left, right)
    shown = [f"{'-' if i is None else left[i]}{'-' if j is None else right[j]}" for i, j in pairs]
    assert " ".join(shown) == expected


@given(items, items)
def test_every_item_is_in_one_pair_and_keeps_its_order(left: list[str], right: list[str]) -> None:
    pairs = list(item_pairs(left, right))
    assert [i for i, _ in pairs if i is not None] == list(range(len(left)))
    assert [j for _, j in pairs if j is not None] == list(range(len(right)))


@given(items, items)
def test_it_is_the_same_the_other_way_round(left: list[str], right: list[str]) -> None:
    there = sorted(item_pairs(left, right), key=str)
    back = sorted(((i, j) for j, i in item_pairs(right, left)), key=str)
    assert there == back


def test_long_lists_that_repeat_themselves_take_little_time() -> None:
    began = time.process_time()
    list(item_pairs("ab" * 2500, "ba" * 2500 + "c"))
    list(item_pairs([str(n % 97) for n in range(5000)], [str(n % 89) for n in range(5000)]))
    list(item_pairs([str(n) for n in range(60_000)], [str(n) for n in range(60_000, 0, -1)]))
    assert time.process_time() - began < 2
