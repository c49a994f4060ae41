"""A failed try made into a problem of its own: why the pod failed, or its push."""

from collections.abc import Iterator

from app.lineage.explain.ended import ending_of
from app.lineage.explain.logged import Line, lines_of
from app.lineage.explain.pulls import shown_name
from app.lineage.explain.rules import RULES, STEP_OF, LogRule
from app.lineage.explain.rules.rule import Said, Speaker
from app.lineage.explain.way import way_of_value
from app.model.facts import Try, TryLog
from app.model.findings import Consumer, Problem, ProblemKind, Producer, Severity, Suggestion

#: Characters of Airflow's words that a problem carries, and of those before what the rule knows.
_LONGEST, _BEFORE = 2_000, 200


def push_problem(one: Try, log: TryLog) -> Problem | None:
    """The problem a failed try's log tells of; None when no rule knows its lines."""
    lines = lines_of(log)
    for rule in RULES:
        for said in _readable(rule, one, lines):
            found = rule.pattern.search(said.text)
            if found is not None and rule.applies(said):
                return _problem(rule, said, found.start(), found[0])
    return None


def _readable(rule: LogRule, one: Try, lines: tuple[Line, ...]) -> Iterator[Said]:
    """The lines of those whose words the rule reads."""
    wants_container = rule.speaker is Speaker.CONTAINER
    for line in lines:
        if bool(line.container) is wants_container:
            yield Said(line.text, one, lines)


def _problem(rule: LogRule, said: Said, start: int, wrong: str) -> Problem:
    key = said.one.key
    ending = ending_of(said.lines, _container(said.one))
    title, quoted = rule.title, _around(said.text, start)
    if rule.kind is ProblemKind.POD_FAILED:
        title = ": ".join(filter(None, (title, ending.words)))
        quoted = "\n".join(filter(None, (quoted, ending.quoted)))
    setting = rule.setting(said) if rule.setting else None
    step = STEP_OF.get(rule)
    return Problem(
        kind=rule.kind,
        severity=Severity.ERROR,
        title=f"{shown_name(key.instance)} {title}",
        consumer=Consumer(key.instance, key.try_number, rule.field) if rule.field else None,
        producer=None if rule.field else Producer(key.instance, key.try_number, "return_value"),
        checks=() if step is None else way_of_value(step, wrong, said.lines, ending),
        suggestion=Suggestion(rule.remedy, setting),
        airflow_said=quoted,
        wrong=wrong,
    )


def _around(text: str, start: int) -> str:
    """The text, of a long one the lines at what was found."""
    if start < _LONGEST // 2:
        return text[:_LONGEST]
    begin = max(text.rfind("\n", 0, start) + 1, start - _BEFORE)
    return text[begin : begin + _LONGEST]


def _container(one: Try) -> str:
    """The name of the pod's own container."""
    name = (one.rendered or {}).get("base_container_name")
    return name if isinstance(name, str) and name else "base"
