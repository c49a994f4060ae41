from hypothesis import given
from hypothesis import strategies as st

from app.lineage.fields import address, at, every_leaf, found_at, leaves, preview, text_of, tree
from app.model.values import Json, Path


def test_environment_variables_stand_under_their_names() -> None:
    rendered = [
        {"name": "A", "value": "1", "value_from": None},
        {"name": "IP", "value": None, "value_from": {"field_ref": {"field_path": "status.podIP"}}},
    ]
    assert tree("env_vars", rendered) == {  # type: ignore[arg-type]  # JSON, though not spelled so
        "A": "1",
        "IP": {"field_ref": {"field_path": "status.podIP"}},
    }


def test_airflow_2_writes_them_as_python_text() -> None:
    assert tree("env_vars", "[{'name': 'A',\n 'value': '1'}]") == {"A": "1"}
    assert tree("env_vars", "[{broken") == "[{broken"


def test_addresses_are_written_as_the_interface_names_them() -> None:
    assert address("arguments", (0,)) == "arguments[0]"
    assert address("op_kwargs", ("x", "y", 1)) == "op_kwargs.x.y[1]"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(value=json_values)
def test_each_leaf_stands_at_its_path(value: object) -> None:
    for path, leaf in leaves(value):  # type: ignore[arg-type]  # JSON, though not spelled so
        assert at(value, path) == leaf  # type: ignore[arg-type]  # likewise


def test_a_long_value_is_previewed_by_its_end() -> None:
    assert preview("x" * 500 + "end").endswith("end")
    assert len(preview("x" * 500)) == 200
    assert text_of({"ü": 1}) == '{"ü": 1}'


def test_what_is_not_there_is_found_to_be_nothing() -> None:
    value: Json = {"a": [1, {"b": None}]}
    paths: list[Path] = [("a", 0), ("a", 1, "b"), ("a", 2), ("a", "0"), ("a", 0, "x"), ("c",)]
    assert [found_at(value, path) for path in paths] == [1, None, None, None, None, None]


def test_empty_collections_and_nulls_are_leaves() -> None:
    value: Json = {"rows": [], "stats": {}, "none": None, "deep": [{"a": 1}]}
    assert list(every_leaf(value)) == [
        (("rows",), []),
        (("stats",), {}),
        (("none",), None),
        (("deep", 0, "a"), 1),
    ]


def test_what_stands_too_deep_is_one_leaf() -> None:
    value: Json = {"a": {"b": {"c": 1}}, "d": [[2]]}
    assert list(every_leaf(value, deepest=2)) == [(("a", "b"), {"c": 1}), (("d", 0), [2])]
