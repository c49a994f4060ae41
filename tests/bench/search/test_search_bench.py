"""The benchmarks of searches measure what they say; how long it takes is not looked at here."""

import re
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.query.parsing import parse
from app.store.schema import migrate
from app.store.search.finding import search
from app.store.session import Store
from app.store.tables import leaf, leaf_path
from tests.bench.__main__ import as_table
from tests.bench.search.asking import askings
from tests.bench.search.filling import fill, in_passes, write_as_pass
from tests.bench.search.following import compare_pair, follow, write_pair, write_shared
from tests.bench.search.measures import NOW, Bytes, Latency, Rate, Sizes, of_filled
from tests.bench.search.spread import Spread, spread_of, times_of
from tests.bench.search.stores import measured
from tests.bench.search.world import BEGIN, LEAVES, World
from tests.postgres import Postgres

SMALL = Sizes(
    leaves=2_000, ingested=100, samples=5, searches=5, rounds=1, seconds=0.1, places=6, tasks=5
)
_INDEXES = text(
    "SELECT tablename, count(*) AS many FROM pg_indexes WHERE tablename LIKE 'leaf\\_w%'"
    " OR tablename = 'leaf' GROUP BY tablename"
)
WORLD = World(SMALL.leaves)


def _texts(store: Store) -> list[tuple[str, str]]:
    with store.reading() as session:
        rows = session.execute(
            select(leaf_path.c.label, leaf.c.text).join_from(
                leaf, leaf_path, leaf.c.path_pk == leaf_path.c.id
            )
        )
        return sorted((row.label, row.text) for row in rows)


def test_the_world_is_the_same_each_time_and_goes_on() -> None:
    assert list(WORLD.visits()) == list(WORLD.visits())
    last, after = list(WORLD.visits())[-1], next(WORLD.later())
    assert BEGIN < last.run.run_after < after.run.run_after  # type: ignore[operator]  # they have one


def test_of_the_paths_a_third_is_used_again_in_the_run() -> None:
    given = got = 0
    for visit in WORLD.visits():
        texts = " ".join(str(one.rendered) for one in visit.tries)
        paths = {path for one in visit.xcoms for path in re.findall(r"s3://[^']+", str(one.value))}
        given += len(paths)
        got += sum(path in texts for path in paths)
    assert 0.25 < got / given < 0.4


def test_filled_in_bulk_the_store_is_what_passes_make_of_it(store: Store, tmp_path: Path) -> None:
    other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    migrate(str(other.engine.url))
    fill(store, WORLD.visits())
    for some in in_passes(WORLD.visits()):
        with other.writing() as session:
            write_as_pass(session, some)
    assert _texts(store) == _texts(other)
    assert abs(len(_texts(store)) / WORLD.runs - LEAVES) < 5
    with store.reading() as ours, other.reading() as theirs:
        indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name"
        assert ours.exec_driver_sql(indexes).all() == theirs.exec_driver_sql(indexes).all()
    other.close()


def test_searches_find_what_was_cut_from_the_values(store: Store) -> None:
    fill(store, WORLD.visits())
    for asking in askings(list(islice(WORLD.visits(), 5)), 5):
        queries = [parse(one, now=NOW) for one in asking.searches]
        with store.reading() as session:
            found = [bool(search(session, one, most=5).leaves) for one in queries]
        if asking.kind in {"substring", "exact"}:
            assert set(found) == {"nowhere" not in asking.name}, asking.name


def test_a_value_is_followed_to_all_its_places(store: Store) -> None:
    asked = write_shared(store, 6)
    with store.reading() as session:
        assert follow(session, asked) == 6


def test_two_runs_are_compared_task_by_task(store: Store) -> None:
    pair = write_pair(store, 5)
    with store.reading() as session:
        assert compare_pair(session, pair) == 5


def test_the_spread_of_times_is_of_all_of_them() -> None:
    assert spread_of([0.1 * each for each in range(101)]) == Spread(5.0, 9.5, 10.0)
    done: list[int] = []
    wall, _ = times_of([1, 2], done.append, 2)
    assert done == [1, 2, 1, 2]
    assert 0 < wall.p50 <= wall.most


def test_it_measures_a_small_store_twice(tmp_path: Path) -> None:
    kept = tmp_path / "kept.sqlite"
    first = list(measured(SMALL, ["sqlite"], kept))
    again = list(measured(SMALL, ["sqlite"], kept))
    assert [one.name for one in first[2:-5]] == [one.name for one in again[1:-5]]
    assert {one.limit for one in first if isinstance(one, Latency)} == {None, 0.01, 0.03, 0.1, 0.5}


@pytest.mark.postgres
def test_it_measures_postgresql(postgres: Postgres) -> None:
    with postgres.database() as url:
        store = Store(url)
        fill(store, WORLD.visits())
        with store.reading() as session:
            indexes = session.execute(_INDEXES).all()
        lines = list(of_filled(store, SMALL))
        store.close()
    assert {type(one) for one in lines} == {Bytes, Latency, Rate}
    # Each part has those that filling took away.
    assert len({one.tablename for one in indexes}) > 1
    assert len({one.many for one in indexes}) == 1


def test_the_table_marks_what_misses_its_limit() -> None:
    times = Spread(0.001, 0.02, 0.5)
    _, slow, rate, size = as_table(
        [
            Latency("ten characters", times, times, 0.01),
            Rate("written", 5_000.0, 10_000.0, 9_000.0),
            Bytes("on disk", 250.0, 300.0),
        ]
    )
    assert slow.split()[:6] == ["20.0", "ms", "20.0", "ms", "10", "ms"]
    assert slow.endswith("ten characters (1.00 in the middle, 500.0 at most) (!)")
    assert rate.split() == ["5,000/s", "10,000/s", "9,000/s", "written", "(!)"]
    assert size.split() == ["250.0", "B", "300", "B", "on", "disk"]
