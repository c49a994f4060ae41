"""A strip of runs as bars: height is duration, colour is state, each a link to its run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.store.pages.run_strips import StripRun
from app.web import links, text

# Pixels: the longest run fills the strip, the shortest is still a mark one can point at.
_TALLEST, _SHORTEST = 22, 4


@dataclass(frozen=True, slots=True)
class RunBar:
    href: str
    title: str
    css: str
    height: int


def run_bars(runs: Sequence[StripRun], *, deployment: str, now: datetime) -> tuple[RunBar, ...]:
    seconds = [_seconds(run, now) for run in runs]
    longest = max(seconds, default=0) or 1
    return tuple(
        RunBar(
            href=links.run(deployment=deployment, run=run.run),
            title=_title(run, taken),
            css=text.state_look(run.state).css,
            height=max(_SHORTEST, round(_TALLEST * taken / longest)),
        )
        for run, taken in zip(runs, seconds, strict=True)
    )


def _seconds(run: StripRun, now: datetime) -> float:
    if run.start is None:
        return 0
    return max(((run.end or now) - run.start).total_seconds(), 0)


def _title(run: StripRun, seconds: float) -> str:
    when = text.exact(run.run_after) if run.run_after else run.run.run_id
    return f"{when}: {text.state_look(run.state).word}, {text.duration(seconds)}"
