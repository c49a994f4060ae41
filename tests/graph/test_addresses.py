import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.graph.addresses import PortPath, address, found, joined, label, preview
from app.model.values import Json, Path


@pytest.mark.parametrize(
    ("key", "path", "expected"),
    [
        ("return_value", (), "return_value"),
        ("return_value", ("tiles_uri",), "tiles_uri"),
        ("return_value", ("result", "rows", 0), "result.rows[0]"),
        ("return_value", ("a b",), "['a b']"),
        ("return_value", (None, "png_uri"), "[*].png_uri"),
        ("stats", ("mean",), "stats.mean"),
        ("stats", (), "stats"),
    ],
)
def test_a_label_is_the_shortest_clear_name(key: str, path: PortPath, expected: str) -> None:
    assert label(key, path) == expected


def test_an_address_is_written_as_in_a_template() -> None:
    assert address("return_value", ("rows", 0, None)) == "return_value['rows'][0][*]"


def test_positions_that_differ_become_each_item() -> None:
    paths: list[Path] = [("ids", 0), ("ids", 1), ("uri",)]
    assert joined(paths) == {
        ("ids", 0): ("ids", None),
        ("ids", 1): ("ids", None),
        ("uri",): ("uri",),
    }


def test_one_position_alone_stays_itself() -> None:
    assert joined([("ids", 3)]) == {("ids", 3): ("ids", 3)}


@given(st.lists(st.lists(st.integers() | st.text(), max_size=4).map(tuple)))
def test_every_path_has_a_port(paths: list[Path]) -> None:
    assert set(joined(paths)) == set(paths)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        ({"a": 1}, "{1 key}"),
        ([1, 2], "[2 items]"),
        (None, "null"),
        (True, "true"),
        (1, "1"),
        (12345678901234567890, "12345678901234567890"),
    ],
)
def test_a_preview_is_one_line(value: Json, expected: str) -> None:
    assert preview(value) == expected


@pytest.mark.parametrize("value", [None, 3, "text", [], {"a": 1}])
def test_nothing_is_found_where_nothing_is(value: Json) -> None:
    with pytest.raises(LookupError):
        found(value, ("missing",))


def test_each_item_is_the_list() -> None:
    assert found({"ids": [1, 2]}, ("ids", None)) == [1, 2]
