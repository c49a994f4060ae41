"""Texts of Python objects that stand for values and show none of them: lists not yet read."""

import re
from collections.abc import Iterator

from app.lineage.explain.filtered import with_filter, without_brackets
from app.lineage.explain.got import POD_TEXTS, PYTHON_FIELDS, Got, Shown, delivered, pull_of
from app.lineage.explain.pulls import shown_name
from app.lineage.source.declaration import Words
from app.model.findings import Check, Flow, Problem, ProblemKind, Severity, Suggestion

# Airflow 2's list of pulled values, and what Jinja's filters and a mapping's methods give (P11).
_LAZY = re.compile(r"Lazy(?:Select|XCom)Sequence\((?:\[(?P<count>\d{1,9}) items?\])?\)?")
_OBJECT = re.compile(
    r"<(?:async_)?(?:generator|map|filter|zip|reversed)(?: object)?(?: [\w.<>]{1,100})?"
    r" at 0x[0-9a-f]{1,16}>"
    r"|\bdict_(?:keys|values|items)\([\[(]"
)


def sequence_problems(got: Got) -> Iterator[Problem]:
    """A problem for each place that shows an object where its values were meant."""
    for shown in got.texts:
        found = _found(shown.value)
        if found is not None and _is_meant_as_text(got, shown) and not _came_along(got, shown):
            yield _problem(got, shown, found)


def _found(text: str) -> re.Match[str] | None:
    if "Lazy" not in text and " at 0x" not in text and "dict_" not in text:
        return None
    return _LAZY.search(text) or _OBJECT.search(text)


def _is_meant_as_text(got: Got, shown: Shown) -> bool:
    """Whether Airflow made a text of it; to Python it hands the object, as it should."""
    if shown.name not in PYTHON_FIELDS:
        return True
    return not got.is_native and isinstance(got.leaf(shown.place), Words)


def _came_along(got: Got, shown: Shown) -> bool:
    """Whether the text was in what was pulled, so that it went wrong before, or in the source."""
    template = got.template(shown.place) or ""
    texts = [template, *(flow.value for flow in got.flows_into(shown.place))]
    return any(_found(text) for text in texts)


def _problem(got: Got, shown: Shown, found: re.Match[str]) -> Problem:
    template = got.template(shown.place)
    flow = next(iter(_flows(got, shown, found)), None)
    return Problem(
        kind=ProblemKind.SEQUENCE_REPR,
        severity=Severity.ERROR,
        title=f"{shown_name(got.one.key.instance)} got the text {_shortly(found)} and no values",
        consumer=got.consumer(shown.place, found.span()),
        pull=pull_of(flow, template),
        silent=got.is_green,
        checks=delivered(flow, Check("value is JSON", ok=False, seen=found[0][:60])),
        suggestion=_suggestion(shown, template, found),
    )


def _flows(got: Got, shown: Shown, found: re.Match[str]) -> list[Flow]:
    return got.flows_into(shown.place, *found.span()) or got.flows_into(shown.place)


def _shortly(found: re.Match[str]) -> str:
    name = found[0].partition(" at 0x")[0].partition("(")[0]
    return f"{name.lstrip('<')}…"


def _suggestion(shown: Shown, template: str | None, found: re.Match[str]) -> Suggestion:
    """One id in a list needs no list; values that a program reads are JSON; else a list will do."""
    one = without_brackets(template) if template else None
    if one is not None:
        return Suggestion("name the task without brackets, for its value alone", one)
    is_whole = found.start() == 0 and shown.value.endswith((")", ">"))
    is_argument = shown.name in POD_TEXTS and is_whole
    words = "list | tojson" if is_argument else "list"
    corrected = with_filter(template, words) if template else None
    return Suggestion(f"add | {words}, which reads the values", corrected)
