"""Pulls in a task's Python code: their flows can be declared, never confirmed."""

import re
from collections.abc import Iterator

from app.lineage.fields import at
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import DeclaredTask, PythonPull
from app.lineage.template.holes import has_holes
from app.lineage.template.reads import Ask, Origin, Read
from app.lineage.trace.broken import Broken
from app.lineage.trace.failing import said_by
from app.lineage.trace.flows import flow_of
from app.lineage.view import View
from app.model.facts import Try, TryLog
from app.model.findings import Consumer, Evidence, Flow
from app.model.values import Json, Path

# How Python fails on a value that is not there (P10), also as what a branch was to return (P16).
_MISSING = re.compile(
    r"'NoneType' object|argument of type 'NoneType'|object of type 'NoneType'|\(None, 'NoneType'\)"
)
# How Python fails on a text, a number or a list where a mapping was meant.
_NO_MAPPING = re.compile(
    r"TypeError: (?:string|list) indices must be integers"
    r"|TypeError: '\w{1,20}' object is not subscriptable"
    r"|AttributeError: '\w{1,20}' object has no attribute"
)


def python_flows(index: RunIndex, task: DeclaredTask, one: Try) -> Iterator[Flow]:
    """What the try's code read, as far as its text tells."""
    if one.start is None or one.state not in ("success", "running", "failed", "up_for_retry"):
        return
    for pull in task.pulls:
        for origin in _origins(index, pull, one):
            consumer = Consumer(one.key.instance, one.key.try_number, pull.field)
            flow = flow_of(origin, consumer, Evidence.DECLARED, pull.line)
            if flow:
                yield flow


def python_broken(
    index: RunIndex, task: DeclaredTask, one: Try, log: TryLog | None
) -> Iterator[Broken]:
    """Pulls of code that failed for want of a value, and those that name no task there is."""
    said = _said(log)
    for pull in task.pulls:
        for origin in _origins(index, pull, one):
            if not origin.read.is_known or (origin.is_there and _is_there(origin)):
                continue
            names_nobody = origin.read.task_id not in index.task_ids and pull.dag_id is None
            if names_nobody or (one.state in ("failed", "up_for_retry") and _blames(said, origin)):
                consumer = Consumer(one.key.instance, one.key.try_number, pull.field)
                is_silent = one.state == "success"
                yield Broken(
                    consumer, origin, line=pull.line, is_silent=is_silent, airflow_said=said
                )


def _origins(index: RunIndex, pull: PythonPull, one: Try) -> Iterator[Origin]:
    if not pull.is_sure or any(map(has_holes, (*(pull.task_ids or ()), pull.key))):
        return
    answer = View(index, one.key, one.end).pull(ask_of(pull))
    for path in pull.paths or ((),):
        yield from _along(answer.reads, path, is_list=answer.is_list)


def ask_of(pull: PythonPull) -> Ask:
    """What the code asks for."""
    return Ask(
        task_ids=pull.task_ids,
        is_list=pull.is_list,
        key=pull.key,
        dag_id=pull.dag_id,
        map_indexes=pull.map_indexes,
        is_index_list=pull.is_index_list,
        run_id=pull.run_id,
        is_prior=pull.is_prior,
    )


def _along(reads: tuple[Read, ...], path: Path, *, is_list: bool) -> Iterator[Origin]:
    """In a list of values the first step picks the value."""
    found = [Origin(read, path) for read in reads]
    if is_list and path:
        first = path[0]
        if isinstance(first, str) and found:
            yield Origin(found[0].read, path, is_there=False)
        elif isinstance(first, int) and -len(found) <= first < len(found):
            yield Origin(found[first].read, path[1:])
        return
    yield from (Origin(one.read, one.path, is_there=_is_there(one)) for one in found)


def _is_there(origin: Origin) -> bool:
    if origin.read.xcom is None:
        return False
    try:
        at(origin.read.xcom.value, origin.path)
    except LookupError:
        return origin.read.xcom.truncated
    return True


def _said(log: TryLog | None) -> str:
    events = reversed(log.events if log else ())
    return next((said for event in events if (said := said_by(event))), "")


def _blames(said: str, origin: Origin) -> bool:
    if origin.read.xcom is None:
        return bool(_MISSING.search(said))
    if _is_there(origin):
        return "list indices must be" in said  # It was taken of the list of values.
    owner, step = _stopped_at(origin)
    if isinstance(owner, dict):
        return said == f"KeyError: {step!r}"
    if isinstance(owner, list) and isinstance(step, int):
        return said == "IndexError: list index out of range"
    return bool((_MISSING if owner is None else _NO_MAPPING).search(said))


def _stopped_at(origin: Origin) -> tuple[Json, str | int | None]:
    """The last value that the path leads to, and the step that leads no further."""
    value = origin.read.value
    for step in origin.path:
        try:
            value = at(value, (step,))
        except LookupError:
            return value, step
    return value, None
