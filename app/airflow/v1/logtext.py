"""A log of Airflow 2, plain text, as the events that Airflow 3 would tell.

A line with a time begins an event; what follows without one belongs to it: more of its text, then
the traceback of its exception. What Airflow says first, about where it looked for the log, is left
out.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile

from app.airflow.loglines import kept, lines_of
from app.airflow.payloads import LogError, LogLine
from app.model.errors import NotThere

# `[2026-11-22T09:17:42.786+0000] {taskinstance.py:1242} INFO - Marking task as FAILED.`
_HEAD = re.compile(
    r"\[(?P<time>\d{4}-\d\d-\d\d[T ][\d:.,]{8,16}(?:Z|[+-]\d\d:?\d\d)?)\] "
    r"\{(?P<file>[^{}:]{1,200})\.py:\d{1,6}\} (?P<level>[A-Z]{1,20}) - (?P<text>.*)"
)
# `vm`, `*** Found local files:`, ` INFO - ::endgroup::`: whose log, and where it was.
_LOOKED_FOR = re.compile(r"[\w.-]{0,200}|\*\*\*.*| {0,4}(?:[A-Z]{4,8} - )?(?:::|\*\*\*).*")
# The logger's own name is not told, only the file that it is used in.
_LOGGERS = {"pod_manager": "pod_manager.PodManager"}
_TRACEBACK = "Traceback (most recent call last):"
# What Python prints between an exception and the one that was raised because of it.
_BETWEEN = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
_ERROR = re.compile(r"(?P<type>[A-Za-z_][\w.]{0,200})(?:: (?P<text>.*))?", re.DOTALL)
# Lines of one event that are read; what a task printed in one piece may have any number.
_MOST_LINES = 5_000


def kept_events(pieces: Iterable[bytes]) -> tuple[LogLine, ...]:
    """The telling events of a log that arrives in pieces.

    Raises NotThere when there is nothing but words about where it was looked for.
    """
    lines = (line.decode("utf-8", "replace").rstrip("\r") for line in lines_of(pieces))
    found = kept(map(_event, _groups(dropwhile(_LOOKED_FOR.fullmatch, lines))))
    if not found:
        raise NotThere("the try left no log")
    return found


def _groups(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines of each event; those before the first event are groups of their own."""
    group: list[str] = []
    for line in lines:
        is_inside = bool(group) and _HEAD.match(group[0]) is not None and not _HEAD.match(line)
        if is_inside and len(group) < _MOST_LINES:
            group.append(line)
        elif not is_inside:
            if group:
                yield group
            group = [line]
    if group:
        yield group


def _event(group: list[str]) -> LogLine:
    head = _HEAD.match(group[0])
    if head is None:
        return LogLine(event="\n".join(group))
    start = group.index(_TRACEBACK) if _TRACEBACK in group else len(group)
    errors = tuple(_errors(group[start:]))
    return LogLine(
        timestamp=head["time"].replace(",", "."),
        event="\n".join((head["text"], *group[1:start])).rstrip(),
        level=head["level"].lower(),
        logger=_LOGGERS.get(head["file"], head["file"]),
        # As Airflow 3 tells chained exceptions: the one that was raised last comes first.
        error_detail=errors[::-1] or None,
    )


def _errors(lines: list[str]) -> Iterator[LogError]:
    """The exceptions of tracebacks, in the order in which Python prints them."""
    told: list[str] = []
    is_frame = False
    for line in (*lines, _TRACEBACK):
        if line == _TRACEBACK:
            if found := _ERROR.fullmatch("\n".join(told).rstrip()):
                yield LogError(found["type"], found["text"] or "")
            told, is_frame = [], True
        elif line not in _BETWEEN and not (is_frame and line.startswith(" ")):
            told.append(line)
            is_frame = False
