"""What comes of trying a template: its text, what each pull of it read, and what is wrong."""

from dataclasses import dataclass
from datetime import datetime

from app.model.facts import Reach
from app.model.findings import Problem
from app.model.ids import NOT_MAPPED
from app.model.values import Json, Path


@dataclass(frozen=True, slots=True)
class TriedPull:
    """One XCom that the template was after, and what was there."""

    dag_id: str
    run_id: str
    task_id: str
    key: str
    map_index: int = NOT_MAPPED
    try_number: int = 0  # Of the producer; 0: its try is not known.
    state: str | None = None  # Of the producer's task instance.
    pushed: datetime | None = None
    value: Json = None  # As stored: masked.
    is_there: bool = False
    is_known: bool = True  # False: whether, or what, was there cannot be told.
    problem: Problem | None = None  # Why nothing was there.


@dataclass(frozen=True, slots=True)
class Source:
    """A place in what a pull read. `pull`: its number in `Tryout.pulls`."""

    pull: int
    path: Path


@dataclass(frozen=True, slots=True)
class TriedPiece:
    """A stretch of the text with one history."""

    text: str
    sources: tuple[Source, ...] = ()
    is_unknown: bool = False  # Only Airflow knows what stands here; the text is empty.


@dataclass(frozen=True, slots=True)
class TriedWay:
    """A way in which the template may come out; `failure`: why it does not, in Airflow's words."""

    pieces: tuple[TriedPiece, ...] = ()
    failure: str = ""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Tryout:
    """`ways`: several where a condition hangs on what only Airflow knows, the likeliest first."""

    ways: tuple[TriedWay, ...]
    pulls: tuple[TriedPull, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: Names of the template whose values only Airflow knows.
    unknown: tuple[str, ...] = ()
    #: What its pulls are after in other runs, whether or not it was in the facts.
    reaches: tuple[Reach, ...] = ()
