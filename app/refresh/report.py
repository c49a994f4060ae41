"""What a pass did, and what it could not do."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import add, sub
from typing import Self

from app.model.errors import AirflowError, BadAnswer, Busy, NotAllowed, NotThere
from app.model.ids import RunKey

# Requests that one pass sees fail with "500 Internal Server Error" before it takes the server,
# rather than the single item asked for, to be ill.
_MOST_FAILURES = 5
# Passes in which an item may fail before it is given up: some values cannot be given at all (a
# class that Airflow itself no longer knows), and they must not hold up the others for ever.
_PATIENCE = 5
_INTERNAL_ERROR = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was done."""

    requests: int = 0
    errors: int = 0  # Requests that Airflow refused or did not answer.
    runs: int = 0  # Visited.
    values: int = 0  # Of XComs, fetched.
    logs: int = 0  # Read.
    analysed: int = 0  # Runs.

    def __add__(self, other: Self) -> Self:
        return self._with(add, other)

    def __sub__(self, other: Self) -> Self:
        return self._with(sub, other)

    def _with(self, operation: Callable[[int, int], int], other: Self) -> Self:
        names = (each.name for each in fields(self))
        return replace(
            self, **{name: operation(getattr(self, name), getattr(other, name)) for name in names}
        )


@dataclass(frozen=True, slots=True)
class PassReport:
    """One pass that came to its end."""

    server_time: datetime  # Airflow's clock when it began: the new watermark.
    done: Tally
    open_runs: int  # Still running or queued afterwards: reason to come back soon.
    backfill_done: bool
    #: What could not be read though the pass went on, one line each.
    troubles: tuple[str, ...] = ()


class Troubles:
    """What single items refused, so that one forbidden DAG does not stop the mirror of the rest.

    `refusals` counts for each line the passes that had it, and outlives the pass. Safe to use from
    several threads.
    """

    def __init__(self, refusals: Counter[str] | None = None) -> None:
        self._lock = threading.Lock()
        self._refusals = Counter[str]() if refusals is None else refusals
        self._lines: dict[str, None] = {}
        self._failures = 0
        self._unfinished: set[RunKey] = set()

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def forget_others(self) -> None:
        """After a whole pass: what did not fail in it is well again."""
        for line in self._refusals.keys() - self._lines.keys():
            del self._refusals[line]

    def is_whole(self, run: RunKey) -> bool:
        """Whether all of the run was read that can be; else a later pass must try again."""
        return run not in self._unfinished

    def come_back(self, run: RunKey) -> None:
        """Keep the run open to another visit: something of it was not there yet."""
        with self._lock:
            self._unfinished.add(run)

    def bear(self, error: AirflowError, *, of: RunKey | None) -> None:
        """Take note of an error that is about one item alone; any other is raised again.

        What is gone or forbidden stays so; what cannot be read now may be readable later, so the
        run `of` which it is a part is not whole.
        """
        if isinstance(error, NotThere):
            return
        is_internal = isinstance(error, Busy) and error.status == _INTERNAL_ERROR
        if not isinstance(error, NotAllowed | BadAnswer) and not is_internal:
            raise error
        with self._lock:
            line = str(error)
            self._refusals[line] += line not in self._lines
            self._lines[line] = None
            if self._refusals[line] > _PATIENCE:
                return
            self._failures += is_internal
            if of is not None and not isinstance(error, NotAllowed):
                self._unfinished.add(of)
            if self._failures > _MOST_FAILURES:
                raise error
