"""How the ways through a program go on between two characters of a text."""

from collections.abc import Iterable
from functools import lru_cache

from app.query.regex.nodes import Edge
from app.query.regex.program import Fork, Gate, Program, compiled
from app.query.regex.reading import read

#: What comes next at the end of the text, and when its last character is a newline.
_END, _LAST_NEWLINE = "", "\n$"
# What is before the first character, and before the end of a text that has none.
_START, _START_OF_NOTHING = "", "nothing at all"


@lru_cache(maxsize=64)
def program_of(pattern: str) -> Program:
    """The pattern's program. Raises NotReadable and TooBig."""
    return compiled(read(pattern))


def start_of(text: str) -> str:
    """What is before the text, as edges tell it apart."""
    return _START if text else _START_OF_NOTHING


def steps_of(text: str) -> Iterable[str]:
    """The characters of the text and its end, as edges tell them apart."""
    if text.endswith("\n"):
        yield from text[:-1]
        yield _LAST_NEWLINE
    else:
        yield from text
    yield _END


def ways(program: Program, place: int, before: str, following: str) -> tuple[int, ...]:
    """Where it goes on from the place before the next character is taken."""
    instruction = program.instructions[place]
    if isinstance(instruction, Fork):
        return instruction.ways
    if isinstance(instruction, Gate) and _is_at(instruction.edge, before, following):
        return (instruction.then,)
    return ()


def kind_of(character: str) -> str:
    """One character for all that edges do not tell apart."""
    if not _is_word(character):
        return "\n" if character == "\n" else " "
    return "a" if character.isascii() else "é"


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_at(edge: Edge, before: str, following: str) -> bool:
    """Whether the edge is between the two characters, or at the text's start or end."""
    if edge in _BETWEEN:
        return _BETWEEN[edge] is _is_word_edge(edge, before, following[:1])
    is_start = before in {_START, _START_OF_NOTHING}
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
    if before == _START_OF_NOTHING:
        return None
    is_ascii = edge in {Edge.ASCII_WORD_EDGE, Edge.NO_ASCII_WORD_EDGE}
    first, second = (
        _is_word(each) and (each.isascii() or not is_ascii) for each in (before, following)
    )
    return first is not second
