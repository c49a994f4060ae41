import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.contract.breaking import FEWEST_RUNS, Break, BreakKind, breaks, is_far
from app.lineage.contract.joining import joined
from app.lineage.contract.learning import observed
from app.model.contract import Contract, Given
from app.model.findings import Severity
from app.model.values import Json, Path
from tests.lineage.contract.learned import day, learned_from, ran, returned

_USUAL: dict[str, Json] = {"uri": "s3://lake/a", "rows": 3, "tiles": [{"id": 1}]}


def _told(
    value: dict[str, Json], *, usual: dict[str, Json] | None = None, runs: int = 8
) -> list[tuple[Path, BreakKind, int]]:
    contract = learned_from([_USUAL if usual is None else usual] * runs)
    found = breaks(contract, day(runs + 1), returned(value))
    return [(one.path, one.kind, one.runs) for one in found]


def test_the_usual_breaks_nothing() -> None:
    assert _told(_USUAL) == []


def test_a_key_that_was_always_there_is_missed() -> None:
    assert _told({"uri": "a", "tiles": []}) == [(("rows",), BreakKind.MISSING, 8)]


def test_only_the_topmost_is_missed() -> None:
    usual: dict[str, Json] = {"result": {"uri": "a", "rows": 1}}
    assert _told({}, usual=usual) == [(("result",), BreakKind.MISSING, 8)]


def test_a_key_that_items_lack_is_told_once() -> None:
    value: dict[str, Json] = {**_USUAL, "tiles": [{}, {"id": 2}, {}]}
    assert _told(value) == [(("tiles", 0, "id"), BreakKind.MISSING, 8)]


def test_null_where_it_never_was_and_a_new_type() -> None:
    value: dict[str, Json] = {"uri": None, "rows": "3", "tiles": {"id": 1}}
    assert _told(value) == [
        (("uri",), BreakKind.NULL, 8),
        (("rows",), BreakKind.NEW_TYPE, 8),
        (("tiles",), BreakKind.NEW_TYPE, 8),
    ]


def test_kinds_of_one_family_stand_for_each_other_and_a_first_value_is_no_break() -> None:
    usual: dict[str, Json] = {"rows": 3, "day": "2026-11-20", "note": None}
    assert _told({"rows": 3.5, "day": "today", "note": "x"}, usual=usual) == []


def test_a_number_of_another_order() -> None:
    contract = learned_from([{"rows": 100 + n} for n in range(9)])
    found = breaks(contract, day(10), returned({"rows": 52_000}))
    assert found == (
        Break(
            "return_value",
            ("rows",),
            BreakKind.FAR_NUMBER,
            Severity.INFO,
            9,
            was="100 to 108",
            now="52000",
        ),
    )
    assert breaks(contract, day(10), returned({"rows": 400})) == ()


@pytest.mark.parametrize(("usual", "odd"), [(113.27, 1e9), (113.27, -1e9)])
def test_of_an_old_run_it_is_told_however_many_equal_ones_came_after(
    usual: float, odd: float
) -> None:
    for after in (0, 1, 12, 40):
        contract = learned_from([{"mean": one} for one in [usual] * 6 + [odd] + [usual] * after])
        (found,) = breaks(contract, day(7), returned({"mean": odd}))
        assert (found.kind, found.was) == (BreakKind.FAR_NUMBER, "113.27")
        assert breaks(contract, day(8), returned({"mean": usual})) == ()


def test_a_task_that_pushed_nothing_misses_its_key() -> None:
    contract = learned_from([1] * 6)
    (one,) = breaks(contract, day(7), ())
    assert (one.key, one.path, one.kind) == ("return_value", (), BreakKind.MISSING)


@pytest.mark.parametrize("runs", range(FEWEST_RUNS))
def test_little_history_is_no_rule(runs: int) -> None:
    assert _told({}, runs=runs) == []


def test_what_is_masked_or_cut_breaks_nothing() -> None:
    assert _told({"uri": "***", "rows": "***", "tiles": "***"}) == []
    contract = learned_from([_USUAL] * 8)
    cut = Given("return_value", '{"uri": ', 1, is_whole=False)
    assert breaks(contract, day(9), [cut]) == ()


def test_what_stood_in_a_value_that_was_cut_is_not_known_to_have_been_missing() -> None:
    cut = observed(day(9), [[Given("return_value", "{", 1, is_whole=False)]])
    contract = joined(learned_from([_USUAL] * 8), cut)
    found = breaks(contract, day(10), returned({"uri": "a", "tiles": []}))
    assert [(one.path, one.runs) for one in found] == [(("rows",), 8)]


def test_the_run_itself_and_later_ones_count_for_nothing() -> None:
    usual = learned_from([_USUAL] * 8)
    changed = {**_USUAL, "rows": "many"}
    later = joined(usual, joined(ran(9, changed), ran(10, changed)))
    assert [one.runs for one in breaks(later, day(9), returned(changed))] == [8]
    assert breaks(later, day(10), returned(changed)) == ()


@given(
    st.lists(st.integers(-1000, 1000) | st.text(max_size=3) | st.none(), min_size=1, max_size=12),
    st.data(),
)
def test_a_run_breaks_the_same_whether_or_not_it_and_later_ones_were_learned(
    values: list[Json], data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(values)))
    value = returned({"n": values[at - 1]})
    before = learned_from([{"n": one} for one in values[: at - 1]])
    then = set(breaks(before, day(at), value))
    now = set(breaks(learned_from([{"n": one} for one in values]), day(at), value))
    assert now <= then
    # How far numbers reached before is not known any more where later ones reach farther.
    assert all(one.kind is BreakKind.FAR_NUMBER for one in then - now)


_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.just(10**400)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@given(_ANYTHING, _ANYTHING, _ANYTHING)
def test_whatever_it_was_and_is_can_be_told(one: Json, other: Json, now: Json) -> None:
    contract = learned_from([one, other] * FEWEST_RUNS)
    assert breaks(contract, day(99), returned(one)) == ()
    assert all(one.runs >= FEWEST_RUNS for one in breaks(contract, day(99), returned(now)))


@given(st.integers(), st.integers(), st.integers())
def test_nothing_within_the_range_is_far(one: int, two: int, three: int) -> None:
    lowest, number, highest = sorted((one, two, three))
    assert not is_far(number, lowest=lowest, highest=highest)


@pytest.mark.parametrize(
    ("number", "lowest", "highest", "far"),
    [
        (0, 900, 1100, True),
        (0, 1, 100, False),
        (12_000, 900, 1100, True),
        (2_000, 900, 1100, False),
        (-5, 900, 1100, True),
        (9, 0, 0, False),
        (10, 0, 0, True),
        (0.5, 0.1, 0.9, False),
        (50, 0.1, 0.9, True),
    ],
)
def test_what_is_far(number: float, lowest: float, highest: float, *, far: bool) -> None:
    assert is_far(number, lowest=lowest, highest=highest) is far


def test_no_contract_no_breaks() -> None:
    assert breaks(Contract(), day(1), returned({"a": 1})) == ()
