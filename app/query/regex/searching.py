"""Looking for a pattern in a text: one step for each character, whatever the pattern is."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

from app.query.regex.nodes import Edge
from app.query.regex.program import MATCH, Fork, Gate, Program, Step, compiled
from app.query.regex.reading import read

#: Steps that are remembered for one pattern; then it begins anew.
_MOST_REMEMBERED = 20_000
#: What comes next at the end of the text, and when its last character is a newline.
_END, _LAST_NEWLINE = "", "\n$"


class _State(dict[str, "_State | None"]):
    """Where all ways through the program are; its items are the states after a character.

    None is a match.
    """

    __slots__ = ("before", "places")

    def __init__(self, places: frozenset[int], before: str) -> None:
        super().__init__()
        self.places = places
        self.before = before


_Key: TypeAlias = tuple[frozenset[int], str]


class Search:
    """A pattern that is looked for; remembers what it has met."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._has_gates = any(isinstance(each, Gate) for each in program.instructions)
        self._forget()

    def found_in(self, text: str) -> bool:
        """Whether the pattern stands somewhere in the text."""
        state = self._begin(text)
        for character in steps_of(text):
            try:
                after = state[character]
            except KeyError:
                after = self._step(state, character)
            if after is None:
                return True
            state = after
        return False

    def _begin(self, text: str) -> _State:
        return self._state(frozenset(), "" if text else "nothing at all")

    def _forget(self) -> None:
        self._states: dict[_Key, _State] = {}
        self._remembered = 0

    def _state(self, places: frozenset[int], before: str) -> _State:
        return self._states.setdefault((places, before), _State(places, before))

    def _step(self, state: _State, character: str) -> "_State | None":
        if self._remembered >= _MOST_REMEMBERED:
            self._forget()
        self._remembered += 1
        reached = self._reached({*state.places, self._program.start}, state.before, character)
        after = None if MATCH in reached else self._after(reached, character)
        state[character] = after
        return after

    def _reached(self, places: Iterable[int], before: str, following: str) -> set[int]:
        """Every place to which the ways lead before the next character is taken."""
        reached: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place not in reached:
                reached.add(place)
                waiting += self._ways(place, before, following)
        return reached

    def _ways(self, place: int, before: str, following: str) -> tuple[int, ...]:
        instruction = self._program.instructions[place]
        if isinstance(instruction, Fork):
            return instruction.ways
        if isinstance(instruction, Gate) and is_at(instruction.edge, before, following):
            return (instruction.then,)
        return ()

    def _after(self, reached: set[int], character: str) -> _State:
        one = character[:1]
        steps = [self._program.instructions[place] for place in reached]
        places = frozenset(
            each.then for each in steps if one and isinstance(each, Step) and each.fits(one)
        )
        return self._state(places, _kind(one) if self._has_gates else "")


@lru_cache(maxsize=64)
def search(pattern: str) -> Search:
    """The pattern, ready to be looked for. Raises NotReadable and TooBig."""
    return Search(compiled(read(pattern)))


def steps_of(text: str) -> Iterable[str]:
    """The characters of the text and its end, as edges tell them apart."""
    if text.endswith("\n"):
        yield from text[:-1]
        yield _LAST_NEWLINE
    else:
        yield from text
    yield _END


def _kind(character: str) -> str:
    """One character for all that edges do not tell apart."""
    if not _is_word(character):
        return "\n" if character == "\n" else " "
    return "a" if character.isascii() else "é"


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def is_at(edge: Edge, before: str, following: str) -> bool:
    """Whether the edge is between the two characters, or at the text's start or end."""
    if edge in _BETWEEN:
        return _BETWEEN[edge] is _is_word_edge(edge, before, following[:1])
    is_start = before in {"", "nothing at all"}
    return {
        Edge.START: is_start,
        Edge.LINE_START: is_start or before == "\n",
        Edge.END: following == _END,
        Edge.END_OR_LAST_NEWLINE: following in {_END, _LAST_NEWLINE},
        Edge.LINE_END: following[:1] in {"", "\n"},
    }[edge]


_BETWEEN = {
    Edge.WORD_EDGE: True,
    Edge.ASCII_WORD_EDGE: True,
    Edge.NO_WORD_EDGE: False,
    Edge.NO_ASCII_WORD_EDGE: False,
}


def _is_word_edge(edge: Edge, before: str, following: str) -> bool | None:
    """Neither in an empty text, as Python has it."""
    if before == "nothing at all":
        return None
    is_ascii = edge in {Edge.ASCII_WORD_EDGE, Edge.NO_ASCII_WORD_EDGE}
    first, second = (
        _is_word(each) and (each.isascii() or not is_ascii) for each in (before, following)
    )
    return first is not second
