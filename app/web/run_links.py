"""Where the marks of a run's page lead."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import TypeAlias
from urllib.parse import quote

from app.graph.inputs import input_id
from app.graph.parts import BrokenRow, Card, InputRow, OutputRow
from app.graph.sight import Sight
from app.model.findings import Flow
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey
from app.store.pages.run import RunPageFacts
from app.web import links
from app.web.run_sight import query_of
from app.web.run_words import worst_state

AS_IT_COMES = Sight()

Row: TypeAlias = BrokenRow | InputRow | OutputRow


def port_link(facts: RunPageFacts, row: str, sight: Sight = AS_IT_COMES) -> str:
    """The graph, seen the same way, with this port chosen."""
    graph = _graph(facts.deployment, facts.run.key, sight)
    return f"{graph}&port={quote(row, errors='replace')}"


# A page has thousands of links to ports, which differ in their last parameter alone.
@lru_cache(maxsize=16)
def _graph(deployment: str, run: RunKey, sight: Sight) -> str:
    return links.run(deployment=deployment, run=run, tab="graph", **query_of(sight))


def task_link(facts: RunPageFacts, card: Card, row: Row | None = None) -> str:
    """The page of the card's task instance: of several the one that needs somebody most.

    Of a task of another run the graph of that run, where the row is, or its first one.
    """
    if card.more:
        return _value_link(facts, card.inputs[0].flows)
    if card.is_foreign:
        return _elsewhere(facts, card, row or card.rows[0])
    worst = worst_state(card.instances)
    keys = [one.key for one in card.instances if one.state == worst]
    alone = TaskInstanceKey(card.run.dag_id, card.run.run_id, card.task_id, NOT_MAPPED)
    return links.task_instance(deployment=facts.deployment, instance=keys[0] if keys else alone)


def _elsewhere(facts: RunPageFacts, card: Card, row: Row) -> str:
    run, port = card.run, ""
    if isinstance(row, OutputRow):
        port = replace(row.port, card=card.task_id).id
    elif isinstance(row, InputRow):
        port = input_id(card.task_id, row.field)
        # Its newest run may not have this field any more.
        runs = {flow.consumer.instance.run for flow in row.flows}
        run = run if run in runs else max(runs)
    return links.run(deployment=facts.deployment, run=run, tab="graph", port=port)


def _value_link(facts: RunPageFacts, flows: Sequence[Flow]) -> str:
    """The page of the value that they read; of several what they have in common."""
    places = zip(*(flow.producer.path for flow in flows), strict=False)
    shared = tuple(one[0] for one in takewhile(lambda steps: len(set(steps)) == 1, places))
    producer = replace(flows[0].producer, path=shared)
    return links.given_value(deployment=facts.deployment, producer=producer)
