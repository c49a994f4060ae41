"""None in a place of which the source does not speak, where earlier runs had a value."""

import re
from collections.abc import Iterator
from itertools import islice

from app.lineage.explain.got import PYTHON_FIELDS, Got, Shown
from app.lineage.explain.pulls import shown_name
from app.lineage.explain.wording import written
from app.lineage.fields import found_at, leaves, text_of, tree
from app.lineage.source.declaration import Handed, Words
from app.lineage.template.holes import has_holes
from app.lineage.template.render import is_template
from app.model.facts import Try, XCom
from app.model.findings import Check, Problem, ProblemKind, Pull, Severity, Suggestion
from app.model.ids import RunKey
from app.model.values import Json, Path

# None as a word of its own, with what stands around it.
_NONE = re.compile(r"(?<![\w'\"])None(?![\w'\"])")
# A source that writes the text itself may mean it.
_WRITTEN = re.compile(r"['\"=/:]None['\"/,]")
_LONGEST = 4_096
#: Shortest value that tells where it came from, and leaves and tasks that are looked at.
_SHORTEST, _MOST_LEAVES, _MOST_TASKS = 4, 2_000, 50
_UNKNOWN = "write the pull where xcomtrace can follow it, or look at what the task reads it from"


def vanished_problems(got: Got) -> Iterator[Problem]:
    """A problem for each place that is as in an earlier run but for None instead of a value.

    What the source declares is judged by its pull; here nobody tells which pull it was, unless one
    XCom alone held the value then.
    """
    for shown, span in _missing(got) if got.is_green else ():
        if not _may_be_meant(got, shown):
            yield from _compared(got, shown, span)


def _missing(got: Got) -> Iterator[tuple[Shown, tuple[int, int]]]:
    """The word None in texts, and variables of the pod without a value."""
    for shown in got.texts:
        text = shown.value
        found = _NONE.search(text) if "None" in text and len(text) <= _LONGEST else None
        if found and shown.name not in PYTHON_FIELDS:
            yield shown, found.span()
    variables = tree("env_vars", (got.one.rendered or {}).get("env_vars"))
    for name, value in (
        islice(variables.items(), _MOST_LEAVES) if isinstance(variables, dict) else ()
    ):
        if value is None:
            yield Shown("env_vars", (name,), ""), (0, 0)


def _may_be_meant(got: Got, shown: Shown) -> bool:
    leaf = got.leaf(shown.place)
    if isinstance(leaf, Words):
        return is_template(leaf.text) or not has_holes(leaf.text)
    return isinstance(leaf, Handed) or bool(_WRITTEN.search(got.index.facts.source or ""))


def _compared(got: Got, shown: Shown, span: tuple[int, int]) -> Iterator[Problem]:
    facts, reader = got.index.facts, got.one.key.instance
    if not facts.knows_past:
        above = sorted(got.index.ancestors(reader.task_id))[:_MOST_TASKS]
        got.wanted_past.update((reader.task_id, *above))
        return
    for earlier in facts.past_tries:
        instance = earlier.key.instance
        if (instance.task_id, instance.map_index) == (reader.task_id, reader.map_index):
            value = _value_in(_leaf(earlier, shown), shown.value, span)
            if value:
                yield _problem(got, shown, span, value, instance.run)
                return


def _leaf(earlier: Try, shown: Shown) -> Json:
    return found_at(tree(shown.name, (earlier.rendered or {}).get(shown.name)), shown.steps)


def _value_in(earlier: Json, text: str, span: tuple[int, int]) -> str:
    """What stood in the earlier text in place of None; empty when it is another text."""
    if not isinstance(earlier, str):
        return ""
    before, after = text[: span[0]], text[span[1] :]
    is_alike = earlier.startswith(before) and earlier.endswith(after)
    value = earlier[len(before) : len(earlier) - len(after)] if is_alike else ""
    return "" if _NONE.search(value) else value


def _problem(got: Got, shown: Shown, span: tuple[int, int], value: str, run: RunKey) -> Problem:
    pull = _pull(got, value, run)
    return Problem(
        kind=ProblemKind.UNRESOLVABLE,
        severity=Severity.WARNING,
        title=f"{shown_name(got.one.key.instance)} got None where earlier runs had a value",
        consumer=got.consumer(shown.place, *([span] if span[1] else ())),
        pull=pull,
        silent=True,
        checks=(Check("value not null", ok=False, seen=f"{value[:60]} in the run {run.run_id}"),),
        suggestion=Suggestion(_advice(pull, run) if pull else _UNKNOWN),
    )


def _advice(pull: Pull, run: RunKey) -> str:
    path = written(pull.path)
    key = "" if pull.key == "return_value" else f" under {pull.key}"
    where = f"{path} of {pull.task_ids[0]}{key}" if path else f"{pull.task_ids[0]}{key}"
    return f"in the run {run.run_id} the value was {where}: see what became of it"


def _pull(got: Got, value: str, run: RunKey) -> Pull | None:
    """The place that held the value in the earlier run, when it was the only one."""
    if len(value) < _SHORTEST:
        return None
    own = (one for one in got.index.facts.past_xcoms if one.at.instance.run == run)
    reader = got.one.key.instance.task_id
    found = {
        (xcom.at.instance.task_id, xcom.at.key, path)
        for xcom in own
        if xcom.at.instance.task_id != reader
        for path in _places(xcom, value)
    }
    if len(found) != 1:
        return None
    ((task_id, key, path),) = found
    return Pull(run.dag_id, (task_id,), key, path)


def _places(xcom: XCom, value: str) -> Iterator[Path]:
    for path, leaf in islice(leaves(xcom.value), _MOST_LEAVES):
        if text_of(leaf) == value:
            yield path
