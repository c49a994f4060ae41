"""Paths into values: `result.*.uri`, `rows[3].uri`, `['two words']`."""

import re
from collections.abc import Iterable

from app.query.text import QUOTES, Reader, quoted

_POSITION = re.compile(r"(?:[0-9]{1,9}|\*)(?=\])")
_PLAIN_STEP = re.compile(r"[^\s.\[\]'\"]+")
#: Steps that need no quotes, at the start of a comparison either.
_NAME = r"(?:[^\W\d]|\*)(?:[\w*-]*[\w*])?"
_PLAIN_NAME = re.compile(rf"{_NAME}\Z")
_BRACKETS = r"""\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[0-9]{1,9}|\*)\]"""
_COMPARED = re.compile(
    rf"(?:{_NAME}|{_BRACKETS})(?:\.[\w*](?:[\w*-]*[\w*])?|{_BRACKETS})*(?=!=|[=<>])", re.DOTALL
)
_EXAMPLE = "path:result.*.uri"


def read_path(reader: Reader) -> tuple[str, ...]:
    """The steps that stand here up to the next space, and goes behind them."""
    steps = [_first(reader)]
    while not reader.is_at_end():
        steps.append(_next(reader))
    return tuple(steps)


def read_name(reader: Reader) -> tuple[str, ...] | None:
    """The steps of a comparison that stand here, and goes behind them; None when none do."""
    start = reader.at
    named = _COMPARED.match(reader.text, start)
    if not named:
        return None
    steps = read_path(Reader(reader.text[: named.end()], start))
    reader.at = named.end()
    return steps


def _first(reader: Reader) -> str:
    if reader.is_at("[", *QUOTES):
        return _bracketed(reader) if reader.is_at("[") else reader.quoted()
    return _plain(reader)


def _next(reader: Reader) -> str:
    if reader.is_at("["):
        return _bracketed(reader)
    if not reader.is_at("."):
        reader.refuse("Write a dot or a [ before the next step of the path.", reader.at)
    reader.at += 1
    return reader.quoted() if reader.is_at(*QUOTES) else _plain(reader)


def _plain(reader: Reader) -> str:
    found = _PLAIN_STEP.match(reader.text, reader.at)
    if not found and reader.is_at_end():
        reader.refuse(f"The path lacks its next step: write it as in {_EXAMPLE}.", reader.at)
    if not found:
        reader.refuse(
            f"A step with {reader.next()} is written in quotes: path:result['a{reader.next()}b'].",
            reader.at,
        )
    reader.at = found.end()
    return found[0]


def _bracketed(reader: Reader) -> str:
    start = reader.at
    reader.at += 1
    step = reader.quoted() if reader.is_at(*QUOTES) else _position(reader)
    if not reader.is_at("]"):
        reader.refuse("This [ is not closed: write a ] behind the step.", start)
    reader.at += 1
    return step


def _position(reader: Reader) -> str:
    found = _POSITION.match(reader.text, reader.at)
    if not found:
        reader.refuse(
            "Within [ ] stands a position, *, or a name in quotes: [3], [*], ['a b'].", reader.at
        )
    reader.at = found.end()
    return found[0] if found[0] == "*" else str(int(found[0]))


def written_path(steps: Iterable[str]) -> str:
    """The steps as both `read_path` and `read_name` read them."""
    return "".join(map(_written, steps)).removeprefix(".")


def _written(step: str) -> str:
    if _PLAIN_NAME.match(step):
        return f".{step}"
    is_position = step.isascii() and step.isdigit() and str(int(step)) == step
    return f"[{step}]" if is_position and len(step) <= 9 else f"[{quoted(step)}]"  # noqa: PLR2004 # _POSITION
