"""What a reader wants to try, completed from what is stored, and tried."""

from dataclasses import dataclass, replace

from app.lineage.reaching import with_others
from app.lineage.template.limits import BLOCKS, TEMPLATE_LENGTH
from app.lineage.template.render import is_too_long
from app.lineage.tryout.ground import Ground, ground_of, written_templates
from app.lineage.tryout.tried import Tryout
from app.lineage.tryout.trying import ANY_FIELD, try_template
from app.model.facts import Reach, RunFacts
from app.model.findings import Consumer
from app.model.ids import NOT_MAPPED, RunKey
from app.store.pages.tryout import TryFacts, read_facts_to_try_on
from app.store.session import ReadSession

TOO_LONG = (
    f"A template of more than {TEMPLATE_LENGTH:,} characters or {BLOCKS:,} expressions and"
    " statements is not tried."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A template and the task that is to get it; what is empty is chosen for the reader."""

    run_id: str = ""
    task_id: str = ""
    map_index: int = NOT_MAPPED
    field: str = ""
    template: str | None = None
    is_now: bool = False  # With all XComs there are, not those there were when the task began.


@dataclass(frozen=True, slots=True)
class Attempt:
    """The completed wish, and what came of it; `refusal`: why it was not tried."""

    wish: Wish
    ground: Ground | None = None  # None: the DAG has no run yet.
    tryout: Tryout | None = None
    refusal: str = ""


def attempted(session: ReadSession, facts: TryFacts, wish: Wish) -> Attempt:
    """Raises NotKept when the run that was asked for is not stored."""
    wish = _of_problem(facts, wish)
    if not wish.run_id and not facts.runs:
        return Attempt(wish, refusal="There is no run yet to try a template on.")
    run = RunKey(facts.dag_id, wish.run_id or facts.runs[0].key.run_id)
    return tried_in(session, facts.deployment, run, wish)


def tried_in(session: ReadSession, deployment: str, run: RunKey, wish: Wish) -> Attempt:
    """The wish, completed and tried in that run. Raises NotKept when the run is not stored."""
    ground = ground_of(read_facts_to_try_on(session, deployment=deployment, run=run))
    wish = _completed(ground, replace(wish, run_id=run.run_id))
    refusal = _refused(ground, wish)
    if refusal or not wish.task_id or wish.template is None:
        return Attempt(wish, ground, refusal=refusal)
    return _tried_on(session, deployment, run, wish, ground)


def _of_problem(facts: TryFacts, wish: Wish) -> Wish:
    """The problem's place and its corrected template, where the wish does not say others."""
    problem = facts.problem.problem if facts.problem else None
    consumer = problem.consumer if problem else None
    if problem is None or consumer is None or consumer.instance.dag_id != facts.dag_id:
        return wish
    template = problem.pull.template if problem.pull else None
    if problem.suggestion and template:
        template = problem.suggestion.replacement or template
    return replace(
        _at(consumer, wish), template=template if wish.template is None else wish.template
    )


def _at(consumer: Consumer, wish: Wish) -> Wish:
    if wish.task_id:
        return wish
    at = consumer.instance
    return replace(
        wish,
        run_id=wish.run_id or at.run_id,
        task_id=at.task_id,
        map_index=at.map_index,
        field=consumer.field,
    )


def _completed(ground: Ground, wish: Wish) -> Wish:
    """With an instance of a mapped task, and the source's template of a field that was named."""
    dag_id = ground.index.run.dag_id
    indexes = [one.map_index for one in ground.index.instances(dag_id, wish.task_id)]
    if indexes and wish.map_index not in indexes:
        wish = replace(wish, map_index=indexes[0])
    if wish.template is None and wish.field:
        written = {one.field: one.template for one in written_templates(ground, wish.task_id)}
        wish = replace(wish, template=written.get(wish.field))
    return wish


def _refused(ground: Ground, wish: Wish) -> str:
    """Why the wish cannot be tried; empty when it can."""
    if wish.task_id and wish.task_id not in ground.index.task_ids:
        return f"There is no task {wish.task_id} in this run."
    return TOO_LONG if wish.template and is_too_long(wish.template) else ""


def _tried_on(
    session: ReadSession, deployment: str, run: RunKey, wish: Wish, ground: Ground
) -> Attempt:
    """The template tried, with what its pulls are after in other runs."""

    def look(facts: RunFacts) -> _Look:
        known = ground if facts is ground.index.facts else ground_of(facts)
        return _Look(known, _tried(known, wish))

    def read(reaches: tuple[Reach, ...]) -> RunFacts:
        return read_facts_to_try_on(session, deployment=deployment, run=run, reaches=reaches)

    _, found = with_others(ground.index.facts, look, read)
    return Attempt(wish, found.ground, found.tryout)


@dataclass(frozen=True, slots=True)
class _Look:
    ground: Ground
    tryout: Tryout

    @property
    def reaches(self) -> tuple[Reach, ...]:
        return self.tryout.reaches


def _tried(ground: Ground, wish: Wish) -> Tryout:
    return try_template(
        ground,
        task_id=wish.task_id,
        template=wish.template or "",
        map_index=wish.map_index,
        field_name=wish.field or ANY_FIELD,
        is_now=wish.is_now,
    )
