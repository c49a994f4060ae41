"""Placements for pages: the stored one, or one made while the reader waits, or plain layers."""

from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from app.graph.elk import Elk
from app.graph.layers import in_layers
from app.graph.parts import Graph
from app.graph.place import place
from app.graph.placement import Placement, from_json, to_json
from app.graph.structure import THOROUGH_UP_TO, structure_hash
from app.model.errors import StoreError
from app.store.layouts import read_layout, write_layout
from app.store.session import ReadSession, Store

#: Seconds a reader waits for a placement that nobody has made yet.
PATIENCE = 1.5


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a graph's cards stand."""

    graph: Graph
    placement: Placement
    is_stored: bool = True

    @property
    def is_for_now(self) -> bool:
        """A better one is being made."""
        return self.placement.is_makeshift and not self.is_stored


@dataclass(slots=True)
class Placing:
    """Of the graphs of one store; safe to share between threads."""

    store: Store
    elk: Elk
    patience: float = PATIENCE
    _busy: set[str] = field(default_factory=set)  # Structures that are being placed.
    _lock: Lock = field(default_factory=Lock)

    def stored(self, session: ReadSession, graph: Graph) -> Placement | None:
        """A makeshift one only where placing the graph anew would take long."""
        found = from_json(read_layout(session, structure_hash(graph)))
        is_worth_another_try = len(graph.cards) <= THOROUGH_UP_TO
        return None if found and found.is_makeshift and is_worth_another_try else found

    def placed(self, graph: Graph, stored: Placement | None) -> Placed:
        """The stored placement, or one made now, or plain layers where that would take long."""
        if stored is not None:
            return Placed(graph, stored)
        if len(graph.cards) > THOROUGH_UP_TO:
            return Placed(graph, in_layers(graph), is_stored=False)
        return Placed(graph, place(graph, self.elk, seconds=self.patience), is_stored=False)

    def keep(self, placed: Placed) -> None:
        """Store it for the next reader; what is but for now is made properly before.

        To be called after the answer: that takes long, and the store's one writer may be busy.
        """
        name = structure_hash(placed.graph)
        if not self._begin(name):
            return
        try:
            with suppress(StoreError):
                self._keep(name, placed)
        finally:
            self._busy.discard(name)

    def _keep(self, name: str, placed: Placed) -> None:
        with self.store.reading() as session:
            if self.stored(session, placed.graph) is not None:
                return  # Another reader's page was quicker.
        made = place(placed.graph, self.elk) if placed.is_for_now else placed.placement
        with self.store.writing() as session:
            write_layout(session, name, to_json(made))

    def _begin(self, name: str) -> bool:
        with self._lock:
            is_new = name not in self._busy
            self._busy.add(name)
            return is_new
