"""`python -m tests.bench`: how fast the engine, searches and the run page are, here and now.

A limit of the engine is held against the processor time: it runs in one thread, so that is the
time on the wall of a machine that does nothing else. A limit of searches and of pages is held
against the 95th of a hundred on the wall. What misses its limit is marked with `(!)`.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import singledispatch
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from app.main import tune_python
from tests.bench.beside import measures as beside
from tests.bench.measures import (
    Ratio,
    Row,
    Sizes,
    beside_airflow,
    corpus,
    of_corpus,
    of_long_file,
    of_runs,
)
from tests.bench.mirror import measures as mirror
from tests.bench.mirror.reaching import reaching
from tests.bench.mirror.real import beside_api_server
from tests.bench.pages import measures as pages
from tests.bench.pages.figures import Figure
from tests.bench.search import measures as searches
from tests.bench.search.measures import Bytes, Latency, Rate
from tests.bench.search.stores import measured as searched

Line: TypeAlias = Row | Ratio | searches.Line | Figure
_DIALECTS = ("sqlite", "postgresql")
_PUSHES = 40
_ONLY = "one part of it; beside: with a real Airflow, left out if not told"


def measured(sizes: Sizes, *, airflow: bool) -> Iterator[Line]:
    """Every measurement of the engine, as it is made."""
    files = corpus(sizes)
    rows, ours = of_corpus(sizes, files)
    yield from rows
    yield from of_long_file(sizes)
    yield from of_runs(sizes)
    if airflow:
        yield from beside_airflow(sizes, files, ours)


def as_table(found: Iterable[Line]) -> Iterator[str]:
    yield f"{'wall':>9}  {'processor':>9}  {'limit':>8}"
    for one in found:
        yield _line(one)


@singledispatch
def _line(one: object) -> str:
    raise TypeError(one)


@_line.register
def _of_ratio(one: Ratio) -> str:
    return f"{one.wall:8.1f}x  {one.cpu:8.1f}x  {'':8}  {one.name}"


@_line.register
def _of_row(one: Row) -> str:
    limit = f"{1000 * one.limit:.0f} ms" if one.limit else ""
    missed = _mark(one.limit and one.time.cpu > one.limit)
    return f"{_ms(one.time.wall)}  {_ms(one.time.cpu)}  {limit:>8}  {one.name}{missed}"


@_line.register
def _of_latency(one: Latency) -> str:
    limit = f"{1000 * one.limit:.0f} ms" if one.limit else ""
    missed = _mark(one.limit and one.wall.p95 > one.limit)
    others = f"{1000 * one.wall.p50:.2f} in the middle, {1000 * one.wall.most:.1f} at most"
    return f"{_ms(one.wall.p95)}  {_ms(one.cpu.p95)}  {limit:>8}  {one.name} ({others}){missed}"


@_line.register
def _of_rate(one: Rate) -> str:
    limit = f"{one.at_least:,.0f}/s" if one.at_least else ""
    missed = _mark(one.at_least and one.wall < one.at_least)
    return f"{one.wall:7,.0f}/s  {one.cpu:7,.0f}/s  {limit:>8}  {one.name}{missed}"


@_line.register
def _of_bytes(one: Bytes) -> str:
    limit = f"{one.at_most:.0f} B" if one.at_most else ""
    missed = _mark(one.at_most and one.each > one.at_most)
    return f"{one.each:7.1f} B  {'':9}  {limit:>8}  {one.name}{missed}"


@_line.register
def _of_figure(one: Figure) -> str:
    limit = f"{one.limit:.0f} {one.unit}" if one.limit else ""
    missed = _mark(one.limit and one.value > one.limit)
    more = f" ({one.more})" if one.more else ""
    value = f"{one.value:,.1f}" if one.unit else f"{one.value:,.0f}"
    return f"{value:>6} {one.unit:2}  {'':9}  {limit:>8}  {one.name}{more}{missed}"


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:6.1f} ms"


def _mark(is_missed: object) -> str:
    return " (!)" if is_missed else ""


def as_json(found: Iterable[Line]) -> Iterator[str]:
    return (json.dumps(asdict(one)) for one in found)


def main() -> None:
    given = _parser().parse_args()
    tune_python()  # As the service does.
    engine = measured(Sizes(rounds=given.rounds), airflow=not given.no_airflow)
    sizes = searches.Sizes(leaves=given.leaves, shared_buffers=given.shared_buffers)
    search = searched(sizes, given.store or [*_DIALECTS], given.keep)
    page = pages.measured(pages.Sizes(tasks=tuple(given.tasks or pages.Sizes().tasks)))
    both = beside.measured(beside.Sizes(visits=given.visits))
    passes = _mirror(airflow=not given.no_airflow)
    parts = {"engine": engine, "search": search, "pages": page, "mirror": passes, "beside": both}
    found = parts.get(given.only) or chain(engine, search, page, passes)
    for line in as_json(found) if given.json else as_table(found):
        print(line, flush=True)  # noqa: T201  # the answer


def _mirror(*, airflow: bool) -> Iterator[Line]:
    yield from mirror.measured(mirror.Sizes())
    yield from reaching(_PUSHES)
    if airflow:
        yield from beside_api_server(mirror.Sizes(runs=120))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--json", action="store_true", help="one JSON object for each line")
    add("--only", choices=["engine", "search", "pages", "mirror", "beside"], help=_ONLY)
    add("--no-airflow", action="store_true", help="leave Airflow's import out")
    add("--rounds", type=int, default=Sizes().rounds, help="of the engine: best of so many")
    add("--leaves", type=int, default=searches.Sizes().leaves, help="searched; 1000000 if not told")
    add("--store", action="append", choices=_DIALECTS, help="searched; both if not told")
    add("--shared-buffers", default=searches.Sizes().shared_buffers, help="PostgreSQL's memory")
    add("--tasks", type=int, action="append", help="of a run whose page is measured; repeatable")
    add("--visits", type=int, default=beside.Sizes().visits, help="of each dashboard, each way")
    add("--keep", type=Path, help="a file of SQLite that is filled once and stays")
    return parser


if __name__ == "__main__":
    main()
