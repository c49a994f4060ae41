"""Templates compiled; those that differ in nothing but their texts are compiled once.

Jinja needs two milliseconds for a template, and a DAG of a thousand pods has thousands of them
that say the same of other task ids and keys. So each text in a template (a quoted one in an
expression, or what stands between expressions) is replaced by a mark, the shape that remains is
compiled, and the marks among the constants of the code are replaced by the texts. Where one cannot
be sure that this gives what Jinja makes of the template itself, Jinja is asked.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from types import CodeType
from typing import Any

from jinja2 import nodes

from app.lineage.template.sandbox import Sandbox, prepared

#: Around the number of a text in a shape.
TEXT_OPENS, TEXT_CLOSES = "\ue006", "\ue007"
_QUOTED = r"""'[^'\\]*'|"[^"\\]*\""""
_STRING = re.compile(_QUOTED)
#: Text, an output or a statement of which a glance tells where it ends: no escapes in its quoted
#: texts, no braces outside them, no raw block, and no minus or plus that cuts the text beside it.
#: Each part can end in one place alone, so nothing is tried twice; without possessive quantifiers:
#: those of Python 3.11.2, which is Debian 12's, match too much.
_INNER = rf"[^{{}}'\"\\]*(?:(?:{_QUOTED})[^{{}}'\"\\]*)*"
_PIECE = re.compile(
    r"(?P<text>(?:[^{]|\{(?![{%#]))[^{]*(?:\{(?![{%#])[^{]*)*)"
    rf"|\{{\{{(?![-+]){_INNER}(?<![-+])\}}\}}"
    rf"|\{{%(?![-+]|\s*raw\b){_INNER}(?<![-+])%\}}"
)


@lru_cache(maxsize=4_096)
def compiled(template: str) -> CodeType:
    """The template's code. Raises what Jinja raises, or Python of what Jinja made."""
    found = cut(template)
    if found is not None:
        shape, texts = found
        code = _compiled_shape(shape, len(texts))
        if code is not None:
            return _filled(code, texts)
    return _by_jinja(template)


@cache
def _compiler() -> Sandbox:
    """The sandbox that compiles for all others; nothing is ever rendered in it."""
    return Sandbox()


def parsed(template: str) -> nodes.Template:
    """Raises TemplateSyntaxError."""
    return _compiler().parse(template)


def _by_jinja(template: str) -> CodeType:
    return _compiler().compile(prepared(parsed(template)))


def cut(template: str) -> tuple[str, dict[str, str]] | None:
    """The template's shape and its texts by their marks; None when not plain where they end."""
    if TEXT_OPENS in template or "\r" in template:
        return None
    shape, texts = [], _Texts()
    at, end = 0, len(template)
    while at < end:
        piece = _PIECE.match(template, at)
        if piece is None:
            return None
        at, words = piece.end(), piece[0]
        if piece.lastgroup is None:
            shape.append(_STRING.sub(texts.quoted, words))
        elif words.endswith("\n"):
            shape.append(words)  # Jinja drops a line's end at the end of a template.
        else:
            shape.append(texts.mark(words))
    return "".join(shape), texts.by_mark


class _Texts:
    """Texts as they are replaced by marks; equal ones are one object, as in Python's own code."""

    def __init__(self) -> None:
        self.by_mark: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def mark(self, text: str) -> str:
        mark = f"{TEXT_OPENS}{len(self.by_mark)}{TEXT_CLOSES}"
        self.by_mark[mark] = self._known.setdefault(text, text)
        return mark

    def quoted(self, match: re.Match[str]) -> str:
        """An empty text stays: the code may ask whether there is one."""
        text = match[0][1:-1]
        return f"'{self.mark(text)}'" if text else match[0]


@lru_cache(maxsize=1_024)
def _compiled_shape(shape: str, count: int) -> CodeType | None:
    """The shape's code; None when its marks are not, each once, among the code's constants."""
    try:
        code = _by_jinja(shape)
    except Exception:  # noqa: BLE001  # what is wrong with the template itself Jinja has to say
        return None
    marked = sorted(text for text in _texts_of(code) if TEXT_OPENS in text or TEXT_CLOSES in text)
    return (
        code if marked == sorted(f"{TEXT_OPENS}{at}{TEXT_CLOSES}" for at in range(count)) else None
    )


def _texts_of(constant: Any) -> Iterator[str]:
    if isinstance(constant, str):
        yield constant
    elif isinstance(constant, CodeType):
        yield from _texts_of(constant.co_consts)
    elif isinstance(constant, tuple):
        for one in constant:
            yield from _texts_of(one)


def _filled(code: CodeType, texts: dict[str, str]) -> CodeType:
    return code.replace(co_consts=_constants(code.co_consts, texts))


def _constants(constants: tuple[Any, ...], texts: dict[str, str]) -> tuple[Any, ...]:
    given = texts.get
    return tuple(
        [given(one, one) if isinstance(one, str) else _inner(one, texts) for one in constants]
    )


def _inner(constant: Any, texts: dict[str, str]) -> Any:
    if isinstance(constant, CodeType):
        return _filled(constant, texts)
    return _constants(constant, texts) if isinstance(constant, tuple) else constant
