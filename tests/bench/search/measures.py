"""What is measured of searches: how fast values are found and written, and how much they take."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import cycle, islice
from random import Random
from typing import TypeAlias

from sqlalchemy import func, select, text

from app.query.parsing import parse
from app.query.terms import Query
from app.refresh.visits import Visit
from app.store.search.finding import search
from app.store.session import ReadSession, Store
from app.store.tables import leaf
from tests.bench.search.asking import Asking, askings
from tests.bench.search.beside import writing_beside
from tests.bench.search.filling import RUNS_AT_ONCE, fill, in_passes, write_as_pass
from tests.bench.search.following import compare_pair, follow, write_pair, write_shared
from tests.bench.search.spread import Spread, spread_of, times_of
from tests.bench.search.world import BEGIN, DAYS, LEAVES, World

NOW = BEGIN + timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class Sizes:
    leaves: int = 1_000_000
    ingested: int = 20_000  # Leaves written to measure how fast that goes.
    samples: int = 300  # Runs whose values are searched.
    searches: int = 150  # Of each kind.
    rounds: int = 3
    seconds: float = 10.0  # Of searching while leaves are written.
    places: int = 1_000  # Of the value that is followed.
    shared_buffers: str = "128MB"  # PostgreSQL's memory, as it begins with.
    tasks: int = 1_000  # Of the runs that are compared.


@dataclass(frozen=True, slots=True)
class Latency:
    """`limit`: of issue 5, for the 95th of a hundred, in seconds on the wall."""

    name: str
    wall: Spread
    cpu: Spread
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Things in a second, on the wall and for each second of this process's processor time."""

    name: str
    wall: float
    cpu: float
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes on disk for each leaf."""

    name: str
    each: float
    at_most: float | None = None


Line: TypeAlias = Latency | Rate | Bytes

#: Seconds by the kind of a search and the store, up to a million leaves and above.
_LIMITS: dict[tuple[str, str], tuple[float | None, float]] = {
    ("substring", "sqlite"): (0.010, 0.100),
    ("substring", "postgresql"): (0.030, 0.100),
    ("exact", "sqlite"): (0.010, 0.010),
    ("exact", "postgresql"): (0.010, 0.010),
}
_MILLION = 1_000_000
# How often a single thing is done, so that others' load on the machine tells less.
_REPEATED = 3


def of_store(store: Store, sizes: Sizes) -> Iterator[Line]:
    """Every measurement on an empty store, as it is made."""
    world = World(sizes.leaves)
    yield filled(store, world)
    yield from of_filled(store, sizes)


def of_filled(store: Store, sizes: Sizes) -> Iterator[Line]:
    """The same on a store that has the world's runs already."""
    world = World(sizes.leaves)
    yield _size(store)
    for asking in askings(_samples(world, sizes), sizes.searches):
        yield _asked(store, sizes, asking)
    passes = max(1, sizes.ingested // LEAVES // RUNS_AT_ONCE)
    yield _ingested(store, list(islice(in_passes(world.later()), passes)))
    yield from _at_once(store, sizes, passes * RUNS_AT_ONCE)
    yield _followed(store, sizes)
    yield _compared(store, sizes)


def filled(store: Store, world: World) -> Rate:
    """How fast all of the world's runs were written into an empty store."""
    wall, cpu = time.perf_counter(), time.process_time()
    fill(store, world.visits())
    count = _count(store)
    return Rate(
        f"{store.engine.dialect.name}: {count:,} leaves written in bulk, a second",
        count / (time.perf_counter() - wall),
        count / (time.process_time() - cpu),
    )


def _count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(leaf)) or 0


def _size(store: Store) -> Bytes:
    dialect = store.engine.dialect.name
    asked = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        "postgresql": "SELECT pg_database_size(current_database())",
    }
    with store.reading() as session:
        size = session.scalar(text(asked[dialect])) or 0
    count = _count(store)
    limit = 300 if dialect == "sqlite" else None
    name = f"{dialect}: bytes a leaf of {count:,}, with all indexes, raw JSON and tries"
    return Bytes(name, size / count, limit)


def _samples(world: World, sizes: Sizes) -> Sequence[Visit]:
    random = Random(7)  # noqa: S311 # the same ones each time
    return [world.visit(random.randrange(world.runs)) for _ in range(sizes.samples)]


def _asked(store: Store, sizes: Sizes, asking: Asking) -> Latency:
    queries = [parse(one, now=NOW) for one in asking.searches]
    with store.reading() as session:
        act = partial(_first_page, session)
        times_of(queries[:10], act, 1)
        wall, cpu = times_of(queries, act, sizes.rounds)
    dialect = store.engine.dialect.name
    return Latency(f"{dialect}: {asking.name}", wall, cpu, _limit(asking.kind, dialect, sizes))


def _first_page(session: ReadSession, query: Query) -> None:
    search(session, query, most=50, seconds=30)


def _limit(kind: str, dialect: str, sizes: Sizes) -> float | None:
    small, large = _LIMITS.get((kind, dialect), (None, None))
    return small if sizes.leaves <= _MILLION else large


def _ingested(store: Store, passes: Sequence[Sequence[Visit]]) -> Rate:
    before = _count(store)
    wall, cpu = time.perf_counter(), time.process_time()
    for some in passes:
        with store.writing() as session:
            write_as_pass(session, some)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    written = _count(store) - before
    name = f"{store.engine.dialect.name}: leaves written as passes do, a second"
    return Rate(name, written / wall, written / cpu, 9_000)


def _followed(store: Store, sizes: Sizes) -> Latency:
    asked = write_shared(store, sizes.places)
    with store.reading() as session:
        wall, cpu = times_of([asked], partial(follow, session), _REPEATED * sizes.rounds)
    name = f"{store.engine.dialect.name}: a value in {sizes.places:,} places, with its flows"
    return Latency(name, wall, cpu, 0.1)


def _compared(store: Store, sizes: Sizes) -> Latency:
    pair = write_pair(store, sizes.tasks)
    with store.reading() as session:
        wall, cpu = times_of([pair], partial(compare_pair, session), _REPEATED * sizes.rounds)
    name = f"{store.engine.dialect.name}: two runs of {sizes.tasks:,} tasks compared"
    return Latency(name, wall, cpu, 0.5)


def _at_once(store: Store, sizes: Sizes, written: int) -> Iterator[Line]:
    """Searches while leaves are written, after so many runs that were written before."""
    queries = [
        parse(one, now=NOW)
        for one in next(askings(_samples(World(sizes.leaves), sizes), sizes.searches)).searches
    ]
    walls, cpus = [], []
    with writing_beside(store, World(sizes.leaves), written, sizes.seconds) as done:
        began = time.perf_counter()
        for query in cycle(queries):
            with store.reading() as session:
                wall, cpu = times_of([query], partial(_first_page, session), 1)
            walls.append(wall.most)
            cpus.append(cpu.most)
            if time.perf_counter() - began > sizes.seconds:
                break
        rate = done() / (time.perf_counter() - began)
    dialect = store.engine.dialect.name
    limit = 0.030 if sizes.leaves <= _MILLION else None
    yield Rate(f"{dialect}: leaves written while searching, a second", rate, 0.0)
    yield Latency(
        f"{dialect}: 10 characters of a value, while leaves are written",
        spread_of(walls),
        spread_of(cpus),
        limit,
    )
