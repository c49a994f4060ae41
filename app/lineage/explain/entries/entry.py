"""The record of one kind of problem, as people read it."""

from dataclasses import dataclass

from app.model.findings import ProblemKind

#: Where most corrections are written, and where those of the sidecar are.
THE_FILE = "the DAG's file"
CONNECTION_EXTRA = "the extra of the Kubernetes connection (`kubernetes_default`)"


@dataclass(frozen=True, slots=True)
class Example:
    """The mistake and its correction, as they stand in a file."""

    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of problem. In all texts `code` stands between backticks."""

    kind: ProblemKind
    name: str  # In words: "Unknown task".
    brief: str  # In one line, for lists.
    means: str
    known_by: tuple[str, ...]  # What was looked at, and what was found there.
    mend: tuple[str, ...]  # Steps, the likeliest first.
    example: Example
    airflow_says: tuple[str, ...] = ()  # Messages by which people search; empty: it says nothing.
    goes_into: str = THE_FILE  # Where the correction is written.
    silent: str = ""  # How it happens in a green task; empty: it always fails.
