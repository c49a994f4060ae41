"""Stores with the runs whose pages are measured, as a pass leaves them behind."""

from dataclasses import dataclass

from sqlalchemy import delete

from app import main
from app.graph.elk import Elk
from app.lineage.analyze import ENGINE_VERSION, analyze
from app.model.facts import RunFacts
from app.model.ids import RunKey
from app.refresh.findings import Drawing
from app.store import tables as t
from app.store.findings import write_analysis
from app.store.layouts import write_layout
from app.store.session import Store
from app.web import links
from tests.build import after, keep


@dataclass(frozen=True, slots=True)
class Kept:
    """A run whose page can be asked for, and its graph's placement."""

    run: RunKey
    port: str  # Of a row that gives something to others.
    drawing: Drawing

    @property
    def address(self) -> str:
        return links.run(deployment="default", run=self.run)

    @property
    def graph(self) -> str:
        return links.run(deployment="default", run=self.run, tab="graph")

    @property
    def whole(self) -> str:
        """Every task, however many they are, and no TaskGroup folded."""
        asked = {"tab": "graph", "whole": "1", "fold": "none"}
        return links.run(deployment="default", run=self.run, **asked)

    @property
    def panel(self) -> str:
        return links.run(
            deployment="default", run=self.run, tab="graph", port=self.port, part="panel"
        )


def keep_run(store: Store, facts: RunFacts, elk: Elk, *, port: str) -> Kept:
    """Its facts, findings and the name of its structure; without the placement."""
    analysis = analyze(facts)
    drawing = main._draw(elk, facts, analysis)
    pk = keep(store, facts)
    with store.writing() as session:
        write_analysis(
            session,
            deployment_pk=pk,
            run=facts.run.key,
            analysis=analysis,
            engine_version=ENGINE_VERSION,
            structure_hash=drawing.structure_hash,
            at=after(100),
        )
    return Kept(facts.run.key, port, drawing)


def place(store: Store, kept: Kept) -> None:
    """What a pass does before anybody looks: the graph is placed and the placement stored."""
    layout = kept.drawing.layout()
    with store.writing() as session:
        write_layout(session, kept.drawing.structure_hash, layout)


def forget_placements(store: Store) -> None:
    with store.writing() as session:
        session.execute(delete(t.layout))
