"""What the checks of a broken pull come to."""

from dataclasses import dataclass

from app.model.findings import ProblemKind, Suggestion
from app.model.ids import TryKey


@dataclass(frozen=True, slots=True)
class Verdict:
    """`title` continues the reader's name."""

    kind: ProblemKind
    title: str
    suggestion: Suggestion | None = None
    wrong: str = ""
    root: TryKey | None = None
