"""`python -m tests.bench`: how fast sources are read and runs analysed, measured here and now.

A limit is held against the processor time: everything runs in one thread, so that is the time on
the wall of a machine that does nothing else. What takes longer is marked with `(!)`.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

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


def measured(sizes: Sizes, *, airflow: bool) -> Iterator[Row | Ratio]:
    """Every measurement, as it is made."""
    files = corpus(sizes)
    rows, ours = of_corpus(sizes, files)
    yield from rows
    yield from of_long_file(sizes)
    yield from of_runs(sizes)
    if airflow:
        yield from beside_airflow(sizes, files, ours)


def as_table(found: Iterable[Row | Ratio]) -> Iterator[str]:
    yield f"{'wall':>9}  {'processor':>9}  {'at most':>8}"
    for one in found:
        if isinstance(one, Ratio):
            yield f"{one.wall:8.1f}x  {one.cpu:8.1f}x  {'':8}  {one.name}"
        else:
            limit = f"{1000 * one.limit:.0f} ms" if one.limit else ""
            passed = " (!)" if one.limit and one.time.cpu > one.limit else ""
            times = f"{1000 * one.time.wall:6.1f} ms  {1000 * one.time.cpu:6.1f} ms"
            yield f"{times}  {limit:>8}  {one.name}{passed}"


def as_json(found: Iterable[Row | Ratio]) -> Iterator[str]:
    return (json.dumps(asdict(one)) for one in found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object for each line")
    parser.add_argument("--no-airflow", action="store_true", help="leave Airflow's import out")
    parser.add_argument("--rounds", type=int, default=Sizes().rounds, help="best of so many")
    given = parser.parse_args()
    found = measured(Sizes(rounds=given.rounds), airflow=not given.no_airflow)
    for line in as_json(found) if given.json else as_table(found):
        print(line, flush=True)  # noqa: T201  # the answer


if __name__ == "__main__":
    main()
