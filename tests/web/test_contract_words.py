import pytest

from app.lineage.contract.breaking import Break, BreakKind
from app.lineage.contract.places import places
from app.model.contract import Any, Place
from app.model.findings import Severity
from app.model.values import Json
from app.web.contract_words import broken, is_always, label, present, types, values
from tests.lineage.contract.learned import learned_from, node_at, ran

KEY = "return_value"


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ((KEY,), "return_value"),
        ((KEY, "uri"), "uri"),
        ((KEY, "tiles", Any.ITEM, "uri"), "tiles[*].uri"),
        ((KEY, Any.ITEM), "[*]"),
        ((KEY, "by_day", Any.NAME), "by_day.*"),
        ((KEY, "a b"), "['a b']"),
        (("stats", "mean"), "stats.mean"),
        ((Any.NAME, "x"), "*.x"),
    ],
)
def test_places_by_their_shortest_clear_name(place: Place, name: str) -> None:
    assert label(place) == name


@pytest.mark.parametrize(
    ("given", "type_", "shown"),
    [
        ([3, 128], "integer", "one of 3, 128"),
        (list(range(3, 20)), "integer", "3 to 19"),
        ([1, 2.5, 3.5, 4, 5, 6, 7, 8, 9], "number", "1 to 9"),
        (["2026-11-01", "2026-11-20"], "date", "2026-11-01 to 2026-11-20"),
        (["a", "b"], "string", "one of a, b"),
        (["a", None], "null or string", "a"),
        ([f"part-{n}" for n in range(9)], "string", "part-0, part-1, part-2, …"),
        ([[1], [1, 2]], "list of 1 to 2", ""),
        ([True], "boolean", "true"),
        (["***"], "not known", ""),
        (["9f2c41d07ab84e6d9f2c41d07ab84e6d"], "string", ""),
    ],
)
def test_types_and_values(given: list[Json], type_: str, shown: str) -> None:
    node = node_at(learned_from(given), KEY, ())
    assert node is not None
    assert (types(node), values(node)) == (type_, shown)


def test_of_many_texts_the_newest_stands_for_the_others() -> None:
    node = node_at(learned_from([f"part-{n}" for n in range(9)]), KEY, ())
    assert node is not None
    assert values(node, "part-8") == "part-8, …"


def test_how_often_it_was_there() -> None:
    contract = learned_from([{"a": 1, "b": 1}, {"a": 1}, {"a": 1, "b": 2}])
    told = {
        label(place): (present(node, around), is_always(node, around))
        for place, node, around in places(contract)
    }
    assert told == {
        "return_value": ("3 of 3 runs", True),
        "a": ("3 of 3 runs", True),
        "b": ("2 of 3 runs", False),
    }


def test_what_some_mapped_instances_lack_is_not_there_each_time() -> None:
    contract = ran(1, {"a": 1}, {})
    place, node, around = list(places(contract))[-1]
    assert place == (KEY, "a")
    assert present(node, around) == "1 of 1 run, not each time"
    assert not is_always(node, around)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (BreakKind.MISSING, "missing; it was there in each of the 8 runs before"),
        (BreakKind.NULL, "null; never in the 8 runs before, where it was WAS"),
        (BreakKind.NEW_TYPE, "NOW; WAS in each of the 8 runs before"),
        (BreakKind.FAR_NUMBER, "NOW; WAS in the 8 runs before"),
    ],
)
def test_a_break_says_what_and_against_how_many_runs(kind: BreakKind, words: str) -> None:
    assert broken(Break("k", (), kind, Severity.WARNING, 8, "WAS", "NOW")) == words
