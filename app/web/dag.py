"""One DAG: its latest lineage, its runs, and what its tasks give each other."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from app.store.pages.dag import DagFacts, RunCounts, read_dag
from app.store.pages.problem_groups import GroupStatus
from app.store.pages.run_strips import StripRun
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.contract import ProducerContract, contracts, newest_runs
from app.web.dag_ahead import AheadRow, ahead_rows
from app.web.kept_only import run_note
from app.web.parts import Parts
from app.web.problem_lines import ProblemLine, problem_line
from app.web.run_bars import RunBar, run_bars

router = APIRouter(include_in_schema=False)

# Pixels of a state bar.
_BAR_WIDTH = 120
_STRIP = 24


@dataclass(frozen=True, slots=True)
class StateShare:
    css: str
    word: str
    number: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class RunRow:
    href: str
    run_id: str
    state: str
    when: text.Moment | None
    duration: str
    version: str
    shares: tuple[StateShare, ...]
    instances: str
    flows: int
    flows_href: str
    problems: int
    problems_href: str
    kept_only: str  # Why it stands nowhere but here, if so.
    compare_href: str


@dataclass(frozen=True, slots=True)
class Fact:
    text: str
    is_code: bool = False  # Written by the DAG's author, not by us.


@dataclass(frozen=True, slots=True)
class DagPage:
    chrome: Chrome
    deployment: str
    deployment_href: str
    airflow_href: str | None
    dag_id: str
    facts: tuple[Fact, ...]
    tags: tuple[str, ...]
    bars: tuple[RunBar, ...]
    latest_href: str | None
    problems: tuple[ProblemLine, ...]
    problems_href: str
    ahead: tuple[AheadRow, ...]
    ahead_twin: str
    runs: tuple[RunRow, ...]
    contracts: tuple[ProducerContract, ...]
    contracts_twin: str
    read_runs: str
    twin: str


@router.get(links.DAG_ROUTE)
def dag_page(parts: Parts, deployment: str, dag_id: str) -> Response:
    here = links.dag(deployment=deployment, dag_id=dag_id)
    with parts.store.reading() as session:
        facts = read_dag(session, deployment=deployment, dag_id=dag_id, now=parts.now())
        top = chrome(session, parts, tab="dags", here=here)
    return parts.renderer.page("dag/page.html", build(facts, top, parts.now()))


def build(facts: DagFacts, top: Chrome, now: datetime) -> DagPage:
    deployment, dag = facts.deployment, facts.dag
    return DagPage(
        chrome=top,
        deployment=deployment,
        deployment_href=links.dags(deployment=deployment),
        airflow_href=links.airflow_dag(base=facts.airflow_url, dag_id=dag.dag_id),
        dag_id=dag.dag_id,
        facts=_facts(facts),
        tags=dag.tags,
        bars=run_bars(facts.runs[-_STRIP:], deployment=deployment, now=now),
        latest_href=_run_href(facts, facts.runs[-1]) if facts.runs else None,
        problems=_problems(facts, now),
        problems_href=links.problems(deployment=deployment, dag_id=dag.dag_id),
        ahead=ahead_rows(facts.ahead),
        ahead_twin=links.api_dag_problems(deployment=deployment, dag_id=dag.dag_id),
        runs=tuple(_row(facts, run, now) for run in reversed(facts.runs)),
        contracts=contracts(facts.given, now),
        contracts_twin=links.api_contracts(deployment=deployment, dag_id=dag.dag_id),
        read_runs=newest_runs(facts.given),
        twin=links.api_runs(deployment=deployment, dag_id=dag.dag_id),
    )


def _problems(facts: DagFacts, now: datetime) -> tuple[ProblemLine, ...]:
    """What stands in runs and is not muted."""
    shown = (GroupStatus.OPEN, GroupStatus.ACKNOWLEDGED)
    return tuple(
        problem_line(group, facts.victims.get(group.latest.pk, ()), now=now)
        for group in facts.groups
        if group.status in shown and group.latest.run.run_id
    )


def _facts(facts: DagFacts) -> tuple[Fact, ...]:
    dag = facts.dag
    found = (
        Fact(dag.schedule, is_code=True) if dag.schedule else Fact("no schedule"),
        Fact("paused" if dag.is_paused else ""),
        Fact("gone from Airflow" if dag.is_stale else ""),
        Fact(text.count(len(facts.tasks), "task") if facts.tasks else ""),
        Fact(f"version {dag.latest_version}" if dag.latest_version else ""),
        Fact(dag.fileloc, is_code=True),
    )
    return tuple(fact for fact in found if fact.text)


def _run_href(facts: DagFacts, run: StripRun, tab: str | None = None) -> str:
    return links.run(deployment=facts.deployment, run=run.run, tab=tab)


def _row(facts: DagFacts, run: StripRun, now: datetime) -> RunRow:
    counts = facts.counts[run.pk]
    return RunRow(
        href=_run_href(facts, run),
        run_id=run.run.run_id,
        state=run.state,
        when=text.ago(run.start or run.run_after, now),
        duration=text.between(run.start, run.end or (now if run.start else None)),
        version=str(run.version_number or ""),
        shares=_shares(counts),
        instances=", ".join(
            f"{number} {text.state_look(state).word}" for state, number in _ordered(counts)
        ),
        flows=counts.flows,
        flows_href=_run_href(facts, run, "table"),
        problems=counts.problems,
        problems_href=_run_href(facts, run, "problems"),
        kept_only=run_note(run.gone_at),
        compare_href=links.compare(
            deployment=facts.deployment, dag_id=facts.dag.dag_id, right=run.run.run_id
        ),
    )


def _ordered(counts: RunCounts) -> list[tuple[str | None, int]]:
    return sorted(counts.states, key=lambda pair: (pair[0] != "success", pair[0] or "~"))


def _shares(counts: RunCounts) -> tuple[StateShare, ...]:
    total = sum(number for _, number in counts.states) or 1
    shares: list[StateShare] = []
    x = 0.0
    for state, number in _ordered(counts):
        look = text.state_look(state)
        width = round(_BAR_WIDTH * number / total, 1)
        shares.append(StateShare(look.css, look.word, number, round(x, 1), width))
        x += width
    return tuple(shares)
