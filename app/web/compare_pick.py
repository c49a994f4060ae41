"""Which two runs are compared, and how each of them went; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from app.model.sides import RunSide
from app.store.pages.compare import ChosenRun, ComparedRuns
from app.store.pages.run_strips import StripRun
from app.web import links, text
from app.web.run_bars import RunBar, run_bars

# Runs in the strip.
_STRIP = 24


@dataclass(frozen=True, slots=True)
class RunOption:
    run_id: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SideHead:
    name: str  # "left" or "right", as in the address.
    run_id: str
    href: str
    state: str
    word: str
    when: text.Moment | None
    facts: tuple[str, ...]


def options(runs: ComparedRuns, chosen: ChosenRun | None) -> tuple[RunOption, ...]:
    """The newest first; the chosen one too when it is older than all of them."""
    run_id = run_id_of(chosen)
    listed = [_option(one, is_chosen=one.run.run_id == run_id) for one in reversed(runs.runs)]
    if chosen and run_id and not any(one.is_chosen for one in listed):
        listed.append(RunOption(run_id, f"{run_id} ({chosen.side.run.state})", is_chosen=True))
    return tuple(listed)


def _option(one: StripRun, *, is_chosen: bool) -> RunOption:
    word = text.state_look(one.state).word
    return RunOption(one.run.run_id, f"{one.run.run_id} ({word})", is_chosen)


def heads(runs: ComparedRuns, now: datetime) -> Iterator[SideHead]:
    for name, chosen in (("left", runs.left), ("right", runs.right)):
        if chosen is None:
            continue
        run = chosen.side.run
        yield SideHead(
            name=name,
            run_id=run.key.run_id,
            href=links.run(deployment=runs.deployment, run=run.key),
            state=run.state,
            word=text.state_look(run.state).word,
            when=text.day_and_time(run.start or run.run_after),
            facts=tuple(_facts(chosen.side, now)),
        )


def _facts(side: RunSide, now: datetime) -> Iterator[str]:
    taken = text.between(side.run.start, side.run.end or now)
    if taken:
        yield taken if side.run.end else f"{taken} so far"
    if side.version_number:
        yield f"DAG version {side.version_number}"
    yield text.count(len(side.instances), "task instance")
    if side.is_gone:
        yield "gone from Airflow"


def run_id_of(chosen: ChosenRun | None) -> str | None:
    return chosen.side.run.key.run_id if chosen else None


@dataclass(frozen=True, slots=True)
class Strip:
    """The newest runs as bars, each a link to itself beside the good run before it."""

    bars: tuple[RunBar, ...]
    ticks: tuple[tuple[int, str], ...]  # Which bars are compared, and on which side.


def strip_of(runs: ComparedRuns, now: datetime) -> Strip:
    newest = runs.runs[-_STRIP:]
    plain = run_bars(newest, deployment=runs.deployment, now=now)
    bars = (replace(bar, href=_beside(runs, one)) for bar, one in zip(plain, newest, strict=True))
    chosen = {run_id_of(runs.left): "left", run_id_of(runs.right): "right"}
    ticks = ((at, chosen.get(one.run.run_id, "")) for at, one in enumerate(newest))
    return Strip(tuple(bars), tuple(tick for tick in ticks if tick[1]))


def _beside(runs: ComparedRuns, one: StripRun) -> str:
    run_id = one.run.run_id
    return links.compare(deployment=runs.deployment, dag_id=runs.dag_id, right=run_id)
