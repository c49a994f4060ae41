"""`python -m tests.soak`: faults, kills and hours of work, many more than `make test` has time for.

Ends with 1 when something is not as it should be. The seed throws the same dice again.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from app.model.errors import XcomtraceError
from app.store.schema import migrate
from app.store.session import Store
from tests.faults.kills import kill_often
from tests.faults.storm import weather
from tests.postgres import running_postgres
from tests.soak.judging import faults_of, table
from tests.soak.soaking import soak

_PARTS = ("storms", "kills", "soak")


def storms(count: int, seed: int) -> Iterator[str]:
    """A line for each seed whose world was not mirrored."""
    happened: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        empty, file = Path(folder) / "empty.sqlite", Path(folder) / "store.sqlite"
        migrate(f"sqlite:///{empty}")
        for number in range(seed, seed + count):
            shutil.copy(empty, file)
            store = Store(f"sqlite:///{file}")
            try:
                happened += weather(store, seed=number)
            except (AssertionError, XcomtraceError) as error:
                yield f"seed {number}: {_first_line(error)}"
            store.close()
            for left in Path(folder).glob("store.sqlite*"):
                left.unlink()
    for kind, times in sorted(happened.items()):
        _say(f"  {kind:20}{times:8}")


def kills(count: int, seed: int) -> Iterator[str]:
    """A line for each database that was not whole after so many kills."""
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        file = f"sqlite:///{Path(folder) / 'store.sqlite'}"
        migrate(file)
        with postgres.database() as other:
            for database in (file, other):
                kind = database.partition(":")[0]
                began = time.monotonic()
                try:
                    kill_often(database, times=count, seed=seed)
                except AssertionError as error:
                    yield f"{kind}, seed {seed}: {_first_line(error)}"
                _say(f"  {kind:12}{count} kills in {time.monotonic() - began:.0f} s")


def hours(count: float, seed: int) -> Iterator[str]:
    """A line for each thing that is not as it should be after a soak."""
    seen = soak(seconds=count * 3600, seed=seed, tell=_progress())
    for line in table(seen):
        _say(f"  {line}")
    yield from faults_of(seen)


def main() -> int:
    asked = _parser().parse_args()
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "storms": lambda: storms(asked.storms, asked.seed),
        "kills": lambda: kills(asked.kills, asked.seed),
        "soak": lambda: hours(asked.hours, asked.seed),
    }
    wrong = []
    for name in (asked.only,) if asked.only else _PARTS:
        _say(f"{name}, seed {asked.seed}")
        wrong += list(parts[name]())
    for line in wrong:
        _say(f"(!) {line}")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0, help="of the soak")
    parser.add_argument("--kills", type=int, default=200, help="for each of the two databases")
    parser.add_argument("--storms", type=int, default=300, help="worlds mirrored through faults")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311
    parser.add_argument("--only", choices=_PARTS)
    return parser


def _progress(every: float = 60.0) -> Callable[[str], None]:
    """Says a line about once a minute."""
    said = [0.0]

    def tell(line: str) -> None:
        if time.monotonic() - said[0] >= every:
            said[0] = time.monotonic()
            _say(f"  {line}")

    return tell


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or repr(error.__traceback__)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command speaks


if __name__ == "__main__":
    sys.exit(main())
