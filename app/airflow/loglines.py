"""A try's log as the lines that can tell something, however long it is.

A pod may print a hundred megabytes. What explains a failure stands at the start, at the end and in
the lines that Airflow itself marks as warnings or errors, so those are kept, in their order.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from app.airflow.decoding import decoded
from app.airflow.payloads import LogLine
from app.model.errors import BadAnswer

#: Lines kept from the start, from the end, and of those in between that tell something.
FIRST, LAST, TELLING = 100, 200, 200
# Bytes of a longer log after which reading stops, and of one line that is still read.
_LOG_LIMIT = 64_000_000
_LINE_LIMIT = 1_000_000
_LOUD = frozenset({"warning", "warn", "error", "critical", "fatal"})
# What a push that found nothing says at level INFO, and older providers' dump of return.json.
_MARKS = ("xcom result", "XCom", "xcom_push")


def kept_lines(pieces: Iterable[bytes]) -> tuple[LogLine, ...]:
    """The telling lines of a log that arrives in pieces, one JSON object per line."""
    return kept(map(_line, lines_of(pieces)))


def kept(lines: Iterable[LogLine]) -> tuple[LogLine, ...]:
    """The telling ones of these lines."""
    first: list[LogLine] = []
    telling: list[LogLine] = []
    last: deque[LogLine] = deque(maxlen=LAST)
    for line in lines:
        if len(first) < FIRST:
            first.append(line)
            continue
        if len(last) == LAST and len(telling) < TELLING and _tells(last[0]):
            telling.append(last[0])
        last.append(line)
    return (*first, *telling, *last)


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines that are not empty, of a text that arrives in pieces."""
    rest, size, is_cut = b"", 0, False
    for piece in pieces:
        size += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        if is_cut and lines:
            del lines[0]
            is_cut = False
        yield from (line for line in lines if line.strip())
        # What is kept of a line without end is no JSON but plain text. The rest of it is left out:
        # it may begin in the middle of a secret, which nothing would know then.
        if is_cut:
            rest = b""
        elif len(rest) > _LINE_LIMIT:
            yield rest[:_LINE_LIMIT]
            rest, is_cut = b"", True
        if size > _LOG_LIMIT:
            return
    if rest.strip():
        yield rest


def _line(text: bytes) -> LogLine:
    try:
        return decoded(text, LogLine, what="log")
    except BadAnswer:
        return LogLine(event=text.decode("utf-8", "replace"))


def _tells(line: LogLine) -> bool:
    return (
        bool(line.error_detail)
        or (line.level or "").lower() in _LOUD
        or any(mark in (line.event or "") for mark in _MARKS)
    )
