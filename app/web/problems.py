"""The inbox: everything there is to mend, narrowed by links."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.model.findings import Problem
from app.store.pages.problem_groups import ProblemGroup, read_groups, read_hit_runs
from app.store.pages.run_strips import StripRun, read_strips
from app.store.pages.sightings import Sighting, read_bodies, read_victims
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.dag_rows import Choice
from app.web.marked import marked
from app.web.parts import Parts
from app.web.problem_words import correction, is_code, what_is_wrong

router = APIRouter(include_in_schema=False)

# Groups that are counted and filtered.
_MOST_GROUPS = 5000
_MOST_SHOWN = 100
_STRIP = 14


@dataclass(frozen=True, slots=True)
class ProblemQuery:
    """What the reader narrowed the inbox to; empty means any."""

    status: str = "open"
    severity: str = ""
    silent: str = ""  # "yes": only where Airflow says green.
    deployment: str = ""
    dag_id: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    title: str
    choices: tuple[Choice, ...]
    is_code: bool = False


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
    hits: tuple[bool, ...]
    victims: str
    seen: text.Moment | None


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    chrome: Chrome
    summary: str
    facets: tuple[Facet, ...]
    rows: tuple[ProblemRow, ...]
    unshown: str
    is_narrowed: bool
    twin: str


@dataclass(frozen=True, slots=True)
class _Found:
    groups: tuple[ProblemGroup, ...]
    bodies: dict[int, Problem]  # Of the groups shown, by the number of the problem that tells.
    victims: dict[int, frozenset[tuple[str, int]]]  # Likewise, of all that stand.
    hits: dict[int, frozenset[int]]  # Runs that have it, by the group's number.
    strips: dict[int, tuple[StripRun, ...]]


@router.get(links.problems())
def problems_page(parts: Parts, query: Annotated[ProblemQuery, Depends()]) -> Response:
    with parts.store.reading() as session:
        groups = read_groups(session, now=parts.now(), most=_MOST_GROUPS)
        shown = [group for group in groups if _fits(group, query)][:_MOST_SHOWN]
        found = _Found(
            groups=groups,
            bodies=read_bodies(session, [group.latest.pk for group in shown]),
            victims=read_victims(session, [one.latest.pk for one in groups if one.is_open]),
            hits=read_hit_runs(session, [group.pk for group in shown]),
            strips=read_strips(session, {one.latest.dag_pk for one in shown}, most=_STRIP),
        )
        top = chrome(session, parts, tab="problems", here=links.problems(**asdict(query)))
    return parts.renderer.page("problems/page.html", build(found, query, top, parts.now()))


def build(found: _Found, query: ProblemQuery, top: Chrome, now: datetime) -> ProblemsPage:
    fitting = [group for group in found.groups if _fits(group, query)]
    left = len(fitting) - _MOST_SHOWN
    given = asdict(query)
    return ProblemsPage(
        chrome=top,
        summary=_summary(found),
        facets=_facets(found.groups, query),
        rows=tuple(_row(group, found, now) for group in fitting[:_MOST_SHOWN]),
        unshown=f"{text.count(left, 'more')}: narrow the list" if left > 0 else "",
        is_narrowed=any(given[name] for name in given if name != "status"),
        twin=links.api_problems(**{n: given[n] for n in ("status", "deployment", "dag_id")}),
    )


def _summary(found: _Found) -> str:
    groups = found.groups
    still = [group for group in groups if group.is_open]
    victims = sum(len(found.victims.get(group.latest.pk, ())) for group in still)
    folded = f" · {text.count(victims, 'victim')} folded in" if victims else ""
    return f"{len(still)} open{folded} · {len(groups) - len(still)} gone"


_FACTS: dict[str, Callable[[ProblemGroup], str]] = {
    "status": lambda group: "open" if group.is_open else "gone",
    "severity": lambda group: group.latest.severity,
    "silent": lambda group: "yes" if group.latest.silent else "",
    "deployment": lambda group: group.latest.deployment,
    "dag_id": lambda group: group.latest.run.dag_id,
    "kind": lambda group: group.latest.kind,
}


def _fits(group: ProblemGroup, query: ProblemQuery) -> bool:
    asked = asdict(query)
    return all(not asked[name] or fact(group) == asked[name] for name, fact in _FACTS.items())


def _facets(groups: tuple[ProblemGroup, ...], query: ProblemQuery) -> tuple[Facet, ...]:
    def toggled(name: str, value: str) -> str:
        # Chosen again, a filter is taken off; a status is always chosen.
        return "" if getattr(query, name) == value and name != "status" else value

    def choices(name: str, values: dict[str, str] | None = None) -> tuple[Choice, ...]:
        """Each value with how many there are, were the others left as they are."""
        rest = replace(query, **{name: ""})
        numbers = Counter(_FACTS[name](group) for group in groups if _fits(group, rest))
        offered = values or {value: value for value in sorted(numbers, key=lambda v: -numbers[v])}
        return tuple(
            Choice(
                label=label,
                # Chosen again, a filter is taken off; a status is always chosen.
                href=links.problems(**asdict(replace(query, **{name: toggled(name, value)}))),
                is_chosen=getattr(query, name) == value,
                number=str(numbers[value]),
            )
            for value, label in offered.items()
        )

    return (
        Facet("Status", choices("status", {"open": "Open", "gone": "Gone"})),
        Facet(
            "Harm",
            (
                *choices("severity", {"error": "Error", "warning": "Warning", "info": "Info"}),
                *choices("silent", {"yes": "Silent: task is green"}),
            ),
        ),
        Facet("Deployment", choices("deployment")),
        Facet("DAG", choices("dag_id"), is_code=True),
        Facet("Kind", choices("kind"), is_code=True),
    )


def _row(group: ProblemGroup, found: _Found, now: datetime) -> ProblemRow:
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
        wrong=marked(what_is_wrong(body), body.wrong, _underline(one)),
        correction=correction(body),
        is_code=is_code(body),
        deployment=one.deployment,
        dag_id=one.run.dag_id,
        task_href=_task_href(one, body),
        task_id=one.task_id,
        field=one.field or "return.json",
        hits=tuple(run.pk in hit for run in found.strips.get(one.dag_pk, ())),
        victims=str(victims) if victims else "none",
        seen=text.ago(one.at, now),
    )


def _underline(one: Sighting) -> str:
    return "wrong" if one.severity == "error" else "wrong warning"


def _task_href(one: Sighting, body: Problem) -> str:
    place = body.consumer or body.producer
    if place is None:
        return links.run(deployment=one.deployment, run=one.run)
    return links.task_instance(deployment=one.deployment, instance=place.instance)
