"""Text of which a part is not known: a hole stands for it, marked by private-use characters.

A hole is ordinary text to every operation on texts (`+`, `%`, f-strings, `join`), so nothing that
computes with texts has to know about it.
"""

import re

#: Around the name of a hole.
HOLE_OPENS, HOLE_CLOSES = "\ue000", "\ue001"
#: Around what an output of a template gave: opens, number of the output, text, closes.
OUTPUT_OPENS, OUTPUT_TEXT, OUTPUT_CLOSES = "\ue002", "\ue003", "\ue004"
#: Any text, also none.
ANYTHING = "\ue005"

_MARKS = re.compile("[\ue000-\ue005]")
_HOLE = re.compile("\ue000([^\ue000\ue001]*)\ue001")
#: Longest name of a hole; an expression that is longer is not worth showing.
_NAME_LENGTH = 40


def hole(name: str) -> str:
    """A text that is not known, named after the expression that would give it."""
    name = _MARKS.sub("", name)[:_NAME_LENGTH] or "…"
    return f"{HOLE_OPENS}{name}{HOLE_CLOSES}"


def has_holes(text: str) -> bool:
    return HOLE_OPENS in text


def is_marked(text: str) -> bool:
    """Whether a text from outside holds our marks, so that they cannot be told apart."""
    return bool(_MARKS.search(text))


def shown(text: str) -> str:
    """The pattern as people and the JSON interface write it: `load_{t}`."""
    return _HOLE.sub(r"{\1}", text)


def with_anything(text: str) -> str:
    """The text with each hole as a wildcard."""
    return _HOLE.sub(ANYTHING, text)


def literals(text: str) -> list[str]:
    """The known texts between the holes, in order; a text without holes is the only one."""
    return with_anything(text).split(ANYTHING)
