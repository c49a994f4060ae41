"""Texts of a pod that are none: numbers, truths, lists. Kubernetes takes nothing but strings."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from app.lineage.explain.brief import briefly
from app.lineage.explain.filtered import with_filter
from app.lineage.explain.got import Got, delivered, pull_of
from app.lineage.explain.pulls import shown_name
from app.lineage.explain.wording import in_a_word
from app.lineage.fields import TRUNCATED, address, tree
from app.lineage.operators import runs_pods
from app.lineage.source.declaration import Handed, Words
from app.lineage.trace.failing import said_by
from app.model.facts import TryLog
from app.model.findings import Check, Flow, Problem, ProblemKind, Severity, Suggestion
from app.model.values import Json, Path

#: Fields whose direct parts must be texts.
_TEXT_FIELDS = ("cmds", "arguments", "env_vars", "labels", "annotations")
_LISTS = ("cmds", "arguments")
#: How a field begins of which Airflow shows but a text, whatever it is.
_PRINTED = (TRUNCATED, "[{")
# What Kubernetes, and Airflow's own operator, say of such values.
_REFUSED = re.compile(r"unmarshal|Expected dict or list")
#: Parts of one field that are looked at.
_MOST_PARTS = 2_000


def non_string_problems(got: Got) -> Iterator[Problem]:
    """A problem for each number, truth, list or mapping that was handed to the pod as a text.

    A pod that went well was given texts after all.
    """
    if got.is_green or not runs_pods(got.one.operator):
        return
    for name in _TEXT_FIELDS:
        rendered = tree(name, (got.one.rendered or {}).get(name))
        if isinstance(rendered, str) and rendered and not rendered.startswith(_PRINTED):
            yield _one_text(got, name)
        for steps, value in _parts(rendered):
            yield _problem(got, address(name, steps), value)


def _parts(value: Json) -> Iterator[tuple[Path, Json]]:
    """The direct parts of a field that are no texts; what a variable is taken from is no part."""
    inner: Iterator[tuple[str | int, Json]] = iter(())
    if isinstance(value, list):
        inner = iter(enumerate(value))
    elif isinstance(value, dict):
        inner = iter(value.items())
    for step, part in islice(inner, _MOST_PARTS):
        if part is not None and not isinstance(part, str) and not _is_reference(part):
            yield (step,), part


def _is_reference(part: Json) -> bool:
    """As `value_from` of an environment variable: `config_map_key_ref`, `field_ref`."""
    return isinstance(part, dict) and any(name.endswith("_ref") for name in part)


def _problem(got: Got, place: str, value: Json) -> Problem:
    flow = next((one for one in got.flows if _is_within(one.consumer.field, place)), None)
    template = got.template(place)
    return Problem(
        kind=ProblemKind.NON_STRING_VALUE,
        severity=Severity.ERROR,
        title=f"{shown_name(got.one.key.instance)} hands its pod a value that is no text",
        consumer=replace(flow.consumer, field=place) if flow else got.consumer(place),
        pull=pull_of(flow, template),
        checks=_checks(value, flow),
        suggestion=_suggestion(got, place, value),
        airflow_said=_said(got.log),
    )


def _one_text(got: Got, name: str) -> Problem:
    """A template stands where a list of them belongs, or a mapping."""
    flow = next((one for one in got.flows if one.consumer.field == name), None)
    template = got.template(name)
    belongs = "a list of texts" if name in _LISTS else "a mapping"
    if name in _LISTS:
        advice = f'put the template into a list: {name}=["{{{{ … }}}}"]'
    else:
        advice = f"template each value: {name}={{'NAME': \"{{{{ … }}}}\"}}"
    corrected = repr([template]) if template is not None and name in _LISTS else None
    return Problem(
        kind=ProblemKind.NON_STRING_VALUE,
        severity=Severity.ERROR,
        title=f"{shown_name(got.one.key.instance)} hands its pod one text where {belongs} belongs",
        consumer=flow.consumer if flow else got.consumer(name),
        pull=pull_of(flow, template),
        checks=delivered(flow, Check(f"value is {belongs}", ok=False, seen="str")),
        suggestion=Suggestion(advice, corrected),
        airflow_said=_said(got.log),
    )


def _is_within(field: str, place: str) -> bool:
    return field == place or field.startswith((f"{place}.", f"{place}["))


def _checks(value: Json, flow: Flow | None) -> tuple[Check, ...]:
    """All that a pull needs went well; only the value is of the wrong kind."""
    return delivered(flow, Check("value is a string", ok=False, seen=f"it is {in_a_word(value)}"))


def _suggestion(got: Got, place: str, value: Json) -> Suggestion:
    """A native template keeps quotes as a text; an XComArg becomes one inside a template."""
    leaf = got.leaf(place)
    if isinstance(leaf, Words):
        return _quoted(leaf.text, value)
    if isinstance(leaf, Handed):
        key = "" if leaf.key == "return_value" else f", key='{leaf.key}'"
        call = f"ti.xcom_pull(task_ids='{leaf.task_id}'{key})"
        if got.is_native:
            return _quoted(f"{{{{ {call} }}}}", value)
        call += " | tojson" if isinstance(value, dict | list) else ""
        text = "make it a string: pull it in a template, which gives a text"
        return Suggestion(text, f"{{{{ {call} }}}}")
    return Suggestion("every argument and variable of a pod must be a string")


def _quoted(template: str, value: Json) -> Suggestion:
    """A native template reads back what looks like a value, so JSON has to be quoted as JSON."""
    if isinstance(value, dict | list):
        text = "make it a string: JSON of the JSON, since a native template reads the outer one"
        return Suggestion(text, with_filter(template, "tojson | tojson"))
    text = "make it a string: in quotes a native template gives a text"
    return Suggestion(text, f"'{template}'")


def _said(log: TryLog | None) -> str:
    said = (said_by(event) for event in (log.events if log else ()))
    found = ((text, _REFUSED.search(text)) for text in said)
    return next((briefly(text, match.start()) for text, match in found if match), "")
