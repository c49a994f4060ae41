"""Looking for a pattern in a text: one step for each character, whatever the pattern is."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

from app.query.regex.moving import kind_of, program_of, start_of, steps_of, ways
from app.query.regex.program import MATCH, Gate, Program, Step

#: Steps that are remembered for one pattern; then it begins anew.
_MOST_REMEMBERED = 20_000


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
        return self._state(frozenset(), start_of(text))

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
                waiting += ways(self._program, place, before, following)
        return reached

    def _after(self, reached: set[int], character: str) -> _State:
        one = character[:1]
        steps = [self._program.instructions[place] for place in reached]
        places = frozenset(
            each.then for each in steps if one and isinstance(each, Step) and each.fits(one)
        )
        return self._state(places, kind_of(one) if self._has_gates else "")


@lru_cache(maxsize=64)
def search(pattern: str) -> Search:
    """The pattern, ready to be looked for. Raises NotReadable and TooBig."""
    return Search(program_of(pattern))
