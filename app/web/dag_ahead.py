"""What is wrong with a DAG before its next run, each with its correction; pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.store.problems import StoredProblem
from app.web import links, text
from app.web.marked import changed
from app.web.problem_fix import try_href
from app.web.problem_words import marked_wrong


@dataclass(frozen=True, slots=True)
class AheadRow:
    """One thing to mend. `more`: the other fields that have it."""

    href: str
    level: str
    title: str
    task_id: str
    field: str
    line: int | None
    suggestion: str
    wrong: tuple[text.Piece, ...]  # The template, where there is no correction of it.
    before: tuple[text.Piece, ...]
    after: tuple[text.Piece, ...]
    copied: str
    more: str
    try_href: str  # Empty where there is nothing to try.


def ahead_rows(problems: Sequence[StoredProblem]) -> tuple[AheadRow, ...]:
    """Those that tell their cause, with the number of those that are folded into them."""
    folded = Counter(one.problem.cause for one in problems if one.problem.is_victim)
    return tuple(
        _row(one, folded[one.problem.cause]) for one in problems if not one.problem.is_victim
    )


def _row(stored: StoredProblem, folded: int) -> AheadRow:
    problem = stored.problem
    consumer, suggestion = problem.consumer, problem.suggestion
    template = problem.pull.template if problem.pull else None
    replacement = suggestion.replacement or "" if suggestion else ""
    is_corrected = bool(template and replacement) and "{{" in replacement
    before, after = changed(template or "", replacement) if is_corrected else ((), ())
    return AheadRow(
        href=links.problem(stored.pk),
        level=problem.severity.value,
        title=problem.title,
        task_id=consumer.instance.task_id if consumer else "",
        field=consumer.field if consumer else "",
        line=problem.pull.line if problem.pull else None,
        suggestion=suggestion.text if suggestion else "",
        wrong=() if is_corrected else marked_wrong(problem),
        before=before,
        after=after,
        copied=replacement if is_corrected else "",
        more=f"and in {text.count(folded, 'other field')}" if folded else "",
        try_href=try_href(stored),
    )
