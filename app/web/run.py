"""The run page: what every task of a run got, from whom, and what it did not get."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import Response

from app.graph.parts import Graph
from app.graph.placement import Placement
from app.graph.sight import MOST, Seen, Sight, seen
from app.model.contract import Contract
from app.model.ids import RunKey
from app.store.contracts import read_contract
from app.store.pages.run import RunPageFacts
from app.store.session import ReadSession
from app.web import links
from app.web.chrome import Chrome, chrome
from app.web.parts import Parts
from app.web.placing import Placed
from app.web.run_drawing import Drawing, Links, draw
from app.web.run_links import port_link, task_link
from app.web.run_panel import Panel, panel
from app.web.run_remedies import remedies
from app.web.run_sight import (
    AskedSight,
    SightLinks,
    query_of,
    sight_tools,
)
from app.web.run_source import source_lines
from app.web.run_table import table
from app.web.run_view import RunView, Tab, head, tabs

router = APIRouter(include_in_schema=False)

# What can be asked for alone.
_PARTS = ("view", "panel")


@dataclass(frozen=True, slots=True)
class RunPage:
    chrome: Chrome
    run: RunView


@dataclass(frozen=True, slots=True)
class RunPart:
    run: RunView


@dataclass(frozen=True, slots=True)
class PanelAlone:
    """As much of a RunView as its panel needs."""

    panel: Panel
    base: str


@dataclass(frozen=True, slots=True)
class PanelPart:
    run: PanelAlone


@router.get(links.RUN_ROUTE)
def run_page(  # noqa: PLR0913 - three make the address, three are the page's own parameters
    parts: Parts,
    *,
    deployment: str,
    dag_id: str,
    run_id: str,
    tab: Tab | None = None,
    port: str = "",
    part: str = "",
    sight: AskedSight,
) -> Response:
    """The page; `part` asks for the view without the bar, or for the panel alone."""
    run = RunKey(dag_id, run_id)
    is_drawn = part != "panel" and tab in (None, Tab.GRAPH)
    with parts.store.reading() as session:
        top = chrome(session, parts, tab="dags") if part not in _PARTS else None
        facts, graph = parts.runs.read(
            session, deployment=deployment, run=run, unfolded=sight.unfolded
        )
        looked = _looked_at(graph, sight, port)
        stored = parts.placing.stored(session, looked.seen.graph) if is_drawn else None
        contract = _contract(session, facts, graph, port)
    if part == "panel":
        beside = panel(facts, looked.around(port), port, contract)
        shown = PanelPart(PanelAlone(beside, SightLinks(facts, looked.sight, port).here()))
        return parts.renderer.page("run/_panel.html", shown)
    placed = parts.placing.placed(looked.seen.graph, stored) if is_drawn else None
    view = build(facts, looked, placed, tab=tab, port=port, now=parts.now(), contract=contract)
    if top is None:
        answer = parts.renderer.page("run/_view.html", RunPart(view))
    else:
        answer = parts.renderer.page("run/page.html", RunPage(top, view))
    if placed and not placed.is_stored:
        answer.background = BackgroundTask(parts.placing.keep, placed)
    return answer


@dataclass(frozen=True, slots=True)
class Looked:
    """A run's graph, and what is drawn of it."""

    graph: Graph
    sight: Sight
    seen: Seen

    def around(self, port: str) -> Graph:
        """The graph that knows of the port: rows that folding put together are in one alone."""
        rows = (row.id for card in self.seen.graph.cards if card.members for row in card.rows)
        return self.seen.graph if port and port in rows else self.graph


def _looked_at(graph: Graph, sight: Sight, port: str) -> Looked:
    return Looked(graph, sight, seen(graph, sight, port=port))


def build(  # noqa: PLR0913 - what was read, and how it is looked at
    facts: RunPageFacts,
    looked: Looked,
    placed: Placed | None,
    *,
    tab: Tab | None,
    port: str,
    now: datetime,
    contract: Contract | None = None,
) -> RunView:
    current = tab or Tab.GRAPH
    graph, sight = looked.graph, looked.sight
    # The table of a large run is most of a page: phones find it under its tab.
    is_small = len(graph.cards) <= MOST
    is_plain = tab is None and is_small
    to = SightLinks(facts, sight, port)
    return RunView(
        head=head(facts, now=now),
        tabs=tabs(facts, graph, tab=current, is_plain=is_plain),
        tab=current.value,
        is_plain=is_plain,
        part=_view(facts, sight, tab=tab, port=port),
        base=to.here(),
        drawing=_drawing(facts, looked, placed.placement, to, port) if placed else None,
        is_for_now=placed is not None and placed.is_for_now,
        tools=sight_tools(to, graph, looked.seen, sight) if current is Tab.GRAPH else None,
        panel=panel(facts, looked.around(port), port, contract) if current is Tab.GRAPH else None,
        table=table(facts, graph) if current in _tables(is_small=is_small) else None,
        remedies=remedies(facts, graph) if current is Tab.PROBLEMS else (),
        source=source_lines(facts, graph) if current is Tab.SOURCE else (),
        twin=links.api_flows(deployment=facts.deployment, run=facts.run.key),
    )


def _tables(*, is_small: bool) -> tuple[Tab, ...]:
    """Where the flow table stands: beside the graph it is what phones show and what is printed."""
    return (Tab.TABLE, Tab.GRAPH) if is_small else (Tab.TABLE,)


def _drawing(
    facts: RunPageFacts, looked: Looked, placement: Placement, to: SightLinks, port: str
) -> Drawing:
    sight, drawn = looked.sight, looked.seen
    ways = Links(
        port=lambda row: port_link(facts, row, sight),
        card=lambda card: (
            to.with_closed(drawn.closed - {card.id}) if card.members else task_link(facts, card)
        ),
        focus=lambda card: "" if card.id == drawn.focus else to.focus(card.id),
        unfold=to.unfold,
        fold=lambda group: to.with_closed(drawn.closed | {group}),
    )
    return draw(drawn.graph, placement, links=ways, port=port, focus=drawn.focus)


def _view(facts: RunPageFacts, sight: Sight, *, tab: Tab | None, port: str) -> str:
    return links.run(
        deployment=facts.deployment,
        run=facts.run.key,
        tab=tab.value if tab else None,
        port=port,
        part="view",
        **query_of(sight),
    )


def _contract(
    session: ReadSession, facts: RunPageFacts, graph: Graph, port: str
) -> Contract | None:
    """What the task of the chosen output gave in all runs."""
    for card in graph.cards:
        if port and not card.is_foreign and any(row.id == port for row in card.outputs):
            return read_contract(session, dag_pk=facts.dag_pk, task_id=card.task_id)
    return None
