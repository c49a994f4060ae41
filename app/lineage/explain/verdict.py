"""What the checks of a broken pull come to."""

from dataclasses import dataclass

from app.model.findings import ProblemKind, Suggestion
from app.model.ids import TryKey
from app.model.values import Path


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that may have been meant.

    `corrections`: the template with it, or the line of code, not yet proved. `reads`: the task, key
    and path that the code then reads, which nobody can render.
    """

    text: str
    corrections: tuple[str, ...] = ()
    reads: tuple[str, str, Path] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`title` continues the reader's name; `remedies` are tried, the likeliest first."""

    kind: ProblemKind
    title: str
    suggestion: Suggestion | None = None
    wrong: str = ""
    root: TryKey | None = None
    remedies: tuple[Remedy, ...] = ()
