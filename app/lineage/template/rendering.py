"""What came of rendering one template."""

from dataclasses import dataclass

from app.lineage.template.holes import ANYTHING
from app.lineage.template.reads import Ask, Origin, Read


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters with one history; it may hold wildcards."""

    text: str
    origins: frozenset[Origin] = frozenset()
    value: object = None  # What an output gave, plain; only looked at when it is alone.
    is_blind: bool = False  # It would be the same whatever the values it came from are.


@dataclass(frozen=True, slots=True)
class Failure:
    """Why rendering stopped, in Airflow's words."""

    text: str
    origin: Origin | None = None  # The place whose absence is to blame.


@dataclass(frozen=True, slots=True)
class Rendering:
    """One way to render a template; there are several when a condition is not known."""

    segments: tuple[Segment, ...] = ()
    reads: tuple[Read, ...] = ()
    asks: tuple[Ask, ...] = ()
    failure: Failure | None = None
    is_undecided: bool = False  # Conditions on unknown values were guessed.

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)

    @property
    def has_wildcards(self) -> bool:
        return any(ANYTHING in segment.text for segment in self.segments)
