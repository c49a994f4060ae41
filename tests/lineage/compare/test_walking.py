import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.compare.comparison import ChangeKind
from app.lineage.compare.walking import Differences, differences
from app.lineage.fields import address
from app.model.values import Json

scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=3)
values: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=25,
)


def told(found: Differences) -> list[str]:
    return [
        f"{one.kind.value} {address('$', one.left_path or one.right_path or ())} "
        f"{json.dumps(one.left)} {json.dumps(one.right)}"
        for one in found.leaves
    ]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": 1}, {"a": 2}, ["changed $.a 1 2"]),
        ({"a": "s3://x"}, {"a": None}, ['changed $.a "s3://x" null']),
        ({"a": None}, {}, ["vanished $.a null null"]),
        ({}, {"a": {"b": [1, 2]}}, ["added $.a.b[0] null 1", "added $.a.b[1] null 2"]),
        ({"a": 1}, {"a": True}, ["changed $.a 1 true"]),
        ({"a": 1}, {"a": 1.0}, ["changed $.a 1 1.0"]),
        ({"a": float("nan")}, {"a": float("nan")}, []),
        ({"a": []}, {"a": {}}, ["changed $.a [] {}"]),
        ({"a": "x"}, {"a": {"b": 1}}, ['changed $.a "x" {"b": 1}']),
        ([1, 2, 3], [1, 9, 2, 3], ["added $[1] null 9"]),
        ([1, 2, 3, 4], [1, 3, 4], ["vanished $[1] 2 null"]),
        (["a", "b", "c"], ["a", "x", "c"], ['changed $[1] "b" "x"']),
        (
            ["x", "a", "m", "b"],
            ["a", "m", "n", "b"],
            ['vanished $[0] "x" null', 'added $[2] null "n"'],
        ),
        ([{"id": 1, "n": 1}, {"id": 2}], [{"id": 1, "n": 5}, {"id": 2}], ["changed $[0].n 1 5"]),
        ([{"a": 1}], {"a": 1}, ["vanished $[0].a 1 null", "added $.a null 1"]),
    ],
)  # fmt: skip
def test_it_tells_the_leaves_that_differ(left: Json, right: Json, expected: list[str]) -> None:
    assert told(differences(left, right)) == expected


def test_an_item_that_moved_is_told_with_both_its_places() -> None:
    found = differences({"args": ["a", "b"]}, {"args": ["new", "a", "b"]})
    assert found.moved == [(("args", 0), ("args", 1)), (("args", 1), ("args", 2))]


def test_names_that_are_alike_are_one() -> None:
    found = differences({"2026-11-20": 1}, {"2026-11-21": 2}, lambda *_: True)
    assert [(one.left_path, one.right_path) for one in found.leaves] == [
        (("2026-11-20",), ("2026-11-21",))
    ]


def test_more_differences_than_anybody_reads_are_counted() -> None:
    found = differences(list(range(1000)), [n + 5000 for n in range(1000)])
    assert len(found.leaves) == 400
    assert found.unshown == 600


def test_what_is_deeper_than_anybody_looks_is_one_leaf() -> None:
    left: Json = 1
    right: Json = 2
    for _ in range(200):
        left, right = [left], [right]
    assert len(differences(left, right).leaves) == 1


@given(values)
def test_a_value_does_not_differ_from_itself(value: Json) -> None:
    assert differences(value, json.loads(json.dumps(value))).leaves == []


@given(values, values)
def test_the_other_way_round_what_was_added_vanished(left: Json, right: Json) -> None:
    there, back = differences(left, right), differences(right, left)
    assert _counts(there, ChangeKind.ADDED) == _counts(back, ChangeKind.VANISHED)
    assert _counts(there, ChangeKind.CHANGED) == _counts(back, ChangeKind.CHANGED)
    assert there.unshown == back.unshown


def _counts(found: Differences, kind: ChangeKind) -> int:
    return sum(one.kind is kind for one in found.leaves)


@given(values, values)
def test_values_that_do_not_differ_are_equal(left: Json, right: Json) -> None:
    is_equal = json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
    assert (differences(left, right).leaves == []) is is_equal
