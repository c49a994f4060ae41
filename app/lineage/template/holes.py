"""Text of which a part is not known: a hole stands for it, marked by private-use characters.

A hole is ordinary text to every operation on texts (`+`, `%`, f-strings, `join`), so nothing that
computes with texts has to know about it.
"""

import re
from collections.abc import Mapping

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


def printed(value: object) -> str:
    """Python's text of a list, dict or text that may hold holes, which it would escape."""
    return unescaped(repr(value))


def unescaped(text: str) -> str:
    """A text in which Python or JSON escaped the marks of holes, with its holes."""
    return text.replace("\\ue000", HOLE_OPENS).replace("\\ue001", HOLE_CLOSES)


def has_holes(text: str) -> bool:
    return HOLE_OPENS in text


def is_marked(text: str) -> bool:
    """Whether a text from outside holds our marks, so that they cannot be told apart."""
    return bool(_MARKS.search(text))


def shown(text: str) -> str:
    """The pattern as people and the JSON interface write it: `load_{t}`."""
    return _HOLE.sub(r"{\1}", text)


#: Each stands for one hole of a text while something is done to the text.
_FOLDED = 0xE100
_MOST_FOLDED = 0x7FF


def folded(text: str) -> tuple[str, list[str]]:
    """The text with one character for each hole, and the holes' names in order."""
    names: list[str] = []

    def one(match: re.Match[str]) -> str:
        names.append(match[1])
        return chr(_FOLDED + min(len(names) - 1, _MOST_FOLDED))

    return _HOLE.sub(one, text), names


def unfolded(text: str, names: list[str]) -> str:
    """The text with its holes as they were, or under other names."""
    return "".join(
        hole(names[ord(one) - _FOLDED]) if _FOLDED <= ord(one) < _FOLDED + len(names) else one
        for one in text
    )


def with_anything(text: str) -> str:
    """The text with each hole as a wildcard."""
    return _HOLE.sub(ANYTHING, text)


def hole_names(text: str) -> list[str]:
    """The names of the holes, in order."""
    return _HOLE.findall(text)


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with those holes filled whose names are known."""
    return _HOLE.sub(lambda match: known.get(match[1], match[0]), text)


def literals(text: str) -> list[str]:
    """The known texts between the holes, in order; a text without holes is the only one."""
    return with_anything(text).split(ANYTHING)


_TEXT = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
#: A stretch of code in a template, up to an end that does not stand in a text.
_BLOCK = re.compile(rf"\{{[{{%](?:{_TEXT}|[^'\"])*?[}}%]\}}", re.DOTALL)
#: A text in code, or a numbered hole outside of one.
_IN_CODE = re.compile(rf"(?:{_TEXT})|\ue000(\d+)\ue001", re.DOTALL)
#: What a hole that stands for code is called in the template that is parsed.
_BARE = "unknown_hole_"
_BARE_NUMBER = re.compile(rf"{_BARE}(\d{{1,9}})")


def parseable(template: str) -> tuple[str, tuple[str, ...]]:
    """The template as Jinja can parse it, and the names of its holes by number.

    A hole's name may hold quotes, which would end a text of the template, and its marks are no
    code: inside texts a hole keeps its number only, in code it becomes a plain name.
    """
    if HOLE_OPENS not in template:
        return template, ()
    names: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        names.append(match[1])
        return f"{HOLE_OPENS}{len(names) - 1}{HOLE_CLOSES}"

    return _BLOCK.sub(_named_in_code, _HOLE.sub(numbered, template)), tuple(names)


def has_holes_in_code(template: str) -> bool:
    """Whether a part of what Jinja is to run is not known, and so whether it can run at all."""
    return HOLE_OPENS in template and _BARE in parseable(template)[0]


def _named_in_code(block: re.Match[str]) -> str:
    return _IN_CODE.sub(
        lambda match: f"{_BARE}{match[1]}" if match[1] else match[0],
        block[0],
    )


def named(text: str, names: tuple[str, ...]) -> str:
    """The text of a parsed template with its numbered holes under their names again."""
    if HOLE_OPENS not in text:
        return text
    return _HOLE.sub(
        lambda match: hole(names[int(match[1])]) if match[1].isdigit() else match[0], text
    )


def attribute_name(name: str, names: tuple[str, ...]) -> str:
    """The name behind a dot of a parsed template, with the holes in it under their names again."""
    if _BARE not in name:
        return name
    numbers = dict(enumerate(names))
    return _BARE_NUMBER.sub(
        lambda match: hole(numbers[at]) if (at := int(match[1])) in numbers else match[0], name
    )


def bare_hole(name: str, names: tuple[str, ...]) -> str | None:
    """The hole for which a name of a parsed template stands; None for any other name."""
    whole = _BARE_NUMBER.fullmatch(name)
    numbers = dict(enumerate(names))
    return hole(numbers[at]) if whole and (at := int(whole[1])) in numbers else None
