"""When recorded runs are played: a history of one run a day, then runs that unfold before our eyes.

Every performance is a recorded run moved in time, under an id and a date of its own. Both stand in
paths and values as well, so they are replaced wherever they stand: what flowed still flows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from app.demo.recording import RecordedRun, plain

#: Runs of each DAG that are over when the replay begins.
HISTORY = 12
DAY = timedelta(days=1)
#: Time until the first run unfolds, between the DAGs' first runs, and between a DAG's runs.
FIRST = timedelta(seconds=2)
STAGGER = timedelta(seconds=12)
AGAIN = timedelta(minutes=5)

# The lab's pods are done in a second; real ones take longer, and people want to watch them.
PACE = 6

# History runs at this hour, like a nightly job.
_NIGHT = 2
_TIMES = frozenset({"start_date", "end_date", "queued_at", "queued_when", "timestamp"})
_DATES = frozenset({"logical_date", "run_after"})
# What users put there; a name among it that looks like one of ours is not ours.
_THEIRS = frozenset({"value", "rendered_fields", "conf"})


@dataclass(frozen=True, slots=True)
class Performance:
    """A recorded run to be played at a time. `number`: below 0 it is history."""

    recorded: RecordedRun
    begin: datetime
    number: int

    @property
    def run_id(self) -> str:
        return f"{self.recorded.run.run_type or 'manual'}__{self.begin.isoformat()}"


def performances(
    runs: Iterable[RecordedRun], *, start: datetime, now: datetime
) -> Iterator[Performance]:
    """Every performance that has begun by `now` in a replay that began at `start`.

    A DAG's runs are played in their recorded order, over and over; the newest one is the first to
    unfold live.
    """
    by_dag: dict[str, list[RecordedRun]] = {}
    for run in sorted(runs, key=lambda each: (each.run.dag_id, _moment(each))):
        by_dag.setdefault(run.run.dag_id, []).append(run)
    for position, of_dag in enumerate(by_dag.values()):
        first = start + FIRST + position * STAGGER
        for number, begin in (*_history(start), *_live(first, now)):
            # Number 0 is the newest recorded run: the last of the list.
            yield Performance(of_dag[(number - 1) % len(of_dag)], begin, number)


def _moment(run: RecordedRun) -> datetime:
    return run.run.logical_date or run.run.start_date or datetime.min.replace(tzinfo=UTC)


def _history(start: datetime) -> Iterator[tuple[int, datetime]]:
    night = start.astimezone(UTC).replace(hour=_NIGHT, minute=0, second=0, microsecond=0)
    # A run that is played takes a minute or two; last night's must be over.
    last = night if start - night > timedelta(hours=1) else night - DAY
    for back in reversed(range(HISTORY)):
        yield -1 - back, last - back * DAY


def _live(first: datetime, now: datetime) -> Iterator[tuple[int, datetime]]:
    number = 0
    while (begin := first + number * AGAIN) <= now:
        yield number, begin
        number += 1


def performed(play: Performance) -> RecordedRun:
    """The recorded run with the times, the run id and the date of its performance."""
    run = play.recorded.run
    origin = run.queued_at or run.start_date or play.begin
    old, new = run.logical_date or origin, play.begin
    moved = _Moved(
        origin=origin,
        begin=play.begin,
        date=play.begin.isoformat(),
        texts=(
            (run.dag_run_id, play.run_id),
            (f"{old:%Y-%m-%d}", f"{new:%Y-%m-%d}"),
            (f"{old:%Y%m%d}", f"{new:%Y%m%d}"),
        ),
    )
    return msgspec.convert(moved.node(plain(play.recorded)), RecordedRun)


@dataclass(frozen=True, slots=True)
class _Moved:
    """Moves everything in a JSON document: times by a span, texts by replacement."""

    origin: datetime
    begin: datetime
    date: str
    texts: tuple[tuple[str, str], ...]

    def node(self, node: Any, *, ours: bool = True) -> Any:
        if isinstance(node, dict):
            return {
                self.text(name): self.member(name, value, ours=ours) for name, value in node.items()
            }
        if isinstance(node, list | tuple):
            return [self.node(item, ours=ours) for item in node]
        return self.text(node) if isinstance(node, str) else node

    def member(self, name: str, value: Any, *, ours: bool) -> Any:
        if ours and isinstance(value, str) and name in _DATES:
            return self.date
        moment = _parsed(value) if ours and isinstance(value, str) and name in _TIMES else None
        if moment is not None:
            return self.time(moment).isoformat()
        return self.node(value, ours=ours and name not in _THEIRS)

    def time(self, moment: datetime) -> datetime:
        return self.begin + (moment - self.origin) * PACE

    def text(self, text: str) -> str:
        for old, new in self.texts:
            text = text.replace(old, new)
        return text


def _parsed(text: str) -> datetime | None:
    """The time in a text; None where there is none (a logger may write anything)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
