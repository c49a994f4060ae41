"""What a run's graph is made from: less than the facts, so that a page reads little."""

from dataclasses import dataclass
from datetime import datetime

from app.model.facts import RunFacts, Task, Try, XCom
from app.model.findings import Analysis, Flow, OnwardFlow, Problem
from app.model.ids import RunKey, TaskInstanceKey


@dataclass(frozen=True, slots=True)
class Instance:
    """The latest try of a task instance, as far as a card shows it."""

    key: TaskInstanceKey
    try_number: int
    state: str | None
    operator: str = ""
    start: datetime | None = None
    end: datetime | None = None
    max_tries: int = 0
    is_rendered: bool = False  # Its rendered fields were seen.


@dataclass(frozen=True, slots=True)
class Material:
    run: RunKey
    tasks: tuple[Task, ...] = ()
    instances: tuple[Instance, ...] = ()  # Of this run, one per task instance.
    xcoms: tuple[XCom, ...] = ()  # Of this run, the latest version of each key.
    flows: tuple[Flow, ...] = ()
    problems: tuple[Problem, ...] = ()
    onward: tuple[OnwardFlow, ...] = ()  # Into other runs, the newest first.
    unfolded: frozenset[str] = frozenset()  # Mapped tasks whose instances have a card each.


def material_of(
    facts: RunFacts, analysis: Analysis, onward: tuple[OnwardFlow, ...] = ()
) -> Material:
    """The part of a run's facts and findings that its graph shows.

    `onward`: what tasks of other runs got from it.
    """
    return Material(
        run=facts.run.key,
        tasks=facts.tasks,
        instances=_latest_tries(facts.tries),
        xcoms=_latest_versions(facts.xcoms),
        flows=analysis.flows,
        problems=analysis.problems,
        onward=onward,
    )


def instance_of(latest: Try, *, is_rendered: bool) -> Instance:
    return Instance(
        key=latest.key.instance,
        try_number=latest.key.try_number,
        state=latest.state,
        operator=latest.operator,
        start=latest.start,
        end=latest.end,
        max_tries=latest.max_tries,
        is_rendered=is_rendered,
    )


def _latest_tries(tries: tuple[Try, ...]) -> tuple[Instance, ...]:
    latest = {each.key.instance: each for each in sorted(tries, key=lambda one: one.key)}
    return tuple(
        instance_of(each, is_rendered=each.rendered is not None) for each in latest.values()
    )


def _latest_versions(xcoms: tuple[XCom, ...]) -> tuple[XCom, ...]:
    oldest_first = sorted(xcoms, key=lambda one: one.at.timestamp)
    latest = {(each.at.instance, each.at.key): each for each in oldest_first}
    return tuple(latest.values())
