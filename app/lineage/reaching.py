"""Looking at a run together with what its pulls are after in others."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from app.model.facts import Reach, RunFacts

# Which runs those are only shows when one looks. A pull whose task id stands in an XCom of another
# run needs a second look, and nobody writes a third.
_MOST_LOOKS = 3


class Looked(Protocol):
    @property
    def reaches(self) -> tuple[Reach, ...]: ...


Found = TypeVar("Found", bound=Looked)


def with_others(
    facts: RunFacts,
    look: Callable[[RunFacts], Found],
    read: Callable[[tuple[Reach, ...]], RunFacts],
) -> tuple[RunFacts, Found]:
    """The run's facts, with those of other runs that `look` turned out to need, and what it found.

    `read` gives the facts anew, with what these reaches lead to.
    """
    found = look(facts)
    for _ in range(_MOST_LOOKS):
        if facts.reached.keys() >= set(found.reaches):
            break
        facts = read(found.reaches)
        found = look(facts)
    return facts, found
