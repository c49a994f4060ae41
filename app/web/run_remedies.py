"""Broken pulls and pushes with their remedies: the mistake and its correction stand together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.graph.meant import suggested_word
from app.graph.parts import BrokenRow, Graph
from app.lineage.explain.catalogue import entry_of
from app.model.findings import Check
from app.store.pages.run import RunPageFacts
from app.web import links, text
from app.web.run_links import port_link
from app.web.run_words import cause, marked


@dataclass(frozen=True, slots=True)
class Remedy:
    task: str
    href: str  # Its port in the graph.
    where: str  # Field or output.
    title: str
    reads: str
    is_wrong: bool  # What it reads is what is wrong.
    cause: str
    word: str  # What was meant, where one word says it.
    advice: str  # The suggestion in its own words.
    template: tuple[text.Piece, ...]
    corrected: tuple[text.Piece, ...]
    corrected_text: str  # Ready to copy.
    checks: tuple[Check, ...]
    airflow_said: str
    problem: str  # Address of its own page.
    instances: str  # How many task instances, where there are several.
    severity: str
    silent: bool
    kind: str
    kind_name: str
    others: tuple[tuple[str, str], ...] = ()  # More tasks with the same mistake: name, port.


def folded(remedies: Sequence[Remedy]) -> tuple[Remedy, ...]:
    """Remedies that say the same become one that names the other tasks: a cause, its victims."""
    alike: dict[tuple[str, ...], list[Remedy]] = defaultdict(list)
    for one in remedies:
        alike[one.kind, one.word, one.advice or one.reads].append(one)
    return tuple(
        replace(first, others=tuple((other.task, other.href) for other in rest))
        for first, *rest in alike.values()
    )


def remedies(facts: RunPageFacts, graph: Graph) -> tuple[Remedy, ...]:
    """Everything broken in the run: producers before consumers, pushes before pulls."""
    return tuple(remedy(facts, row) for card in graph.cards for row in card.problems)


def remedy(facts: RunPageFacts, row: BrokenRow) -> Remedy:
    problem, suggestion = row.problem, row.problem.suggestion
    template = (problem.pull.template if problem.pull else "") or ""
    word = suggested_word(problem) or ""
    corrected = (suggestion.replacement if suggestion else "") or ""
    stored = (links.problem(one.pk) for one in facts.problems if one.problem == problem)
    return Remedy(
        task=row.card,
        href=port_link(facts, row.port),
        where=row.field,
        title=problem.title,
        reads=row.reads if problem.consumer else "",
        is_wrong=bool(problem.wrong),
        cause=cause(problem),
        word=word,
        advice=suggestion.text if suggestion else "",
        template=marked(template, problem.wrong, "wrong") if template else (),
        corrected=marked(corrected, word, "right") if corrected else (),
        corrected_text=corrected,
        checks=problem.checks,
        airflow_said=problem.airflow_said,
        problem=next(stored, ""),
        instances=text.count(row.instances, "task instance") if row.instances > 1 else "",
        severity=problem.severity.value,
        silent=problem.silent,
        kind=problem.kind.value,
        kind_name=entry_of(problem.kind).name,
    )
