"""The text None in a place of which the source does not speak, where earlier runs had a value."""

import re
from collections.abc import Iterator

from app.lineage.explain.got import PYTHON_FIELDS, Got, Shown
from app.lineage.explain.pulls import shown_name
from app.lineage.fields import at, tree
from app.lineage.source.declaration import Handed, Words
from app.lineage.template.holes import has_holes
from app.lineage.template.render import is_template
from app.model.facts import Try
from app.model.findings import Check, Problem, ProblemKind, Severity, Suggestion
from app.model.values import Json

# None as a word of its own, with what stands around it.
_NONE = re.compile(r"(?<![\w'\"])None(?![\w'\"])")
# A source that writes the text itself may mean it.
_WRITTEN = re.compile(r"['\"=/:]None['\"/,]")
_LONGEST = 4_096
_TEXT = "write the pull where xcomtrace can follow it, or look at what the task reads it from"


def vanished_problems(got: Got) -> Iterator[Problem]:
    """A problem for each place whose text is as in an earlier run but for None instead of a value.

    What the source declares is judged by its pull; here nobody tells which pull it was.
    """
    for shown in got.texts if got.is_green else ():
        text = shown.value
        found = _NONE.search(text) if "None" in text and len(text) <= _LONGEST else None
        if found and shown.name not in PYTHON_FIELDS and not _may_be_meant(got, shown):
            yield from _compared(got, shown, text, found.span())


def _may_be_meant(got: Got, shown: Shown) -> bool:
    return _is_declared(got, shown) or bool(_WRITTEN.search(got.index.facts.source or ""))


def _is_declared(got: Got, shown: Shown) -> bool:
    leaf = got.leaf(shown.place)
    if isinstance(leaf, Words):
        return is_template(leaf.text) or not has_holes(leaf.text)
    return isinstance(leaf, Handed)


def _compared(got: Got, shown: Shown, text: str, span: tuple[int, int]) -> Iterator[Problem]:
    facts, reader = got.index.facts, got.one.key.instance
    if not facts.knows_past:
        got.wanted_past.add(reader.task_id)
        return
    of_reader = (reader.task_id, reader.map_index)
    for earlier in facts.past_tries:
        instance = earlier.key.instance
        if (instance.task_id, instance.map_index) == of_reader:
            value = _value_in(_leaf(earlier, shown), text, span)
            if value:
                yield _problem(got, shown, span, f"{value[:60]} in the run {instance.run_id}")
                return


def _leaf(earlier: Try, shown: Shown) -> Json:
    try:
        return at(tree(shown.name, (earlier.rendered or {}).get(shown.name)), shown.steps)
    except LookupError:
        return None


def _value_in(earlier: Json, text: str, span: tuple[int, int]) -> str:
    """What stood in the earlier text in place of None; empty when it is another text."""
    if not isinstance(earlier, str):
        return ""
    before, after = text[: span[0]], text[span[1] :]
    is_alike = earlier.startswith(before) and earlier.endswith(after)
    value = earlier[len(before) : len(earlier) - len(after)] if is_alike else ""
    return "" if _NONE.search(value) else value


def _problem(got: Got, shown: Shown, span: tuple[int, int], seen: str) -> Problem:
    return Problem(
        kind=ProblemKind.UNRESOLVABLE,
        severity=Severity.WARNING,
        title=f"{shown_name(got.one.key.instance)} got None where earlier runs had a value",
        consumer=got.consumer(shown.place, span),
        silent=True,
        checks=(Check("earlier runs had a value", ok=True, seen=seen),),
        suggestion=Suggestion(_TEXT),
    )
