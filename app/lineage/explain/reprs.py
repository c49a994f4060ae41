"""Lists and mappings that reached a pod as Python prints them, where its program reads JSON."""

import ast
import json
import re
from collections.abc import Iterator

from app.lineage.explain.filtered import with_filter, without_brackets
from app.lineage.explain.got import POD_TEXTS, Got, Shown, delivered, pull_of
from app.lineage.explain.pulls import shown_name
from app.lineage.trace.comparing import NO_LITERAL
from app.model.findings import Check, Flow, Problem, ProblemKind, Severity, Suggestion
from app.model.ids import NOT_MAPPED
from app.model.values import Json

#: Characters of a text that is read as a value.
_LONGEST = 20_000
# Where a value begins that is all of an argument, or all that follows an equals sign.
_BEGINS = re.compile(r"(?:\A|(?<==))[\[{]")
# Commands whose arguments are only shown, and Python that reads what Python prints.
_SHOWS = re.compile(r"\b(?:echo|printf|literal_eval)\b")
_LIST_OF_IDS = re.compile(r"(?:task_ids\s{0,9}=|xcom_pull\()\s{0,9}[\[(]")


def repr_problems(got: Got) -> Iterator[Problem]:
    """A problem for each list or mapping that stands in the pod's texts as Python prints it.

    Only where it is a whole argument or variable, or all that follows an equals sign: within a
    sentence it is there to be read by people.
    """
    for shown in got.texts:
        if shown.name in POD_TEXTS and shown.place not in got.broken:
            start = _start(shown.value)
            flows = got.flows_into(shown.place, start, len(shown.value)) if start >= 0 else []
            if flows and not _is_only_shown(got, shown, start):
                yield _problem(got, shown, start, flows)


def _start(text: str) -> int:
    """Where the text of a value begins that only Python reads; -1 when there is none."""
    found = _BEGINS.search(text) if text[-1:] in ("]", "}") and len(text) <= _LONGEST else None
    if found is None or _is_json(text[found.start() :]):
        return -1
    try:
        value = ast.literal_eval(text[found.start() :])
    except NO_LITERAL:
        return -1
    return found.start() if isinstance(value, list | dict) else -1


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_only_shown(got: Got, shown: Shown, start: int) -> bool:
    """Whether a person reads it, or Python does, as far as the commands tell."""
    rendered = got.one.rendered or {}
    commands = [*_listed(rendered.get("cmds")), *_listed(rendered.get("arguments"))]
    first = commands[0].rpartition("/")[2] if commands else ""
    is_evaluated = any("literal_eval" in one for one in commands)
    is_shown = first in ("echo", "printf") or _SHOWS.search(shown.value[:start])
    return is_evaluated or bool(is_shown)


def _listed(rendered: Json) -> list[str]:
    return [one for one in rendered if isinstance(one, str)] if isinstance(rendered, list) else []


def _problem(got: Got, shown: Shown, start: int, flows: list[Flow]) -> Problem:
    flow, template = flows[0], got.template(shown.place)
    is_sequence = _is_sequence(got, flows, template)
    kind = ProblemKind.SEQUENCE_REPR if is_sequence else ProblemKind.PYTHON_REPR
    what = "a list of values as Python prints it" if is_sequence else "a value as Python prints it"
    text = shown.value
    seen = f"{text[start : start + 60]} is not JSON"
    return Problem(
        kind=kind,
        severity=Severity.WARNING,
        title=f"{shown_name(got.one.key.instance)} got {what}, which is no JSON",
        consumer=got.consumer(shown.place, (start, len(text))),
        pull=pull_of(flow, template),
        silent=got.is_green,
        checks=delivered(flow, Check("value is JSON", ok=False, seen=seen)),
        suggestion=_suggestion(template, flow, is_sequence=is_sequence),
    )


def _is_sequence(got: Got, flows: list[Flow], template: str | None) -> bool:
    """Whether the list is the pull's own: of several tasks, or of a mapped one."""
    if any(isinstance(got.value(flow), list | dict) for flow in flows) and len(flows) == 1:
        return False
    is_mapped = any(one.producer.instance.map_index != NOT_MAPPED for one in flows)
    return is_mapped or bool(template and _LIST_OF_IDS.search(template))


def _suggestion(template: str | None, flow: Flow, *, is_sequence: bool) -> Suggestion:
    if is_sequence and template is not None:
        one = without_brackets(template)
        if one is not None:
            return Suggestion("name the task without brackets, for its value alone", one)
    step = str(flow.producer.path[-1]) if flow.producer.path else ""
    corrected = template and with_filter(
        template, "tojson", task_id=flow.producer.instance.task_id, step=step
    )
    text = "add | tojson, so that the pod gets JSON"
    if is_sequence:
        text += ", or take one value of the list: [0]"
    return Suggestion(text, corrected or None)
