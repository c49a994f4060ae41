"""The first page: what needs a look, and how the mirror does."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from app.store.deployments import DeploymentState, read_deployments
from app.store.pages.chrome import MirrorState
from app.store.pages.dag_list import DagList, DagOrder, read_dag_list
from app.store.pages.kept import Kept, read_kept
from app.store.pages.problem_groups import ProblemGroup, read_groups
from app.store.pages.sightings import read_victims
from app.web import links, text
from app.web.chrome import Chrome, Mirror, chrome, mirror_of
from app.web.dag_rows import Choice, DagRow, dag_rows, orders
from app.web.parts import Parts
from app.web.problem_lines import ProblemLine, problem_line

router = APIRouter(include_in_schema=False)

_MOST_DAGS = 40
_MOST_PROBLEMS = 6


@dataclass(frozen=True, slots=True)
class DeploymentLine:
    name: str
    version: str
    mirror: Mirror
    counts: str
    advice: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    chrome: Chrome
    summary: str
    orders: tuple[Choice, ...]
    rows: tuple[DagRow, ...]
    unshown: str
    problems: tuple[ProblemLine, ...]
    problems_total: int
    deployments: tuple[DeploymentLine, ...]
    kept: tuple[tuple[str, str], ...]
    oldest_run: text.Moment | None


@dataclass(frozen=True, slots=True)
class OverviewFacts:
    dags: DagList
    groups: tuple[ProblemGroup, ...]  # That wait for somebody.
    victims: dict[int, frozenset[tuple[str, int]]]  # By the number of the problem that tells.
    deployments: tuple[DeploymentState, ...]
    kept: Kept


@router.get(links.overview())
def overview_page(parts: Parts, order: DagOrder = DagOrder.PROBLEMS) -> Response:
    with parts.store.reading() as session:
        now = parts.now()
        groups = read_groups(session, now=now, most=_MOST_PROBLEMS, only_waiting=True)
        facts = OverviewFacts(
            dags=read_dag_list(session, order=order, most=_MOST_DAGS, now=now),
            groups=groups,
            victims=read_victims(session, [group.latest.pk for group in groups]),
            deployments=read_deployments(session),
            kept=read_kept(session),
        )
        top = chrome(session, parts, tab="overview", here=links.overview(order=order.value))
    return parts.renderer.page("overview/page.html", build(facts, top, order, now))


def build(facts: OverviewFacts, top: Chrome, order: DagOrder, now: datetime) -> OverviewPage:
    left = facts.dags.total - len(facts.dags.lines)
    return OverviewPage(
        chrome=top,
        summary=_summary(facts),
        orders=orders(order, link=lambda name: links.overview(order=name)),
        rows=dag_rows(facts.dags, now=now),
        unshown=text.count(left, "more DAG") if left else "",
        problems=tuple(
            problem_line(group, facts.victims.get(group.latest.pk, ()), now=now)
            for group in facts.groups
        ),
        problems_total=top.problems,
        deployments=tuple(_deployment(state, now) for state in facts.deployments),
        kept=_kept(facts.kept),
        oldest_run=text.ago(facts.kept.oldest_run, now),
    )


def _summary(facts: OverviewFacts) -> str:
    number = text.thousands(facts.dags.total)
    if len(facts.deployments) == 1:
        return f"{number} in {facts.deployments[0].name}"
    return f"{number} in {text.count(len(facts.deployments), 'deployment')}"


def _deployment(state: DeploymentState, now: datetime) -> DeploymentLine:
    mirror = mirror_of(MirrorState(state.name, state.last_pass_at, state.error), now)
    dags, runs = text.count(state.dags, "DAG"), text.count(state.open_runs, "open run")
    return DeploymentLine(
        name=state.name,
        version=f"Airflow {state.airflow_version}" if state.airflow_version else "",
        mirror=mirror,
        counts=f"{dags}, {runs}",
        advice=state.error or "",
    )


def _kept(kept: Kept) -> tuple[tuple[str, str], ...]:
    return (
        ("runs", text.thousands(kept.runs)),
        ("values, all tries", text.thousands(kept.values)),
        ("flows", text.thousands(kept.flows)),
        ("values Airflow has since deleted", text.thousands(kept.values_gone)),
    )
