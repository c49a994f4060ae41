# ruff: noqa: E501  # a case is read best when it stands on one line
"""Patterns of ids made into real tasks: `load_{t}` is `load_eu`, so t is `eu`."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.source.declaration import (
    Choice,
    DeclaredField,
    DeclaredTask,
    Fixed,
    Handed,
    Items,
    Members,
    Node,
    PythonPull,
    Unsaid,
    Words,
)
from app.lineage.template.holes import hole
from app.lineage.unify import bindings, unified


def pattern(text: str) -> str:
    """A text whose names in braces are holes."""
    return re.sub(r"\{(\w+)\}", lambda match: hole(match[1]), text)


@pytest.mark.parametrize(
    ("ids", "task_id", "found"),
    [
        ("load_{t}", "load_eu", {"t": "eu"}),
        ("{t}", "load", {"t": "load"}),
        ("{t}_load", "eu_load", {"t": "eu"}),
        ("g.{t}.load", "g.eu.load", {"t": "eu"}),
        ("load_{t}", "load_eu_west", {"t": "eu_west"}),
        ("{a}-to-{b}", "x-to-y", {"a": "x", "b": "y"}),
        ("{t}_to_{t}", "x_to_x", {"t": "x"}),
        ("{t}_{t}", "a_b_a_b", {"t": "a_b"}),
        ("{a}_{b}_{a}", "x_y_z_x", {"a": "x", "b": "y_z"}),
        ("load_(x)_{t}", "load_(x)_eu", {"t": "eu"}),
        ("load_{t}", "drop_eu", None),
        ("load_{t}", "load_", None),
        ("load_{t}", "load", None),
        ("{t}_to_{t}", "x_to_y", None),
        ("{a}_{b}", "x_y_z", None),
        ("{a}{b}", "xyz", None),
        ("load", "load", None),
        ("{a}-{b}-{c}-{d}-{e}", "1-2-3-4-5", None),
    ],
)
def test_holes_are_bound_where_there_is_one_way_to_do_it(
    ids: str, task_id: str, found: dict[str, str] | None
) -> None:
    assert bindings(pattern(ids), task_id) == found


NAMES = st.sampled_from(["a", "b", "c"])
FILLING = st.text("xy_", min_size=1, max_size=3)
PATTERNS = st.lists(st.tuples(st.text("xy_", max_size=2), NAMES), min_size=1, max_size=3)


@given(PATTERNS, st.text("xy_", max_size=2), st.dictionaries(NAMES, FILLING, min_size=3))
def test_a_filled_pattern_is_found_again_if_it_could_not_be_filled_otherwise(
    parts: list[tuple[str, str]], end: str, filling: dict[str, str]
) -> None:
    text = "".join(known + filling[name] for known, name in parts) + end
    ids = "".join(known + hole(name) for known, name in parts) + end
    ways = list(_ways([*parts, (end, "")], text, {}))
    used = {name: filling[name] for _, name in parts}
    assert used in ways
    assert bindings(ids, text) == (used if len(ways) == 1 else None)


def _ways(
    parts: list[tuple[str, str]], text: str, found: dict[str, str]
) -> Iterator[dict[str, str]]:
    """Every way to fill the pattern so that it gives the text, tried one after the other."""
    (known, name), rest = parts[0], parts[1:]
    if not text.startswith(known):
        return
    text = text.removeprefix(known)
    if not rest:
        if not text:
            yield found
        return
    for end in range(1, len(text) + 1):
        if found.get(name, text[:end]) == text[:end]:
            yield from _ways(rest, text[end:], {**found, name: text[:end]})


@pytest.mark.parametrize("text", ["x" * 250, "x" * 249 + "y", "y" + "x" * 249])
def test_a_long_id_is_bound_in_no_time(text: str) -> None:
    bindings(pattern("{a}x{b}x{a}x{c}y"), text)


def filled(value: Node, *, tasks: str = "make_eu make load_eu") -> Node:
    """The value of a field of `load_{t}` once that is known to be `load_eu`."""
    task = DeclaredTask(pattern("load_{t}"), fields=(DeclaredField("arguments", value),))
    real = unified(task, "load_eu", tasks.split().__contains__)
    assert real.task_id == "load_eu"
    return real.fields[0].value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Words(pattern("s3://{t}/x"), 3), Words("s3://eu/x", 3)),
        (Words(pattern("s3://{u}/x")), Words(pattern("s3://{u}/x"))),
        (Words(pattern("{{ ti.xcom_pull('make_{t}') }}")), Words("{{ ti.xcom_pull('make_eu') }}")),
        (Words(pattern("{{ ti.xcom_pull('no_{t}') }}")), Words(pattern("{{ ti.xcom_pull('no_{t}') }}"))),
        (Words(pattern("{{ ti.xcom_pull('make')['{t}'] }}")), Words("{{ ti.xcom_pull('make')['eu'] }}")),
        (Handed(pattern("make_{t}")), Handed("make_eu")),
        (Handed(pattern("no_{t}")), Handed(pattern("no_{t}"))),
        (Handed("make", others=(Handed(pattern("make_{t}")),)), Handed("make", others=(Handed("make_eu"),))),
        (Handed("make", pattern("{t}_path")), Handed("make", "eu_path")),
        (Items((Words(pattern("{t}")), Fixed(1))), Items((Words("eu"), Fixed(1)))),
        (Choice((Words(pattern("{t}")), Words("x"))), Choice((Words("eu"), Words("x")))),
        (Members(((pattern("P_{t}"), Words(pattern("{t}"))),)), Members((("P_eu", Words("eu")),))),
        (Unsaid("rows"), Unsaid("rows")),
    ],
)  # fmt: skip
def test_what_is_bound_fills_the_holes_of_the_fields_unless_it_names_no_task(
    before: Node, after: Node
) -> None:
    assert filled(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PythonPull((pattern("make_{t}"),), is_sure=False), PythonPull(("make_eu",), is_sure=True)),
        (PythonPull((pattern("no_{t}"),), is_sure=False), PythonPull((pattern("no_{t}"),), is_sure=False)),
        (PythonPull(("make",), is_sure=False), PythonPull(("make",), is_sure=False)),
        (PythonPull(("make",), key=pattern("{t}_path")), PythonPull(("make",), key="eu_path")),
        (PythonPull(None, key=pattern("{t}_path")), PythonPull(None, key="eu_path")),
        (PythonPull(("make",), dag_id=pattern("{t}")), PythonPull(("make",), dag_id="eu")),
        (PythonPull(("make",), paths=((pattern("{t}"), 0),)), PythonPull(("make",), paths=(("eu", 0),))),
    ],
)  # fmt: skip
def test_what_is_bound_fills_the_pulls_of_the_code(before: PythonPull, after: PythonPull) -> None:
    task = DeclaredTask(pattern("load_{t}"), pulls=(before,))
    assert unified(task, "load_eu", {"make_eu", "make"}.__contains__).pulls == (after,)


def test_what_is_bound_fills_what_expand_kwargs_was_given() -> None:
    task = DeclaredTask(pattern("load_{t}"), expanded=Words(pattern("{t}")))
    assert unified(task, "load_eu", lambda _: True).expanded == Words("eu")


def test_an_id_that_does_not_tell_leaves_the_declaration_as_it_is() -> None:
    task = DeclaredTask(
        pattern("{a}_{b}"), fields=(DeclaredField("arguments", Words(pattern("{a}"))),)
    )
    assert unified(task, "x_y_z", lambda _: True) == task
