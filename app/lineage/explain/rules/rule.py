"""What a rule of the log is: a record of a line, its meaning and its remedy."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from app.lineage.explain.logged import Line
from app.lineage.operators import runs_pods
from app.model.facts import Try
from app.model.findings import ProblemKind


class Speaker(StrEnum):
    """Whose words a rule reads."""

    AIRFLOW = "airflow"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True)
class Said:
    """A line that a rule may know, with all that its remedy is built from."""

    text: str
    one: Try
    lines: Sequence[Line] = ()

    @property
    def image(self) -> str:
        """The image of the pod's own container, as it was rendered; empty when it is not known."""
        image = (self.one.rendered or {}).get("image")
        return image if isinstance(image, str) else ""

    @property
    def is_pods(self) -> bool:
        """Whether a pod was run: other tasks fail over JSON of their own."""
        operator = self.one.operator
        return (
            not operator
            or runs_pods(operator)
            or any(line.text.startswith("Building pod ") for line in self.lines)
        )


Setting: TypeAlias = Callable[[Said], str | None]


def _always(said: Said) -> bool:
    return bool(said)


@dataclass(frozen=True, slots=True)
class LogRule:
    """A line, what it means and what to do.

    `title` continues the task's name. `source` is the id in failure-signatures.md and the threads
    of apache/airflow that tell of it. `sample` is a line that was seen. `field` makes it a problem
    of what the task was given, not of what it pushed.
    """

    kind: ProblemKind
    pattern: re.Pattern[str]
    title: str
    remedy: str
    source: str
    sample: str
    setting: Setting | None = None
    applies: Callable[[Said], bool] = _always
    speaker: Speaker = Speaker.AIRFLOW
    field: str = ""
