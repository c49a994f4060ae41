"""The run page: what every task of a run got, from whom, and what it did not get."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import Response

from app.graph.build import build as build_graph
from app.graph.material import Material, instance_of
from app.graph.outputs import OPENED_UP_TO
from app.graph.parts import Graph
from app.graph.place import place
from app.graph.placement import Placement, from_json, to_json
from app.graph.structure import THOROUGH_UP_TO, structure_hash
from app.model.contract import Contract
from app.model.errors import StoreError
from app.model.ids import RunKey
from app.store.contracts import read_contract
from app.store.layouts import read_layout, write_layout
from app.store.pages.run import RunPageFacts, read_run_page
from app.store.session import ReadSession
from app.web import links
from app.web.chrome import Chrome, chrome
from app.web.parts import Parts, WebParts
from app.web.run_drawing import Links, draw
from app.web.run_links import port_link, task_link
from app.web.run_panel import Panel, panel
from app.web.run_remedies import remedies
from app.web.run_source import source_lines
from app.web.run_table import table
from app.web.run_view import RunView, Tab, head, tabs

router = APIRouter(include_in_schema=False)

# Seconds a reader waits for a layout that nobody has placed yet, before plain layers are drawn.
_PATIENCE = 8.0


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
) -> Response:
    """The page; `part` asks for the view without the bar, or for the panel alone."""
    run = RunKey(dag_id, run_id)
    with parts.store.reading() as session:
        facts = read_run_page(session, deployment=deployment, run=run, values_up_to=OPENED_UP_TO)
        top = chrome(session, parts, tab="dags")
        graph = build_graph(material_of(facts))
        stored = _stored(session, graph)
        contract = _contract(session, facts, graph, port)
    if part == "panel":
        shown = PanelPart(PanelAlone(panel(facts, graph, port, contract), _base(facts)))
        return parts.renderer.page("run/_panel.html", shown)
    placed = stored or place(graph, parts.elk, seconds=_PATIENCE)
    view = build(facts, graph, placed, tab=tab, port=port, now=parts.now(), contract=contract)
    if part == "view":
        answer = parts.renderer.page("run/_view.html", RunPart(view))
    else:
        answer = parts.renderer.page("run/page.html", RunPage(top, view))
    if stored is None and not placed.is_makeshift:
        # After the answer: the store's one writer may be busy for a while.
        answer.background = BackgroundTask(_keep, parts, graph, placed)
    return answer


def build(  # noqa: PLR0913 - what was read, and how it is looked at
    facts: RunPageFacts,
    graph: Graph,
    placement: Placement,
    *,
    tab: Tab | None,
    port: str,
    now: datetime,
    contract: Contract | None = None,
) -> RunView:
    current = tab or Tab.GRAPH
    is_plain = tab is None
    return RunView(
        head=head(facts, now=now),
        tabs=tabs(facts, graph, tab=current, is_plain=is_plain),
        tab=current.value,
        is_plain=is_plain,
        part=_here(facts, tab=tab, port=port, part="view"),
        base=_base(facts),
        drawing=(
            draw(graph, placement, links=_links(facts), port=port) if current is Tab.GRAPH else None
        ),
        panel=panel(facts, graph, port, contract) if current is Tab.GRAPH else None,
        # Beside the graph it is what phones show and what is printed.
        table=table(facts, graph) if current in {Tab.GRAPH, Tab.TABLE} else None,
        remedies=remedies(facts, graph) if current is Tab.PROBLEMS else (),
        source=source_lines(facts, graph) if current is Tab.SOURCE else (),
        twin=links.api_flows(deployment=facts.deployment, run=facts.run.key),
    )


def material_of(facts: RunPageFacts) -> Material:
    """What the graph is made from; the same as a pass makes it from, so their structures agree."""
    return Material(
        run=facts.run.key,
        tasks=facts.tasks,
        instances=tuple(
            instance_of(one, is_rendered=one.key.instance in facts.rendered) for one in facts.tries
        ),
        xcoms=facts.xcoms,
        flows=facts.flows,
        problems=tuple(stored.problem for stored in facts.problems),
    )


def _links(facts: RunPageFacts) -> Links:
    return Links(
        port=lambda row: port_link(facts, row),
        card=lambda card: task_link(facts, card),
    )


def _here(facts: RunPageFacts, *, tab: Tab | None, port: str, part: str) -> str:
    return links.run(
        deployment=facts.deployment,
        run=facts.run.key,
        tab=tab.value if tab else None,
        port=port,
        part=part,
    )


def _base(facts: RunPageFacts) -> str:
    return _here(facts, tab=Tab.GRAPH, port="", part="")


def _contract(
    session: ReadSession, facts: RunPageFacts, graph: Graph, port: str
) -> Contract | None:
    """What the task of the chosen output gave in all runs."""
    for card in graph.cards:
        if port and not card.is_foreign and any(row.id == port for row in card.outputs):
            return read_contract(session, dag_pk=facts.dag_pk, task_id=card.task_id)
    return None


def _stored(session: ReadSession, graph: Graph) -> Placement | None:
    """The stored placement; a makeshift one only where placing it anew would take long."""
    stored = from_json(read_layout(session, structure_hash(graph)))
    is_worth_another_try = len(graph.cards) <= THOROUGH_UP_TO
    return None if stored and stored.is_makeshift and is_worth_another_try else stored


def _keep(parts: WebParts, graph: Graph, placement: Placement) -> None:
    """Store the placement for the next reader, where the store allows it."""
    with suppress(StoreError), parts.store.writing() as session:
        write_layout(session, structure_hash(graph), to_json(placement))
