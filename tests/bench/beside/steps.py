"""A way through pages: what is opened and pressed, and what has to be seen before one goes on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from tests.bench.beside.counting import NOTHING, Tally
from tests.bench.beside.questions import Asked


class Act(Enum):
    OPEN = "opened"
    PRESS = "pressed"
    TURN = "scrolled"


@dataclass(frozen=True, slots=True)
class Sight:
    """An element with this text in it, as a selector of CSS tells it from others."""

    css: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    act: Act
    at: Sight  # What is pressed; of a page that is opened its address, in `text`.
    shows: tuple[Sight, ...]  # All of it, before the next step can be taken.
    tells: str = ""  # The part of the answer that is known now.


#: From the address of a server and the question to what has to be done there.
Way: TypeAlias = Callable[[str, Asked], tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Reached:
    """What it took until a part of the answer was known."""

    tells: str
    acts: tuple[Act, ...]
    cost: Tally

    @property
    def in_words(self) -> str:
        counted = ((self.acts.count(act), act.value) for act in Act)
        return ", ".join(f"{count} {words}" for count, words in counted if count)


def opened(address: str, *shows: Sight, tells: str = "") -> Step:
    return Step(Act.OPEN, Sight("", address), shows, tells)


def pressed(at: Sight, *shows: Sight, tells: str = "") -> Step:
    return Step(Act.PRESS, at, shows, tells)


def turned(at: Sight, *shows: Sight, tells: str = "") -> Step:
    return Step(Act.TURN, at, shows, tells)


def reached(steps: Sequence[Step], costs: Sequence[Tally]) -> Iterator[Reached]:
    """Each part of the answer with all that was done until then."""
    so_far = NOTHING
    for at, (step, cost) in enumerate(zip(steps, costs, strict=True)):
        so_far += cost
        if step.tells:
            yield Reached(step.tells, tuple(one.act for one in steps[: at + 1]), so_far)
