"""What a field would have got with its corrected template."""

from app.model.findings import Problem
from app.store.pages.problem import ProblemFacts
from app.store.session import ReadSession
from app.web.tried import Stretch, tried
from app.web.trying import Wish, tried_in

# Task instances of a run up to which all its values are read for the sake of one line.
_MOST_INSTANCES = 500


def would_have_got(
    session: ReadSession, facts: ProblemFacts, replacement: str
) -> tuple[Stretch, ...]:
    """The text, with what it reads linked; empty when it cannot be told for sure."""
    stored = facts.stored
    if not stored.run.run_id or len(facts.chain.states) > _MOST_INSTANCES:
        return ()
    wish = _wish(stored.problem, replacement)
    if wish is None:
        return ()
    tryout = tried_in(session, stored.deployment, stored.run, wish).tryout
    if tryout is None or tryout.problems or len(tryout.ways) != 1:
        return ()
    way = tried(tryout, deployment=stored.deployment, run=stored.run).ways[0]
    return () if way.failure else way.stretches


def _wish(problem: Problem, replacement: str) -> Wish | None:
    consumer = problem.consumer
    if consumer is None:
        return None
    at = consumer.instance
    return Wish(at.run_id, at.task_id, at.map_index, consumer.field, replacement)
