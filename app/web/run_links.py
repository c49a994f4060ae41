"""Where the marks of a run's page lead."""

from functools import lru_cache
from urllib.parse import quote

from app.graph.parts import Card
from app.graph.sight import Sight
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey
from app.store.pages.run import RunPageFacts
from app.web import links
from app.web.run_sight import query_of
from app.web.run_words import worst_state

AS_IT_COMES = Sight()


def port_link(facts: RunPageFacts, row: str, sight: Sight = AS_IT_COMES) -> str:
    """The graph, seen the same way, with this port chosen."""
    graph = _graph(facts.deployment, facts.run.key, sight)
    return f"{graph}&port={quote(row, errors='replace')}"


# A page has thousands of links to ports, which differ in their last parameter alone.
@lru_cache(maxsize=16)
def _graph(deployment: str, run: RunKey, sight: Sight) -> str:
    return links.run(deployment=deployment, run=run, tab="graph", **query_of(sight))


def task_link(facts: RunPageFacts, card: Card) -> str:
    """The page of the card's task instance: of several the one that needs somebody most."""
    worst = worst_state(card.instances)
    keys = [one.key for one in card.instances if one.state == worst]
    alone = TaskInstanceKey(card.run.dag_id, card.run.run_id, card.task_id, NOT_MAPPED)
    return links.task_instance(deployment=facts.deployment, instance=keys[0] if keys else alone)
