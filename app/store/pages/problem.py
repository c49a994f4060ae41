"""Everything the page of one problem tells."""

from dataclasses import dataclass
from datetime import datetime

from app.model.errors import NotKept
from app.store.pages.problem_chain import ChainFacts, read_chain
from app.store.pages.problem_groups import ProblemGroup, read_groups_of, read_waiting
from app.store.pages.run_strips import StripRun, read_strips
from app.store.pages.sightings import Sighting, read_sightings_like
from app.store.pages.sources import SourceText, read_source, read_version_source
from app.store.problems import StoredProblem, read_problem
from app.store.session import ReadSession

# Runs shown as marks.
_STRIP = 24


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    stored: StoredProblem
    group: ProblemGroup | None  # None: nothing was worked out since an upgrade.
    same: tuple[Sighting, ...]  # All of its cause, victims too, in every run, newest first.
    waiting: tuple[int, ...]  # Problems that wait for somebody, to page through.
    chain: ChainFacts  # What has the same cause in its run.
    runs: tuple[StripRun, ...]
    source: SourceText


def read_problem_facts(session: ReadSession, pk: int, *, now: datetime, most: int) -> ProblemFacts:
    """Raises NotKept when there is no problem of that number."""
    stored = read_problem(session, pk)
    if stored is None:
        raise NotKept(f"There is no problem {pk}")
    same = read_sightings_like(session, pk)
    group = read_groups_of(session, [pk], now=now).get(pk)
    dag_pk = same[0].dag_pk
    return ProblemFacts(
        stored=stored,
        group=group,
        same=same,
        waiting=read_waiting(session, now=now, most=most),
        chain=read_chain(session, stored),
        runs=read_strips(session, [dag_pk], most=_STRIP).get(dag_pk, ()),
        source=_source(session, stored),
    )


def _source(session: ReadSession, stored: StoredProblem) -> SourceText:
    if stored.run.run_id:
        return read_source(session, deployment_name=stored.deployment, run=stored.run)
    return read_version_source(
        session,
        deployment_name=stored.deployment,
        dag_id=stored.run.dag_id,
        version_number=stored.version_number,
    )
