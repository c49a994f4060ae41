from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.compare.matching import Matched, matched
from app.lineage.compare.own import own_of
from app.model.ids import RunKey
from app.model.sides import InstanceSide
from tests.lineage.compare.given import BAD, GOOD, instance_of, make_side

PLAIN = (own_of(make_side(GOOD).run).plain, own_of(make_side(BAD).run).plain)


def mapped_over(
    run: RunKey, words: Iterable[str], *, are_names: bool = False
) -> list[InstanceSide]:
    return [
        instance_of(
            run,
            "load",
            map_index=n,
            name=word if are_names else str(n),
            got={"arguments": ["--mode=full", word]},
        )
        for n, word in enumerate(words)
    ]


def told(pairs: Iterable[Matched]) -> str:
    return " ".join(
        "".join("-" if one is None else str(one.key.map_index) for one in pair) for pair in pairs
    )


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        # Nothing moved: by index, whatever changed.
        ("abc", "abc", "00 11 22"),
        ("abc", "axc", "00 11 22"),
        ("abc", "xyz", "00 11 22"),
        ("ab", "abc", "00 11 -2"),
        ("abc", "ab", "00 11 2-"),
        # One was put in, or taken out, in the middle.
        ("abcd", "axbcd", "00 12 23 34 -1"),
        ("abcd", "acd", "00 21 32 1-"),
        # One was put in and another one changed.
        ("abcd", "zaxcd", "01 23 34 12 -0"),
        # Values that are there twice tell nothing.
        ("aab", "aaxb", "00 11 22 -3"),
        ("a", "a", "00"),
        ("", "ab", "-0 -1"),
        ("ab", "", "0- 1-"),
    ],
)
def test_mapped_instances_are_matched_by_what_they_got(
    left: str, right: str, expected: str
) -> None:
    pairs = matched(mapped_over(GOOD, left), mapped_over(BAD, right), plain=PLAIN)
    assert told(pairs) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (["eu", "us", "uk"], ["eu", "fr", "us", "uk"], "00 12 23 -1"),
        (["eu", "us"], ["us", "fr"], "0- 10 -1"),
    ],
)
def test_those_with_names_are_matched_by_them(
    left: list[str], right: list[str], expected: str
) -> None:
    before, after = (
        mapped_over(run, names, are_names=True) for run, names in ((GOOD, left), (BAD, right))
    )
    assert told(matched(before, after, plain=PLAIN)) == expected


def test_a_runs_own_words_do_not_hide_what_they_got() -> None:
    left = [f"s3://a/2026-11-20/{one}" for one in "abc"]
    right = [f"s3://a/2026-11-21/{one}" for one in "xabc"]
    pairs = matched(mapped_over(GOOD, left), mapped_over(BAD, right), plain=PLAIN)
    assert told(pairs) == "01 12 23 -0"


def test_a_task_that_was_mapped_later_is_another() -> None:
    pairs = matched([instance_of(GOOD, "load")], mapped_over(BAD, "ab"), plain=PLAIN)
    assert told(pairs) == "-1- -0 -1"


def test_without_their_fields_they_are_matched_by_index() -> None:
    left = [instance_of(GOOD, "load", map_index=n) for n in range(2)]
    pairs = matched(left, mapped_over(BAD, "abc"), plain=PLAIN)
    assert told(pairs) == "00 11 -2"


words = st.lists(st.sampled_from("abcdef"), max_size=8)


@pytest.mark.parametrize("are_names", [True, False])
@given(left=words, right=words)
def test_every_instance_is_in_exactly_one_pair(
    left: list[str], right: list[str], *, are_names: bool
) -> None:
    before = mapped_over(GOOD, left, are_names=are_names)
    after = mapped_over(BAD, right, are_names=are_names)
    pairs = matched(before, after, plain=PLAIN)
    assert _keys(one for one, _ in pairs) == _keys(before)
    assert _keys(other for _, other in pairs) == _keys(after)
    back = matched(after, before, plain=PLAIN[::-1])
    assert {_key(pair) for pair in pairs} == {_key(pair[::-1]) for pair in back}


def _keys(instances: Iterable[InstanceSide | None]) -> list[int]:
    return sorted(one.key.map_index for one in instances if one)


def _key(pair: tuple[InstanceSide | None, ...]) -> tuple[int | None, ...]:
    return tuple(one.key.map_index if one else None for one in pair)
