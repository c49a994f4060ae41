"""Templates that reached the task as they were written: braces lost, or never rendered."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.lineage.explain.got import PYTHON_FIELDS, Got, Shown
from app.lineage.explain.pulls import shown_name
from app.lineage.fields import address, field_of
from app.lineage.source.declaration import Words
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, pairs
from app.model.findings import Check, Consumer, Problem, ProblemKind, Pull, Severity, Suggestion

_PULL = r"\s{0,9}(?:ti|task_instance)\.xcom_pull\([^{}]{0,2000}"
# As an f-string or .format leaves it.
_SINGLE = re.compile(rf"(?<!\{{)\{{({_PULL})\}}(?!\}})")
_DOUBLE = re.compile(rf"\{{\{{{_PULL}\}}\}}")
# The call alone, as all of a text or all that follows an equals sign.
_BARE = re.compile(r"(?:\A|(?<==))((?:ti|task_instance)\.xcom_pull\([^{}\n;]{0,2000})\Z")
_RAW = re.compile(r"\{%-?\s{0,9}raw|\{\{\s{0,9}['\"]\{")
_EATEN = (
    "an f-string and .format make one brace of two: write four, {{{{ … }}}}, or use a plain string"
)
_NAKED = "only what stands in {{ … }} is rendered"
_UNRENDERED = "Airflow renders its template once: what params or a value bring along stays as it is"
_NO_PART = "Airflow does not render this part of the field: pull in a plain text of it"
#: Arguments of a pod that its spec takes as they are.
_RAW_ARGUMENTS = frozenset(
    {
        "affinity", "automount_service_account_token", "container_security_context", "dns_config",
        "dnspolicy", "full_pod_spec", "host_aliases", "hostnetwork", "image_pull_policy",
        "image_pull_secrets", "init_containers", "lifecycle", "ports", "priority_class_name",
        "schedulername", "secrets", "security_context", "service_account_name", "subdomain",
        "termination_grace_period", "termination_message_policy", "tolerations",
    }
)  # fmt: skip
_MOST_FIELDS = 8
#: Characters of a text that is looked at.
_LONGEST = 20_000


def brace_problems(got: Got) -> Iterator[Problem]:
    """A problem for each pull that stands in a field as a text, and each that no field renders."""
    for shown in got.texts:
        text = shown.value
        if "xcom_pull(" in text and len(text) <= _LONGEST and not _came_along(got, shown):
            yield from _in_text(got, shown, text)
    yield from _not_rendered(got)


def written_without_braces(consumer: Consumer, text: str, line: int | None) -> Problem | None:
    """The problem of a text of the source that is to be a template and is none; else None."""
    if "xcom_pull(" not in text or len(text) > _LONGEST or _RAW.search(text):
        return None
    for pattern, remedy in ((_SINGLE, _EATEN), (_BARE, _NAKED)):
        found = pattern.search(text)
        if found is not None:
            suggestion = Suggestion(remedy, pattern.sub(_doubled, text))
            return _lost(consumer, text, line, suggestion, wrong=found[0])
    return None


def _came_along(got: Got, shown: Shown) -> bool:
    """Whether the text is a value's, or is to be handed on as it is: to another DAG, to Python."""
    is_raw = bool(_RAW.search(got.template(shown.place) or got.index.facts.source or ""))
    is_handed_on = shown.name in PYTHON_FIELDS or shown.name == "conf"
    is_value = any("xcom_pull(" in flow.value for flow in got.flows_into(shown.place))
    return is_raw or is_value or (is_handed_on and not _SINGLE.search(shown.value))


def _in_text(got: Got, shown: Shown, text: str) -> Iterator[Problem]:
    for pattern, remedy in ((_SINGLE, _EATEN), (_DOUBLE, _UNRENDERED), (_BARE, _NAKED)):
        found = pattern.search(text)
        if found is None:
            continue
        if pattern is _DOUBLE:
            is_as_written = got.template(shown.place) == text
            suggestion = Suggestion(_NO_PART if is_as_written else remedy)
        else:
            suggestion = Suggestion(remedy, pattern.sub(_doubled, text))
        yield _problem(got, shown.place, text, suggestion, found.span())
        return


def _doubled(found: re.Match[str]) -> str:
    return f"{{{{ {found[1].strip()} }}}}"


def _problem(
    got: Got, place: str, text: str, suggestion: Suggestion, span: tuple[int, int] | None
) -> Problem:
    consumer = got.consumer(place, *([span] if span else ()))
    wrong = text[slice(*span)] if span else ""
    lost = _lost(consumer, text, _line(got, place), suggestion, wrong=wrong)
    return replace(lost, silent=got.is_green)


def _lost(
    consumer: Consumer, text: str, line: int | None, suggestion: Suggestion, *, wrong: str
) -> Problem:
    at = consumer.instance
    return Problem(
        kind=ProblemKind.BRACES_LOST,
        severity=Severity.ERROR,
        title=f"{shown_name(at)} gets the text of a template instead of its value",
        consumer=consumer,
        pull=Pull(at.dag_id, (), "return_value", (), text, line),
        checks=(Check("template is rendered", ok=False, seen=text[:100]),),
        suggestion=suggestion,
        wrong=wrong,
    )


def _line(got: Got, place: str) -> int | None:
    name = field_of(place)
    named = [one for one in (got.task.fields if got.task else ()) if one.name == name]
    leaf = got.leaf(place)
    line = leaf.line if isinstance(leaf, Words) else None
    return line or (named[0].line if named else None)


def _not_rendered(got: Got) -> Iterator[Problem]:
    """Arguments that go into the pod as they are, though a pull is written in them."""
    definition = got.index.tasks.get(got.one.key.instance.task_id)
    allowed = definition.template_fields if definition else ()
    if not allowed or "image" not in allowed or got.task is None:
        return
    for declared in got.task.fields:
        if declared.name in allowed or declared.name not in _RAW_ARGUMENTS:
            continue
        for pair in pairs(by_name(declared), ABSENT):
            if isinstance(pair.leaf, Words) and _DOUBLE.search(pair.leaf.text):
                place = address(declared.name, pair.steps)
                suggestion = Suggestion(_elsewhere(declared.name, allowed))
                yield _problem(got, place, pair.leaf.text, suggestion, None)


def _elsewhere(name: str, allowed: tuple[str, ...]) -> str:
    usual = [one for one in ("image", "cmds", "arguments", "env_vars", "labels") if one in allowed]
    named = ", ".join([*usual, *(one for one in allowed if one not in usual)][:_MOST_FIELDS])
    return f"{name} is no template field: pull in one that is, such as {named}"
