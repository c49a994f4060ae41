"""What a try's log says, line by line, and who says it: Airflow, or one of the pod's containers.

A job may print any text, "JSONDecodeError" as well as "Pod x returned a failure". Only what Airflow
itself says tells why Airflow failed the task.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.lineage.explain.brief import readable
from app.lineage.explain.dump import ending_lines
from app.lineage.trace.failing import said_by
from app.model.facts import LogEvent, TryLog

#: Characters of one line that are read, from its start and from its end.
_START, _END = 12_000, 4_000
# The provider puts the container's name before what it printed, unless it is told not to.
_CONTAINER = re.compile(r"\[([a-z0-9][a-z0-9-]{0,62})\] ")
_PRINTER = "PodManager"
# How the lines begin that the provider's PodManager says itself.
_OWN_WORDS = (
    "::", "Attempting", "Checking", "Container ", "container ", "Could not", "Error calculating",
    "Exception when attempting to create", "Failed to kill", "False is not", "Invalid type", "Pod ",
    "Primary kill", "Reading of logs", "Running command", "Still waiting", "Stopped watching",
    "The Pod has an Event", "The xcom sidecar", "There was an error", "Unable to", "Waiting",
    "Xcom sidecar", "kube_client", "stderr from command",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """`container` is the one that printed it; empty when Airflow speaks."""

    text: str
    container: str = ""


def lines_of(log: TryLog) -> tuple[Line, ...]:
    """The log's lines in their order; of an event with an exception the exception comes first."""
    return tuple(line for event in log.events for line in _lines_of(event))


def _lines_of(event: LogEvent) -> Iterator[Line]:
    said = said_by(event)
    if said:
        yield Line(readable(_bounded(said)))
        yield from (Line(text) for text in ending_lines(said))
    container = _container_of(event)
    text = event.text
    if container and text.startswith(f"[{container}] "):
        text = text.removeprefix(f"[{container}] ")
    if text:
        yield Line(text if container else readable(_bounded(text)), container)
        yield from (Line(each) for each in ending_lines(text) if not container)


def _bounded(text: str) -> str:
    if len(text) <= _START + _END:
        return text
    return f"{text[:_START]}\n…\n{text[-_END:]}"


def _container_of(event: LogEvent) -> str:
    """The container that printed the event's text; empty when it is Airflow's own."""
    if event.error_type or event.error_text:
        return ""
    named = _CONTAINER.match(event.text)
    if named is not None:
        return named[1]
    is_printed = event.logger.endswith(_PRINTER) and not event.text.startswith(_OWN_WORDS)
    return "base" if is_printed else ""
