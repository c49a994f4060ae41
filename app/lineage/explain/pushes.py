"""A failed try made into a problem of its own: why the pod failed, or its push."""

from collections.abc import Iterator

from app.lineage.explain.ended import ending_of
from app.lineage.explain.logged import Line, lines_of
from app.lineage.explain.pulls import shown_name
from app.lineage.explain.rules import RULES, LogRule
from app.lineage.explain.rules.rule import Said, Speaker
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
    one = said.one
    instance, number = one.key.instance, one.key.try_number
    is_pods_own = rule.kind is ProblemKind.POD_FAILED
    ending = ending_of(said.lines, _container(one)) if is_pods_own else None
    words = f": {ending.words}" if ending and ending.words else ""
    quoted = f"\n{ending.quoted}" if ending and ending.quoted else ""
    setting = rule.setting(said) if rule.setting else None
    return Problem(
        kind=rule.kind,
        severity=Severity.ERROR,
        title=f"{shown_name(instance)} {rule.title}{words}",
        consumer=Consumer(instance, number, rule.field) if rule.field else None,
        producer=None if rule.field else Producer(instance, number, "return_value"),
        suggestion=Suggestion(rule.remedy, setting),
        airflow_said=f"{_around(said.text, start)}{quoted}",
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
