"""Lost connections are told once, by `Workers`: the libraries' tracebacks of them go to DEBUG."""

import asyncio
import logging
from typing import Any

from procrastinate.exceptions import ConnectorException

log = logging.getLogger(__name__)


class Relay(logging.Handler):
    """Hands a library's records to the root's handlers, but for those of a lost connection."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ConnectorException):
            log.debug("%s", record.getMessage(), exc_info=error)
        else:
            logging.getLogger().handle(record)


def relay(library: logging.Logger) -> None:
    """Have this logger's records, and those of the loggers below it, go through a Relay."""
    library.propagate = False
    library.handlers = [Relay()]


def handle_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An event loop's exception handler, for which a job's end that could not be stored is no news.

    Nobody waits for the tasks in which procrastinate does jobs, so asyncio tells of their errors.
    """
    if isinstance(error := context.get("exception"), ConnectorException):
        log.debug("%s", context.get("message"), exc_info=error)
    else:
        loop.default_exception_handler(context)
