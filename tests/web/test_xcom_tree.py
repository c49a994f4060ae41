from hypothesis import given

from app.model.values import Json, Path
from app.web.xcom_tree import Reader, tree_rows
from tests.web.test_fields import JSON

READER = Reader("load", "", "arguments[0]", "/load")
BROKEN = Reader("report", "", "env_vars.X", "/problems/1", is_broken=True)


def check(value: Json, readers: dict[Path, tuple[Reader, ...]], expected: str) -> None:
    """Rows as `depth name value readers+below`, one per line."""
    rows = tree_rows("return_value", value, readers)
    lines = (
        f"{'  ' * row.depth}{row.name} {row.value.text} {len(row.readers)}+{row.below}"
        for row in rows
    )
    assert "\n".join(lines) == expected


def test_a_leaf_stands_under_its_key_with_its_reader() -> None:
    check(
        {"key1": "alpha", "key2": 2},
        {("key1",): (READER,)},
        "return_value {2 keys} 0+1\n  key1 alpha 1+0\n  key2 2 0+0",
    )


def test_what_nobody_reads_stays_folded() -> None:
    check(
        {"stats": {"rows": 1, "text": "x" * 90}, "uri": "u"},
        {("uri",): (READER,)},
        "return_value {2 keys} 0+1\n  stats {2 keys} 0+0\n  uri u 1+0",
    )


def test_a_long_list_shows_its_first_items_and_how_many_more() -> None:
    value: Json = {"ids": [f"id-{n}" for n in range(9)]}
    readers: dict[Path, tuple[Reader, ...]] = {("ids", n): (READER,) for n in range(9)}
    check(
        value,
        readers,
        "return_value {1 key} 0+9\n"
        "  ids [9 items] 0+9\n"
        "    0 id-0 1+0\n"
        "    1 id-1 1+0\n"
        "    7 more  0+7",
    )


def test_what_is_read_as_part_of_the_whole_says_so_and_names_who_pulled_it() -> None:
    value: Json = {"stats": {"mean": 1, "max": 2}, "ids": list("abcdefghi"), "uri": "u"}
    rows = tree_rows("return_value", value, {(): (READER,), ("uri",): (READER,), ("x",): (BROKEN,)})
    told = {row.name: (row.is_read, row.within) for row in rows}
    within = (True, "read as part of the whole, by load")
    assert told == {
        "return_value": (True, ""),
        "stats": within,
        "mean": within,
        "max": within,
        "ids": within,
        "uri": (True, ""),
    }


def test_what_is_broken_read_nothing_around_it() -> None:
    rows = tree_rows("return_value", {"uri": "u"}, {(): (BROKEN,)})
    assert [(row.is_read, row.within) for row in rows][1:] == [(False, "")]


def test_the_leaves_of_a_folded_row_are_told_with_their_paths() -> None:
    value: Json = {"stats": {"mean": 1, "by": [2]}, "uri": "u", "box": [1.5, 2.5], "none": {}}
    rows = {row.name: row for row in tree_rows("return_value", value, {})}
    assert rows["stats"].leaves == (
        ("mean", ("stats", "mean")),
        ("by[0]", ("stats", "by", 0)),
    )
    assert rows["box"].leaves == (("[0]", ("box", 0)), ("[1]", ("box", 1)))
    assert rows["uri"].leaves == rows["none"].leaves == rows["return_value"].leaves == ()


def test_a_reader_that_should_have_read_is_shown_and_not_counted() -> None:
    rows = tree_rows("return_value", {"uri": "u"}, {("uri",): (BROKEN,)})
    assert rows[0].below == 0
    assert rows[1].readers == (BROKEN,)


def test_a_reader_of_what_is_not_there_stands_with_what_is() -> None:
    check("text", {("key1",): (READER,)}, "return_value text 1+0")


@given(JSON)
def test_any_value_makes_a_tree_of_few_rows(value: Json) -> None:
    assert 1 <= len(tree_rows("k", value, {})) <= 500
