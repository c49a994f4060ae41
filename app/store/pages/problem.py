"""Everything the page of one problem tells."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.model.errors import NotKept
from app.model.findings import Problem
from app.model.ids import TaskInstanceKey
from app.store.pages.instance_states import read_states
from app.store.pages.problem_groups import ProblemGroup, read_group_of, read_groups
from app.store.pages.run_strips import StripRun, read_strips
from app.store.pages.sightings import Sighting, read_bodies, read_sightings_like
from app.store.pages.sources import SourceText, read_source
from app.store.problems import StoredProblem, read_problem
from app.store.session import ReadSession

# Runs shown as marks.
_STRIP = 24


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    stored: StoredProblem
    group: ProblemGroup | None  # None: nothing was worked out since an upgrade.
    same: tuple[Sighting, ...]  # All of its cause, victims too, in every run, newest first.
    groups: tuple[ProblemGroup, ...]  # All there is to mend, to page through.
    victims: tuple[Problem, ...]  # Folded into the problem that tells the cause, in its run.
    runs: tuple[StripRun, ...]
    source: SourceText
    states: dict[TaskInstanceKey, str | None]


def read_problem_facts(session: ReadSession, pk: int, *, now: datetime, most: int) -> ProblemFacts:
    """Raises NotKept when there is no problem of that number."""
    stored = read_problem(session, pk)
    if stored is None:
        raise NotKept(f"There is no problem {pk}")
    same = read_sightings_like(session, pk)
    group = read_group_of(session, pk, now=now)
    victims = _victims(session, same, group)
    dag_pk = same[0].dag_pk
    return ProblemFacts(
        stored=stored,
        group=group,
        same=same,
        groups=read_groups(session, now=now, most=most),
        victims=victims,
        runs=read_strips(session, [dag_pk], most=_STRIP).get(dag_pk, ()),
        source=read_source(session, deployment_name=stored.deployment, run=stored.run),
        states=read_states(
            session,
            deployment_name=stored.deployment,
            instances=_places(stored.problem, victims),
        ),
    )


def _victims(
    session: ReadSession, same: Iterable[Sighting], group: ProblemGroup | None
) -> tuple[Problem, ...]:
    if group is None:
        return ()
    run_pk = group.latest.run_pk
    pks = [one.pk for one in same if one.is_victim and one.run_pk == run_pk]
    bodies = read_bodies(session, pks)
    return tuple(bodies[pk] for pk in pks)


def _places(problem: Problem, victims: Iterable[Problem]) -> set[TaskInstanceKey]:
    places = {one.instance for one in (problem.consumer, problem.producer) if one}
    return places | {other.consumer.instance for other in victims if other.consumer}
