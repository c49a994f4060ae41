"""Everything around the graph on the run page: where we are, how the run went, the tabs."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.graph.parts import Graph
from app.store.pages.run import RunPageFacts
from app.web import links, text
from app.web.kept_only import run_note
from app.web.run_bars import RunBar, run_bars
from app.web.run_drawing import Drawing
from app.web.run_panel import Panel
from app.web.run_remedies import Remedy
from app.web.run_sight import SightTools
from app.web.run_source import SourceLine
from app.web.run_table import Table

# Width of the state bar in px; a state that occurs is at least a mark.
_BAR = 180
_MARK = 3
# How loud a state is when it stands beside others: what needs somebody comes first.
_STATE_ORDER = ("success", "running", "skipped", "failed", "upstream_failed")


class Tab(StrEnum):
    GRAPH = "graph"
    TABLE = "table"
    PROBLEMS = "problems"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class TabLink:
    name: str
    href: str
    count: int | None
    is_bad: bool
    is_current: bool
    css: str


@dataclass(frozen=True, slots=True)
class StateCount:
    state: str | None
    css: str
    word: str
    number: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Head:
    deployment: str
    dag_id: str
    dag_href: str
    run_id: str
    state: str
    word: str
    started: text.Moment | None
    facts: tuple[str, ...]
    previous: str  # Addresses of the runs beside it, empty where there is none.
    following: str
    tryout: str
    airflow: str  # Empty: it is not there, or no browser can open it.
    compare: str
    compare_name: str
    counts: tuple[StateCount, ...]
    bar_width: int
    bars: tuple[RunBar, ...]
    bar: int  # Which of the bars is this run; -1: it is older than all of them.
    notes: tuple[str, ...]
    kept_only: str  # Why it stands nowhere but here, if so.


@dataclass(frozen=True, slots=True)
class RunView:
    """All of the page but the bar on top; live updates replace exactly this."""

    head: Head
    tabs: tuple[TabLink, ...]
    tab: str
    is_plain: bool  # No tab was asked for: wide screens show the graph, phones the table.
    part: str  # Address of this view alone.
    base: str  # Address of the page without a chosen port.
    drawing: Drawing | None
    is_for_now: bool  # The drawing is in plain layers until a better one is made.
    tools: SightTools | None
    panel: Panel | None
    table: Table | None
    remedies: tuple[Remedy, ...]
    source: tuple[SourceLine, ...]
    twin: str


def head(facts: RunPageFacts, *, now: datetime) -> Head:
    run = facts.run
    counts = _counts(facts)
    return Head(
        deployment=facts.deployment,
        dag_id=run.key.dag_id,
        dag_href=links.dag(deployment=facts.deployment, dag_id=run.key.dag_id),
        run_id=run.key.run_id,
        state=run.state,
        word=text.state_look(run.state).word,
        started=text.day_and_time(run.start),
        facts=_facts(facts, now),
        previous=_run_link(facts, is_later=False),
        following=_run_link(facts, is_later=True),
        tryout=links.tryout(
            deployment=facts.deployment, dag_id=run.key.dag_id, run_id=run.key.run_id
        ),
        airflow=_airflow(facts),
        compare=links.compare(
            deployment=facts.deployment, dag_id=run.key.dag_id, right=run.key.run_id
        ),
        compare_name="Compare with the good run before"
        if run.state == "success"
        else "Compare with the last good run",
        counts=counts,
        bar_width=_BAR,
        bars=run_bars(facts.strip, deployment=facts.deployment, now=now),
        bar=next((n for n, one in enumerate(facts.strip) if one.run == run.key), -1),
        notes=_notes(facts),
        kept_only=run_note(facts.gone_at),
    )


def _airflow(facts: RunPageFacts) -> str:
    there = links.airflow_run(base=facts.airflow_url, run=facts.run.key)
    return there if there and facts.gone_at is None else ""


def tabs(facts: RunPageFacts, graph: Graph, *, tab: Tab, is_plain: bool) -> tuple[TabLink, ...]:
    broken = [row.is_error for card in graph.cards for row in card.problems]
    fields = sum(len(card.inputs) for card in graph.cards if not card.is_foreign)
    counts = {Tab.TABLE: fields, Tab.PROBLEMS: len(broken)}
    names = {Tab.GRAPH: "Graph", Tab.TABLE: "Flow table", Tab.PROBLEMS: "Problems"}
    # A run opened without a tab shows its graph, and on a phone its table.
    plain = {Tab.GRAPH: "current-wide", Tab.TABLE: "current-phone"} if is_plain else {}
    return tuple(
        TabLink(
            name=names.get(one, "Source"),
            href=links.run(deployment=facts.deployment, run=facts.run.key, tab=one.value),
            count=counts.get(one),
            is_bad=one is Tab.PROBLEMS and any(broken),
            is_current=one is tab,
            css=plain.get(one, ""),
        )
        for one in Tab
    )


def _facts(facts: RunPageFacts, now: datetime) -> tuple[str, ...]:
    run = facts.run
    taken = text.between(run.start, run.end or now)
    version = f"DAG version {facts.version_number}" if facts.version_number else ""
    so_far = f"{taken} so far" if taken and run.end is None else taken
    return tuple(filter(None, (so_far, version)))


def _notes(facts: RunPageFacts) -> tuple[str, ...]:
    notes = []
    if not facts.is_analysed:
        notes.append("Its flows are being worked out: the graph shows dependencies until then.")
    if facts.source_problem or facts.source is None:
        why = facts.source_problem or "The DAG's source could not be read."
        notes.append(f"{why} Flows are inferred from values alone.")
    return tuple(notes)


def _run_link(facts: RunPageFacts, *, is_later: bool) -> str:
    run = facts.following if is_later else facts.previous
    return links.run(deployment=facts.deployment, run=run) if run else ""


def _counts(facts: RunPageFacts) -> tuple[StateCount, ...]:
    """Task instances by state, each with its part of the bar."""
    counted = Counter(one.state for one in facts.tries)
    total = sum(counted.values()) or 1
    ordered = sorted(counted, key=_state_order)
    counts, x = [], 0.0
    for state in ordered:
        look = text.state_look(state)
        width = max(_MARK, (_BAR - _MARK * len(ordered)) * counted[state] / total + _MARK)
        counts.append(StateCount(state, look.css, look.word, counted[state], x, width))
        x += width
    return tuple(counts)


def _state_order(state: str | None) -> tuple[int, str]:
    place = _STATE_ORDER.index(state) if state in _STATE_ORDER else len(_STATE_ORDER)
    return (place, state or "")
