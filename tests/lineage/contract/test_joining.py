from datetime import date, datetime
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.contract.joining import MOST_EXAMPLES, MOST_NAMES, MOST_RUNS, joined
from app.lineage.contract.learning import observed
from app.model.contract import Contract, Given, Kind
from tests.lineage.contract.learned import learned_from, node_at, ran

_NAMES = st.sampled_from(["rows", "uri", "path", "2026-11-20", "41712", "x"])
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates().map(date.isoformat)
    | st.datetimes().map(datetime.isoformat)
    | st.just("***")
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4)
)
_GIVEN = st.builds(
    Given,
    st.sampled_from(["return_value", "stats"]),
    _VALUES,
    st.integers(1, 10**9),
    is_whole=st.booleans(),
)
# Runs of the same day are told apart by their rows.
_RUNS = st.builds(
    observed,
    st.tuples(st.integers(0, 60), st.integers(1, 3)),
    st.lists(st.lists(_GIVEN, max_size=2), max_size=3),
)
_CONTRACTS = st.lists(_RUNS, max_size=4).map(lambda runs: reduce(joined, runs, Contract()))


@given(_CONTRACTS, _CONTRACTS)
def test_which_comes_first_makes_no_difference(one: Contract, other: Contract) -> None:
    assert joined(one, other) == joined(other, one)


@settings(max_examples=50)
@given(_CONTRACTS, _CONTRACTS, _CONTRACTS)
def test_nor_does_what_is_joined_first(one: Contract, two: Contract, three: Contract) -> None:
    assert joined(joined(one, two), three) == joined(one, joined(two, three))
    assert joined(one, two, three) == joined(joined(one, two), three)


@given(_CONTRACTS)
def test_nothing_adds_nothing(one: Contract) -> None:
    assert joined(one, Contract()) == one


@given(
    st.lists(st.integers(1, 100), max_size=70).map(lambda days: [ran(n, {"n": n}) for n in days])
)
def test_only_the_newest_runs_are_known_one_by_one(runs: list[Contract]) -> None:
    contract = reduce(joined, runs, Contract())
    days = sorted({run.runs[0] for run in runs})
    assert contract.runs == tuple(days[-MOST_RUNS:])
    node = node_at(contract, "return_value", ("n",))
    assert (node.kinds[Kind.INTEGER][0] if node else 0) == len(runs)


def test_a_mapping_with_ever_new_names_is_keyed_by_data() -> None:
    contract = learned_from(
        [{f"{'x' * (n % 20)}_{'y' * (n // 20)}": n} for n in range(MOST_NAMES + 1)]
    )
    node = node_at(contract, "return_value", ())
    assert node is not None
    assert node.names == {}
    assert node.any_name is not None
    assert node.any_name.kinds[Kind.INTEGER][0] == MOST_NAMES + 1


def test_a_few_values_are_all_told_and_more_are_told_to_be_more() -> None:
    few = node_at(learned_from(["b", "a", "b"]), "return_value", ())
    assert few is not None
    assert (few.examples, few.has_more) == (("a", "b"), False)
    many = node_at(learned_from(list(range(20))), "return_value", ())
    assert many is not None
    assert (len(many.examples), many.has_more) == (MOST_EXAMPLES, True)
