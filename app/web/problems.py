"""The inbox: everything there is to mend, narrowed by links."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.model.findings import Problem
from app.store.pages.problem_groups import GroupStatus, ProblemGroup, read_groups, read_hit_runs
from app.store.pages.run_strips import StripRun, read_strips
from app.store.pages.sightings import Sighting, read_bodies, read_victims
from app.store.session import ReadSession
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.deciding import Deciding, deciding
from app.web.parts import Parts
from app.web.problem_facets import Facet, ProblemQuery, facets, fits, mentioning
from app.web.problem_words import correction, is_code, marked_wrong

router = APIRouter(include_in_schema=False)

# Groups that are counted and filtered.
_MOST_GROUPS = 5000
_MOST_SHOWN = 100
_STRIP = 14
# Characters of a search; more are no search.
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class ProblemRow:
    href: str
    severity: str
    title: str
    kind: str
    silent: bool
    wrong: tuple[text.Piece, ...]
    correction: str
    is_code: bool  # The correction: to be written as it stands.
    deployment: str
    dag_id: str
    task_href: str
    task_id: str
    field: str
    is_before: bool  # Found in the DAG: no run has it yet.
    hits: tuple[bool, ...]
    victims: str
    seen: text.Moment | None
    first_seen: text.Moment | None  # None where it says no more than `seen`.
    history: tuple[str, ...]  # "in 12 runs", "came back twice", "gone 3 h ago".
    deciding: Deciding


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    chrome: Chrome
    summary: str
    facets: tuple[Facet, ...]
    hidden: tuple[tuple[str, str], ...]  # What the search keeps of the other filters.
    words: str
    rows: tuple[ProblemRow, ...]
    unshown: str
    is_narrowed: bool
    twin: str


@dataclass(frozen=True, slots=True)
class Found:
    groups: tuple[ProblemGroup, ...]  # All that the words of the query leave.
    shown: tuple[ProblemGroup, ...]
    bodies: dict[int, Problem]  # Of the groups shown, by the number of the problem that tells.
    victims: dict[int, frozenset[tuple[str, int]]]  # Likewise, of all that wait.
    hits: dict[int, frozenset[int]]  # Runs that have it, by the group's number.
    strips: dict[int, tuple[StripRun, ...]]


@router.get(links.problems())
def problems_page(parts: Parts, query: Annotated[ProblemQuery, Depends()]) -> Response:
    with parts.store.reading() as session:
        found = _find(session, query, parts.now())
        top = chrome(session, parts, tab="problems", here=links.problems(**asdict(query)))
    return parts.renderer.page("problems/page.html", build(found, query, top, parts.now()))


def _find(session: ReadSession, query: ProblemQuery, now: datetime) -> Found:
    words = query.q[:_MOST_WORDS]
    groups = read_groups(session, now=now, most=_MOST_GROUPS, mentions=words)
    if words.strip():
        bodies = read_bodies(session, [group.latest.pk for group in groups])
        groups = mentioning(groups, words, bodies)
    shown = tuple(group for group in groups if fits(group, query))[:_MOST_SHOWN]
    waiting = [group.latest.pk for group in groups if group.status is GroupStatus.OPEN]
    pks = [group.latest.pk for group in shown]
    return Found(
        groups=groups,
        shown=shown,
        bodies=read_bodies(session, pks),
        victims=read_victims(session, {*waiting, *pks}),
        hits=read_hit_runs(session, [group.pk for group in shown]),
        strips=read_strips(session, {one.latest.dag_pk for one in shown}, most=_STRIP),
    )


def build(found: Found, query: ProblemQuery, top: Chrome, now: datetime) -> ProblemsPage:
    left = sum(fits(group, query) for group in found.groups) - len(found.shown)
    given = asdict(query)
    here = links.problems(**given)
    return ProblemsPage(
        chrome=top,
        summary=_summary(found),
        facets=facets(found.groups, query),
        hidden=tuple((name, value) for name, value in given.items() if value and name != "q"),
        words=query.q,
        rows=tuple(_row(group, found, here, now) for group in found.shown),
        unshown=f"{text.count(left, 'more')}: narrow the list" if left > 0 else "",
        is_narrowed=any(given[name] for name in given if name != "status"),
        twin=links.api_groups(**{n: given[n] for n in ("status", "deployment", "dag_id")}),
    )


def _summary(found: Found) -> str:
    numbers = dict.fromkeys(GroupStatus, 0)
    victims = 0
    for group in found.groups:
        numbers[group.status] += 1
        if group.status is GroupStatus.OPEN:
            victims += len(found.victims.get(group.latest.pk, ()))
    folded = (f"{text.count(victims, 'victim')} folded in",) if victims else ()
    others = tuple(
        f"{numbers[status]} {status.value}"
        for status in (GroupStatus.ACKNOWLEDGED, GroupStatus.MUTED)
        if numbers[status]
    )
    return " · ".join(
        (
            f"{numbers[GroupStatus.OPEN]} open",
            *folded,
            *others,
            f"{numbers[GroupStatus.GONE]} gone",
        )
    )


def _row(group: ProblemGroup, found: Found, here: str, now: datetime) -> ProblemRow:
    one = group.latest
    body = found.bodies[one.pk]
    hit = found.hits.get(group.pk, frozenset())
    victims = len(found.victims.get(one.pk, ()))
    return ProblemRow(
        href=links.problem(one.pk),
        severity=one.severity,
        title=one.title,
        kind=one.kind,
        silent=one.silent,
        wrong=marked_wrong(body),
        correction=correction(body),
        is_code=is_code(body),
        deployment=one.deployment,
        dag_id=one.run.dag_id,
        task_href=_task_href(one, body),
        task_id=one.task_id,
        field=one.field or "return.json",
        is_before=group.runs == 0,
        hits=tuple(run.pk in hit for run in found.strips.get(one.dag_pk, ())),
        victims=str(victims) if victims else "none",
        seen=text.ago(group.last_at, now),
        first_seen=text.ago(group.first_at, now) if group.runs != 1 else None,
        history=_history(group, now),
        deciding=deciding(group, back=here, now=now),
    )


def _history(group: ProblemGroup, now: datetime) -> tuple[str, ...]:
    since = text.ago(group.since, now)
    returns = {0: "", 1: "came back once", 2: "came back twice"}
    told = (
        f"in {text.count(group.runs, 'run')}" if group.runs > 1 else "",
        returns.get(group.returns, f"came back {group.returns} times"),
        f"gone by itself {since.text}" if since and not group.is_open else "",
    )
    return tuple(filter(None, told))


def _task_href(one: Sighting, body: Problem) -> str:
    if one.run_pk is None:
        return links.dag(deployment=one.deployment, dag_id=one.run.dag_id)
    if body.instance is None:
        return links.run(deployment=one.deployment, run=one.run)
    return links.task_instance(deployment=one.deployment, instance=body.instance)
