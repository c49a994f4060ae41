"""Where a pattern stands in a text: its first match, as long as it can be."""

from app.query.regex.moving import program_of, start_of, steps_of, ways
from app.query.regex.program import MATCH, Program, Step

#: Instructions times characters that are gone through for one text.
_MOST_WORK = 60_000


def span(pattern: str, text: str) -> tuple[int, int] | None:
    """The characters of the first match; None without one, or where to look is too much work.

    Python's own match may end earlier: of alternatives this takes the longest, not the first.
    """
    program = program_of(pattern)
    if len(text) * len(program.instructions) > _MOST_WORK:
        return None
    return _first(program, text)


def _first(program: Program, text: str) -> tuple[int, int] | None:
    found: tuple[int, int] | None = None
    begun: dict[int, int] = {}  # By the place where a way through the program is: where it began.
    before = start_of(text)
    for at, character in enumerate(steps_of(text)):
        if found is None:
            begun.setdefault(program.start, at)
        reached = _reached(program, begun, before, character)
        if MATCH in reached and (found is None or reached[MATCH] <= found[0]):
            found = reached[MATCH], at
        begun = _after(program, reached, character, found)
        before = character[:1]
        if found is not None and not begun:
            return found
    return found


def _reached(
    program: Program, begun: dict[int, int], before: str, following: str
) -> dict[int, int]:
    """Every place to which the ways lead before the next character is taken, the earliest first."""
    reached: dict[int, int] = {}
    for place, start in sorted(begun.items(), key=lambda way: way[1]):
        waiting = [place]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached[one] = start
                waiting += ways(program, one, before, following)
    return reached


def _after(
    program: Program, reached: dict[int, int], character: str, found: tuple[int, int] | None
) -> dict[int, int]:
    """Where the ways are behind the character: those that may still make the first match longer."""
    one = character[:1]
    begun: dict[int, int] = {}
    for place, start in reached.items():
        instruction = program.instructions[place]
        is_late = found is not None and start > found[0]
        if one and not is_late and isinstance(instruction, Step) and instruction.fits(one):
            begun[instruction.then] = min(start, begun.get(instruction.then, start))
    return begun
