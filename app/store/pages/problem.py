"""Everything the page of one problem tells."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.model.errors import NotKept
from app.model.findings import Problem
from app.model.ids import TaskInstanceKey
from app.store.pages.instance_states import read_states
from app.store.pages.problem_groups import (
    Sighting,
    read_related_bodies,
    read_sightings,
    read_sightings_like,
)
from app.store.pages.run_strips import StripRun, read_strips
from app.store.pages.sources import SourceText, read_source
from app.store.problems import StoredProblem, read_problem
from app.store.session import ReadSession

# Runs shown as marks.
_STRIP = 24


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    stored: StoredProblem
    same: tuple[Sighting, ...]  # The problem in every run that had it, newest first.
    recent: tuple[Sighting, ...]  # All newest problems, to page through and to find victims in.
    related: dict[int, Problem]  # Of every run that has victims, whole, by their numbers.
    runs: tuple[StripRun, ...]
    source: SourceText
    states: dict[TaskInstanceKey, str | None]


def read_problem_facts(session: ReadSession, pk: int, *, most: int) -> ProblemFacts:
    """Raises NotKept when there is no problem of that number."""
    stored = read_problem(session, pk)
    if stored is None:
        raise NotKept(f"There is no problem {pk}")
    same = read_sightings_like(session, pk)
    recent = read_sightings(session, most=most)
    related = read_related_bodies(session, recent)
    dag_pk = same[0].dag_pk
    return ProblemFacts(
        stored=stored,
        same=same,
        recent=recent,
        related=related,
        runs=read_strips(session, [dag_pk], most=_STRIP).get(dag_pk, ()),
        source=read_source(session, deployment_name=stored.deployment, run=stored.run),
        states=read_states(
            session,
            deployment_name=stored.deployment,
            instances=_places(stored.problem, related.values()),
        ),
    )


def _places(problem: Problem, related: Iterable[Problem]) -> set[TaskInstanceKey]:
    places = {one.instance for one in (problem.consumer, problem.producer) if one}
    return places | {other.consumer.instance for other in related if other.consumer}
