"""Stored problems put together: one line per thing to mend, its victims folded in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.model.findings import Problem
from app.store.pages.problem_groups import Sighting
from app.web import links, text

_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Sightings of one thing, newest run first; `victims` of all of them."""

    sightings: tuple[Sighting, ...]
    victims: tuple[Sighting, ...] = ()

    @property
    def latest(self) -> Sighting:
        """The newest one that stands, else the newest."""
        return next((one for one in self.sightings if one.is_open), self.sightings[0])

    @property
    def is_open(self) -> bool:
        return any(one.is_open for one in self.sightings)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem in one line, as the overview and the run's neighbours show it."""

    href: str
    severity: str
    title: str
    dag_id: str
    silent: bool
    seen: text.Moment | None
    victims: str


def problem_groups(
    sightings: Iterable[Sighting], related: Mapping[int, Problem]
) -> tuple[ProblemGroup, ...]:
    """One group per thing to mend: errors first, then by the newest run.

    A victim belongs to the group that stands for its root in the same run; one whose root is in no
    group here stands for itself. `related`: the problems of every run that has victims.
    """
    kept = tuple(sightings)
    groups: dict[tuple[object, ...], list[Sighting]] = {}
    for one in kept:
        if not one.is_victim:
            groups.setdefault(one.group, []).append(one)
    victims: dict[tuple[object, ...], list[Sighting]] = {}
    roots = {(one.run_pk, _root_task(one, related)): one.group for one in kept if not one.is_victim}
    for one in kept:
        if not one.is_victim:
            continue
        root = roots.get((one.run_pk, _root_task(one, related)))
        if root is None:
            groups.setdefault(one.group, []).append(one)
        else:
            victims.setdefault(root, []).append(one)
    found = [ProblemGroup(tuple(ones), tuple(victims.get(key, ()))) for key, ones in groups.items()]
    return tuple(sorted(found, key=lambda group: _SEVERITIES.index(group.latest.severity)))


def _root_task(one: Sighting, related: Mapping[int, Problem]) -> str | None:
    """The task whose push is the cause: its own for a push problem, None when there is no cause."""
    if one.field is None:
        return one.task_id
    problem = related.get(one.pk)
    return problem.root.instance.task_id if problem and problem.root else None


def problem_line(group: ProblemGroup, *, now: datetime) -> ProblemLine:
    one = group.latest
    victims = len({victim.task_id for victim in group.victims})
    return ProblemLine(
        href=links.problem(one.pk),
        severity=one.severity,
        title=one.title,
        dag_id=one.run.dag_id,
        silent=one.silent,
        seen=text.ago(one.at, now),
        victims=text.count(victims, "victim") if victims else "",
    )
