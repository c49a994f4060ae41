"""A run is looked at again until what its pulls are after in other runs is at hand."""

from dataclasses import dataclass, field

from app.lineage.reaching import with_others
from app.model.facts import Reach, RunFacts
from app.model.findings import Analysis
from tests.build import make_run


def reach(name: str) -> Reach:
    return Reach("other", "r1", name, "return_value")


@dataclass(slots=True)
class Desk:
    """Gives what is asked for; `asks`: what each look turns out to need."""

    asks: list[tuple[Reach, ...]]
    read: list[tuple[Reach, ...]] = field(default_factory=list)

    def look(self, _: RunFacts) -> Analysis:
        return Analysis(reaches=self.asks.pop(0))

    def give(self, reaches: tuple[Reach, ...]) -> RunFacts:
        self.read.append(reaches)
        return RunFacts(make_run(), reached=dict.fromkeys(reaches, ()))


def looked(*asks: tuple[Reach, ...]) -> Desk:
    desk = Desk(list(asks))
    with_others(RunFacts(make_run()), desk.look, desk.give)
    return desk


def test_a_run_that_reaches_nothing_else_is_looked_at_once() -> None:
    desk = looked(())
    assert (desk.read, desk.asks) == ([], [])


def test_what_a_look_asks_for_is_read_and_looked_at_again() -> None:
    first, second = (reach("a"),), (reach("a"), reach("b"))
    desk = looked(first, second, second)
    assert (desk.read, desk.asks) == ([first, second], [])


def test_a_run_that_asks_for_ever_is_left_alone() -> None:
    asks = [(reach(str(number)),) for number in range(9)]
    assert len(looked(*asks).read) == 3
