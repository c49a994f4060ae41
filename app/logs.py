"""What this process writes to its log: lines for people, or JSON for whoever collects them.

Every line of a request carries its id. No line carries a value: what an error that nobody foresaw
says may quote one, so a traceback tells where it happened and of which kind it is, no more, unless
more is asked for (`--verbose`).
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO, TypeAlias

from app.model.errors import XcomtraceError

Style: TypeAlias = Literal["text", "json"]

#: The id of the request that is being answered; empty elsewhere.
request_id: ContextVar[str] = ContextVar("request_id", default="")
#: The logger of the line that each request leaves, and the name of its fields in a record.
REQUESTS = "xcomtrace.requests"
FIELDS = "fields"

_HIDDEN = "what it says is left out, as it may quote a value: --verbose shows it"


@contextmanager
def written(*, verbose: bool = False) -> Iterator[None]:
    """Has everything logged written to standard error while the block runs, as text at first."""
    root = logging.getLogger()
    before = root.level
    handler = _ToStderr(sys.stderr)
    root.addHandler(handler)
    write_as("text", verbose=verbose)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    # Retries of a connection and steps of a migration are nobody's concern; their failure is told.
    for name in ("urllib3", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def write_as(style: Style, *, verbose: bool) -> None:
    """Has lines written in this style from now on."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _ToStderr):
            handler.setFormatter(_STYLES[style](tells_all=verbose))


class _ToStderr(logging.StreamHandler[TextIO]):
    """Ours, and none that others hung there."""


class TextLines(logging.Formatter):
    """Time, level, the request in brackets, what happened."""

    def __init__(self, *, tells_all: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(request)s%(message)s")
        self._tells_all = tells_all

    def format(self, record: logging.LogRecord) -> str:
        number = request_id.get()
        record.request = f"[{number}] " if number else ""
        # Another formatter may have left its own there.
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return exception_text(ei[1], tells_all=self._tells_all)


class JsonLines(logging.Formatter):
    """One JSON object in a line: time (UTC), level, logger, message, and what else is known."""

    def __init__(self, *, tells_all: bool = False) -> None:
        super().__init__()
        self._tells_all = tells_all

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id.get():
            line["request_id"] = number
        line.update(getattr(record, FIELDS, {}))
        if record.exc_info and (error := record.exc_info[1]):
            line["exception"] = exception_text(error, tells_all=self._tells_all)
        return json.dumps(line, default=str)


_STYLES = {"text": TextLines, "json": JsonLines}


def exception_text(error: BaseException | None, *, tells_all: bool) -> str:
    """The traceback of an error and of those that led to it, the first one first."""
    return "\n\n".join(_told(one, tells_all=tells_all) for one in reversed([*_chain(error)]))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException, *, tells_all: bool) -> str:
    where = "".join(traceback.format_tb(error.__traceback__))
    kind = type(error).__qualname__
    # Our own errors say what to do, and quote nothing.
    says = str(error) if tells_all or isinstance(error, XcomtraceError) else f"({_HIDDEN})"
    return f"Traceback (most recent call last):\n{where}{kind}: {says}"
