"""A failed try made into a problem of its own: why the pod failed, or its push."""

from app.lineage.explain.brief import briefly
from app.lineage.explain.pulls import shown_name
from app.lineage.explain.quota import needs_sidecar, sidecar_extra
from app.lineage.explain.rules import RULES, LogRule
from app.lineage.trace.failing import said_by
from app.model.facts import LogEvent, Try, TryLog
from app.model.findings import Problem, ProblemKind, Producer, Severity, Suggestion


def push_problem(one: Try, log: TryLog) -> Problem | None:
    """The problem a failed try's log tells of; None when no rule knows its lines."""
    for rule in RULES:
        for event in log.events:
            said = _matching(rule, event)
            if said is not None:
                return _problem(rule, one, said)
    return None


def _matching(rule: LogRule, event: LogEvent) -> str | None:
    """The words of the event that the rule knows, with some of what follows."""
    for text in (said_by(event), event.text):
        found = rule.pattern.search(text)
        if found is None:
            continue
        if rule.kind is ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES and not needs_sidecar(text):
            continue
        return briefly(text, found.start())
    return None


def _problem(rule: LogRule, one: Try, said: str) -> Problem:
    instance = one.key.instance
    replacement = None
    if rule.kind is ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES:
        replacement = sidecar_extra(said)
    return Problem(
        kind=rule.kind,
        severity=Severity.ERROR,
        title=f"{shown_name(instance)} {rule.title}",
        producer=Producer(instance, one.key.try_number, "return_value"),
        suggestion=Suggestion(rule.remedy, replacement),
        airflow_said=said,
        wrong=_wrong(rule, said),
    )


def _wrong(rule: LogRule, said: str) -> str:
    found = rule.pattern.search(said)
    return found[0] if found else ""
