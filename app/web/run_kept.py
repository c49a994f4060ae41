"""Runs as they were read last: who looks at one asks often, and many may look at the same one.

Reading a run of a thousand tasks and joining its graph takes half a second of processor; between
two changes of the mirror the answer is the same.
"""

from collections import Counter, OrderedDict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

from app.graph.build import build as build_graph
from app.graph.material import Material, instance_of
from app.graph.outputs import OPENED_UP_TO
from app.graph.parts import Graph
from app.model.ids import RunKey
from app.store.changes import latest_change
from app.store.pages.run import RunPageFacts, read_run_page
from app.store.session import ReadSession, rights_of
from app.web.run_sight import MOST_UNFOLDED

#: So many runs are kept; each takes some megabytes where it is large.
MOST_KEPT = 4

# Of a deployment, at a change, for who may see the same.
_Known: TypeAlias = tuple[str, RunKey, int, str]


@dataclass(slots=True)
class KeptRun:
    """What is known of a run until something changes."""

    facts: RunPageFacts | None = None
    graph: Graph | None = None  # The one that was asked for last.
    unfolded: AbstractSet[str] = frozenset()  # Mapped tasks with a card for each instance in it.
    lock: Lock = field(default_factory=Lock)  # Of many who ask at once one reads.


@dataclass(slots=True)
class KeptRuns:
    """Of one store; safe to share between threads."""

    _runs: "OrderedDict[_Known, KeptRun]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def read(
        self,
        session: ReadSession,
        *,
        deployment: str,
        run: RunKey,
        unfolded: AbstractSet[str] = frozenset(),
    ) -> tuple[RunPageFacts, Graph]:
        """The run and its graph, with a card for each instance of the mapped tasks `unfolded`.

        Raises NotKept.
        """
        kept = self._kept((deployment, run, latest_change(session), rights_of(session)))
        with kept.lock:
            if kept.facts is None:
                kept.facts = read_run_page(
                    session, deployment=deployment, run=run, values_up_to=OPENED_UP_TO
                )
            opened = _few_enough(kept.facts, unfolded)
            if kept.graph is None or kept.unfolded != opened:
                kept.graph = build_graph(material_of(kept.facts, unfolded=opened))
                kept.unfolded = opened
            return kept.facts, kept.graph

    def _kept(self, known: _Known) -> KeptRun:
        with self._lock:
            kept = self._runs.pop(known, None) or KeptRun()
            self._runs[known] = kept
            if len(self._runs) > MOST_KEPT:
                self._runs.popitem(last=False)
            return kept


def material_of(facts: RunPageFacts, *, unfolded: frozenset[str] = frozenset()) -> Material:
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
        onward=facts.onward,
        unfolded=unfolded,
    )


def _few_enough(facts: RunPageFacts, unfolded: AbstractSet[str]) -> frozenset[str]:
    """Of the mapped tasks that are to have a card for each instance those with not too many."""
    counted = Counter(one.key.instance.task_id for one in facts.tries)
    return frozenset(one for one in unfolded if counted[one] <= MOST_UNFOLDED)
