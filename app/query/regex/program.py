"""A pattern's tree as a program: what may come next, and where it goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import TypeAlias

from app.query.regex.nodes import Character, Edge, Either, Node, Repeat, Sequence

#: One character of a text costs at most as much as all instructions together.
MOST_INSTRUCTIONS = 250


class TooBig(Exception):
    """The pattern has too many alternatives or repetitions."""


@dataclass(frozen=True, slots=True)
class Step:
    """One character that fits, then on."""

    fits: Callable[[str], object]
    then: int


@dataclass(frozen=True, slots=True)
class Fork:
    ways: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """On, where the edge is."""

    edge: Edge
    then: int


Instruction: TypeAlias = Step | Fork | Gate

#: The place of the end of every match.
MATCH = 0


@dataclass(slots=True)
class Program:
    """Instructions by their number; number 0 stands for a match."""

    start: int = MATCH
    instructions: list[Instruction] = field(default_factory=lambda: [Fork(())])


def compiled(node: Node) -> Program:
    """The tree's program. Raises TooBig."""
    writer = _Writer(Program())
    writer.program.start = writer.write(node, MATCH)
    return writer.program


@dataclass(slots=True)
class _Writer:
    """Writes from the end to the start, so that each instruction knows where it goes on."""

    program: Program

    @singledispatchmethod
    def write(self, node: Node, then: int) -> int:
        """The number at which the node begins that goes on at `then`."""
        raise TypeError(node, then)

    @write.register
    def _character(self, node: Character, then: int) -> int:
        return self._add(Step(node.fits, then))

    @write.register
    def _edge(self, node: Edge, then: int) -> int:
        return self._add(Gate(node, then))

    @write.register
    def _sequence(self, node: Sequence, then: int) -> int:
        for each in reversed(node.nodes):
            then = self.write(each, then)
        return then

    @write.register
    def _either(self, node: Either, then: int) -> int:
        return self._add(Fork(tuple(self.write(each, then) for each in node.nodes)))

    @write.register
    def _repeat(self, node: Repeat, then: int) -> int:
        then = self._any_number(node.node, then) if node.most is None else self._up_to(node, then)
        return self._times(node.node, node.least, then)

    def _any_number(self, node: Node, then: int) -> int:
        loop = self._add(Fork(()))
        self.program.instructions[loop] = Fork((self.write(node, loop), then))
        return loop

    def _up_to(self, node: Repeat, then: int) -> int:
        end = then
        for _ in range((node.most or 0) - node.least):
            then = self._add(Fork((self.write(node.node, then), end)))
        return then

    def _times(self, node: Node, number: int, then: int) -> int:
        for _ in range(number):
            before = then
            then = self.write(node, then)
            if then == before:
                break  # It has nothing in it.
        return then

    def _add(self, instruction: Instruction) -> int:
        if len(self.program.instructions) >= MOST_INSTRUCTIONS:
            raise TooBig
        self.program.instructions.append(instruction)
        return len(self.program.instructions) - 1
