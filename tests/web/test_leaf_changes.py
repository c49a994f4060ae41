import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.values import Json
from app.web.leaf_changes import (
    MOST_LEAVES,
    Change,
    Side,
    compared,
    field_leaves,
    side,
    sides,
    xcom_leaves,
)
from tests.build import make_xcom

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def told(before: dict[str, Json], after: dict[str, Json]) -> list[str]:
    return [f"{leaf.change} {leaf.address}" for leaf in compared(before, after)]


def marked(side: Side) -> str:
    """The text with what is marked in brackets."""
    return "".join(f"[{one.text}]" if one.css else one.text for one in side.pieces)


def test_leaves_are_changed_added_gone_or_the_same() -> None:
    before: dict[str, Json] = {"crs": "EPSG:3857", "uri": "s3://a/1", "old": 1}
    after: dict[str, Json] = {"new": None, "uri": "s3://a/2", "crs": "EPSG:3857"}
    assert told(before, after) == ["added new", "changed uri", "same crs", "gone old"]


def test_one_and_true_and_its_text_are_not_the_same() -> None:
    assert told({"a": 1, "b": 1, "c": 0}, {"a": True, "b": "1", "c": 0.0}) == [
        "changed a",
        "changed b",
        "changed c",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("s3://a/1/x", "s3://a/2/x", ("s3://a/[1]/x", "s3://a/[2]/x")),
        ("aa", "aaa", ("aa", "aa[a]")),
        (14, "14", ("14", "14")),
        ("", "new", ("", "[new]")),
        ("a" * 250 + "z", "b" * 250 + "z", (f"[{'a' * 250}]z", f"[{'b' * 250}]z")),
    ],
)
def test_two_texts_are_marked_where_they_differ(
    before: Json, after: Json, shown: tuple[str, str]
) -> None:
    old, new = sides(before, after)
    assert (marked(old), marked(new)) == shown


def test_a_long_value_folds() -> None:
    old, new = sides("x" * 10_000, "y")
    assert old.pieces == ()
    assert old.fold is not None
    assert marked(new) == "y"


def test_xcoms_are_named_as_everywhere_and_bounded() -> None:
    xcoms = (make_xcom(value={"rows": [7]}), make_xcom(value={"x": 1}, key="stats"))
    assert xcom_leaves(xcoms) == {"return_value.rows[0]": 7, "stats.x": 1}
    assert len(xcom_leaves((make_xcom(value=list(range(MOST_LEAVES + 9))),))) == MOST_LEAVES


def test_leaves_that_read_alike_are_told_apart() -> None:
    xcoms = (
        make_xcom(value={"tiles": 1, "a.b": 2, "a": {"b": 3}}),
        make_xcom(value=4, key="tiles"),
    )
    assert sorted(map(str, xcom_leaves(xcoms).values())) == ["1", "2", "3", "4"]


def test_an_xcom_that_is_not_whole_is_one_leaf() -> None:
    assert xcom_leaves((make_xcom(value={"a": 1}, truncated=True),)) == {"return_value": {"a": 1}}


def test_fields_are_named_as_on_the_page_of_the_task() -> None:
    rendered: dict[str, Json] = {"arguments": ["--x", "1"], "env_vars": {"A": "b"}, "cmds": []}
    assert field_leaves(rendered) == {
        "arguments[0]": "--x",
        "arguments[1]": "1",
        "env_vars.A": "b",
    }
    assert field_leaves(None) == {}


@given(JSON)
def test_a_value_is_the_same_as_itself(value: Json) -> None:
    found = xcom_leaves((make_xcom(value=value),))
    assert {leaf.change for leaf in compared(found, found)} <= {Change.SAME}


@given(st.text(max_size=30), st.text(max_size=30))
def test_marks_lose_no_character(before: str, after: str) -> None:
    old, new = sides(before, after)
    assert "".join(one.text for one in old.pieces) == before
    assert "".join(one.text for one in new.pieces) == after


def test_not_a_number_is_as_ever_not_itself_but_shown() -> None:
    (leaf,) = compared({"a": math.nan}, {"a": math.nan})
    assert leaf.change in {Change.SAME, Change.CHANGED}
    assert leaf.after is not None
    assert marked(leaf.after) == "NaN"


def test_a_masked_side_says_so_and_is_not_marked_character_by_character() -> None:
    before, after = sides("***", "***a1b2c3d4e5f6")
    assert (before.is_masked, after.is_masked) == (True, True)
    assert [piece.css for piece in (*before.pieces, *after.pieces)] == ["", ""]
    assert not side("plain").is_masked
