"""Which two runs are compared, and how each of them went; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.model.sides import RunSide
from app.store.pages.compare import ChosenRun, ComparedRuns
from app.store.pages.run_strips import StripRun
from app.web import links, text


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
