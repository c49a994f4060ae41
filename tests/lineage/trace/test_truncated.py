"""Fields that Airflow cut: what stands whole in them is confirmed, the rest only declared."""

from typing import Any

import pytest

from app.lineage.source.declaration import Fixed, Items, Members, Node, Unsaid, Words
from app.lineage.trace.pairs import ABSENT, Rendered
from app.lineage.trace.truncated import beginning, whole_parts
from tests.lineage.scenario import Scenario, check

_PREFIX = "Truncated. You can change this behaviour in [core]max_templated_field_length. "
_WORDS = Words("{{ x }}")


def cut_by_3(value: Any, length: int) -> str:
    """As Airflow 3 cuts a field's text to so many characters."""
    return f"{_PREFIX}{str(value)[:length]}..."


def cut_by_2(value: Any, length: int) -> str:
    return f"{_PREFIX}{str(value)[:length]!r}... "


@pytest.mark.parametrize("cut", [cut_by_2, cut_by_3])
def test_the_beginning_is_what_the_field_began_with(cut: Any) -> None:
    assert beginning(cut('it\'s "x"\n' * 9, 20)) == ('it\'s "x"\n' * 9)[:20]
    assert beginning(cut(["a'b", 'c"d'], 9)) == str(["a'b", 'c"d'])[:9]


def test_a_text_that_is_cut_in_another_way_has_no_beginning() -> None:
    assert beginning("Truncated. You can change this behaviour in some other way") == ""
    assert beginning(f"{_PREFIX}'open... ") == ""


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("['a', 'b', 'cc", ["a", "b"]),
        ("['a', \"b'\"", ["a", "b'"]),
        ("['a", []),
        ("[1, 23", [1]),
        ("[True, None, 2", [True, None]),
        ("[{'name': 'A', 'value': 'x'}, {'name': 'B'", [{"name": "A", "value": "x"}]),
        ("{'a': '1', 'b': {'c': [1]}, 'd': 'x", {"a": "1", "b": {"c": [1]}}),
        ("{'a': '1', 'b", {"a": "1"}),
        ("{'a': '1', 'b'", {"a": "1"}),
        ("['\\\\', '[', 'x", ["\\", "["]),
        ("plain", ABSENT),
        ("", ABSENT),
        ("[<object>, 1", []),
    ],
)
def test_the_parts_that_stand_whole_are_seen(kept: str, expected: Rendered) -> None:
    assert whole_parts(f"{_PREFIX}{kept}...", Items((_WORDS,))) == expected


@pytest.mark.parametrize(
    ("node", "is_seen"),
    [
        (Items((_WORDS, Fixed(1))), True),
        (Members((("a", _WORDS),)), True),
        (Items((Unsaid("more", is_many=True), _WORDS)), False),
    ],
)
def test_a_list_of_unknown_length_is_not_taken_for_whole(
    node: Node,
    is_seen: bool,  # noqa: FBT001  # a case
) -> None:
    assert (whole_parts(cut_by_3(["a", "b"], 8), node) is not ABSENT) == is_seen


SOURCE = """
with DAG("geo_tiles"):
    KubernetesPodOperator(
        task_id="use",
        arguments=["{{ ti.xcom_pull('make')['a'] }}", "{{ ti.xcom_pull('make')['b'] }}"],
        env_vars={"A": "{{ ti.xcom_pull('make')['a'] }}", "B": "{{ ti.xcom_pull('make')['b'] }}"},
        bash_command="run {{ ti.xcom_pull('make')['a'] }} {{ ti.xcom_pull('make')['b'] }}",
    )
"""
MADE = {"a": "s3://a", "b": "x" * 5_000}


@pytest.mark.parametrize("cut", [cut_by_2, cut_by_3])
def test_what_stands_whole_in_a_cut_field_is_confirmed(cut: Any) -> None:
    variables = [{"name": name, "value": MADE[name.lower()]} for name in ("A", "B")]
    got = {
        "arguments": cut([MADE["a"], MADE["b"]], 4_000),
        "env_vars": cut(variables, 4_000),
        "bash_command": cut(f"run {MADE['a']} {MADE['b']}", 4_000),
    }
    start = len(_PREFIX) + (cut is cut_by_2)
    check(
        Scenario(SOURCE, gave={"make": MADE}, got={"use": got}),
        flows=f"""
        make['a'] -> use.arguments[0] [0:6] confirmed
        make['b'] -> use.arguments[1] declared
        make['a'] -> use.env_vars.A [0:6] confirmed
        make['b'] -> use.env_vars.B declared
        make['a'] -> use.bash_command [{start + 4}:{start + 10}] confirmed
        make['b'] -> use.bash_command [{start + 11}:{start + 4_000}] declared
        """,
    )


def test_a_cut_field_that_begins_otherwise_confirms_nothing() -> None:
    got = {"bash_command": cut_by_3(f"run s3://b {MADE['b']}", 4_000)}
    check(
        Scenario(SOURCE, gave={"make": MADE}, got={"use": got}),
        flows="""
        make['a'] -> use.bash_command declared
        make['b'] -> use.bash_command declared
        """,
    )
