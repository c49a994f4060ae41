"""Pruned from the choice to the last row: what is kept is the newest that fit, and all of them."""

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.model.retention import Retention
from app.store.session import Store
from tests.store.retention.runs import OF_RUNS, Past, day
from tests.store.retention.texts import found_ids

NOTHING = Retention()
EMPTY = """
DELETE FROM leaf_path; DELETE FROM leaf; DELETE FROM deployment;
"""


def test_nothing_is_left_of_a_run_that_went(past: Past) -> None:
    past.run(1, value="only-in-one")
    past.run(2, value="only-in-two")
    done = past.prune(Retention(days=998.5))
    assert (done.runs, done.is_done) == (1, True)
    assert past.kept().keys() == {"r2"}
    assert found_ids(past, "only-in-one") == []
    assert found_ids(past, "only-in-two") == ["r2", "r2"]
    past.prune(Retention(days=0))
    assert past.rows() == dict.fromkeys(OF_RUNS, 0)


def test_what_is_pruned_twice_changes_nothing_the_second_time(past: Past) -> None:
    for number in range(3):
        past.run(number)
    past.prune(Retention(days=998.5))
    kept = past.kept()
    assert past.prune(Retention(days=998.5)).runs == 0
    assert past.kept() == kept


def test_the_bytes_that_a_run_takes_are_about_those_of_its_values(past: Past) -> None:
    past.run(1)
    past.prune(NOTHING)
    small = past.bytes()
    past.run(2, value="v" * 100_000)
    past.prune(NOTHING)
    assert 100_000 < past.bytes() - small < 800_000


def test_the_deployment_tells_what_was_pruned(past: Past) -> None:
    for number in range(3):
        past.run(number)
    past.prune(NOTHING)
    whole = past.bytes()
    done = past.prune(Retention(days=998.5))
    state = past.state()
    assert (state.pruned_runs, state.pruned_to) == (2, day(1))
    assert state.pruned_bytes == done.bytes == whole - past.bytes()


def test_broken_off_it_goes_on_where_it_was(past: Past) -> None:
    """However little time there is each time, and whatever is set by then."""
    for number in range(3):
        past.run(number, value=list(range(300)))
    kept = past.kept()
    pruner = past.pruner(Retention(days=998.5))
    ticks = iter(range(10_000))
    pruner.clock = lambda: float(next(ticks))
    rounds = 0
    while not pruner.prune(now=day(1000), seconds=0).is_done:
        rounds += 1
        # What was given up is never seen again, half or whole.
        assert {run: one for run, one in past.kept().items() if run in kept}.items() <= kept.items()
        assert rounds < 200
    assert rounds > 3
    assert past.kept() == {"r2": kept["r2"]}


sizes = st.integers(0, 3_000)
runs = st.lists(st.tuples(st.integers(0, 40), sizes, st.booleans()), max_size=7)
limits = st.builds(
    Retention,
    st.none() | st.floats(960, 1001, allow_nan=False),
    st.none() | st.integers(0, 60_000),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(runs=runs, keep=limits)
def test_the_newest_runs_that_fit_are_kept_and_everything_of_them(
    past: Past, runs: list[tuple[int, int, bool]], keep: Retention
) -> None:
    empty(past.store)
    past = past.again()
    for number, (at, size, is_sealed) in enumerate(runs):
        past.run(number, end=day(at), value="v" * size, is_sealed=is_sealed)
    past.prune(NOTHING)
    before, taken = past.kept(), past.sizes()
    past.prune(keep)
    assert past.kept() == {run: before[run] for run in expected(runs, taken, keep)}


def expected(
    runs: list[tuple[int, int, bool]], taken: dict[str, int], keep: Retention
) -> Iterator[str]:
    """By hand: without the old ones, then without the oldest while they are too many."""
    order = sorted(range(len(runs)), key=lambda number: (runs[number][0], number))
    left = [
        number
        for number in order
        if not runs[number][2] or keep.days is None or day(runs[number][0]) >= day(1000 - keep.days)
    ]
    for number in [number for number in left if runs[number][2]]:
        total = sum(taken[f"r{one}"] for one in left)
        if keep.bytes is not None and total > keep.bytes:
            left.remove(number)
    return (f"r{number}" for number in left)


def empty(store: Store) -> None:
    with store.writing() as session:
        if session.dialect.name == "sqlite":
            session.execute(text("INSERT INTO leaf_trigram (leaf_trigram) VALUES ('delete-all')"))
        for statement in filter(str.strip, EMPTY.split(";")):
            session.execute(text(statement))
