"""Secrets taken out of a DAG's source, which stays the Python it was, line by line.

Only what stands within string literals and comments is touched: literals given to a name like
`password`, those beside a flag or a key of that name, and what is a secret by its shape. Templates
are left alone but for shapes, and so is what names a task, a key or a connection.
"""

import ast
import re
import tokenize
from io import StringIO
from itertools import accumulate
from typing import Protocol


class Masks(Protocol):
    """What masks texts."""

    def text(self, text: str) -> str: ...

    def prose(self, text: str) -> str: ...

    def without_tokens(self, text: str) -> str: ...

    def is_sensitive(self, name: str) -> bool: ...

    def hide(self, secret: str) -> str: ...


# A string given to a name, in any of Python's ways: `password="x"`, `"password": "x"`,
# `PASSWORD: str = "x"`, `environ["PASSWORD"] = "x"`.
_NAMED_STRING = re.compile(
    r"""(?P<name>\b\w{1,80})(?P<between>["']?\]?(?:\s{0,8}:\s{0,8}str)?\s{0,8}[:=]\s{0,8}\(?[rbfRBF]{0,2})"""
    r"""(?P<quote>["'])(?P<text>[^"'\n{}]{1,4000})(?P=quote)"""
)
# `"--password", "x"`; `V1EnvVar(name="DB_PASSWORD", value="x")`; `Variable.set("api_key", "x")`.
_NEIGHBOURS = re.compile(
    r"""(?P<name>(?:(?<=set\()|(?<=["']name["']:[ ])|(?<=name=)|(?=["']-))["'][\w.-]{2,80}["'])"""
    r"""(?P<between>\s{0,8},\s{0,80}(?:["']?(?:value|val)["']?\s{0,8}[:=]\s{0,8})?)"""
    r"""(?P<quote>["'])(?P<text>[^"'\n{}-][^"'\n{}]{0,4000})(?P=quote)"""
)
_SECRET_KEYS = ("api_key", "apikey", "access_key", "private_key", "secret_key", "service_key")
# Names of these things are no secrets, even a token's: TOKEN_TASK = "fetch_token".
_NAMES_A_NAME = ("task", "key", "xcom", "conn_id", "name", "path", "dag")
_PRIVATE_KEY = re.compile(
    r"(?P<kept>-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)"
    r"(?P<secret>(?:(?!-----END).){0,20000})",
    re.DOTALL,
)
_WORD_OF_KEY = re.compile(r"[A-Za-z0-9+/=]{12,}")
_LITERAL = re.compile(
    r"(?P<open>[A-Za-z]{0,2}(?:\"\"\"|'''|[\"']))(?P<text>.*)(?P<close>\"\"\"|'''|[\"'])", re.DOTALL
)
_TEMPLATE = re.compile(r"\{\{|\{%")
_BROKEN = (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError)

#: In Python 3.12 and later the text of an f-string is a token of its own.
_TEXTS = frozenset(
    {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
)
#: What stands before a docstring.
_BEGINNINGS = frozenset({tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})
_BETWEEN = frozenset({tokenize.COMMENT, tokenize.NL})


def masked_source(source: str, masks: Masks) -> str:
    """The source without its secrets; one that is no Python is masked as any text is."""
    named = _NAMED_STRING.sub(lambda found: _named(found, masks), source)
    named = _NEIGHBOURS.sub(lambda found: _neighbour(found, masks), named)
    named = _PRIVATE_KEY.sub(lambda found: _key(found, masks), named)
    if masks.text(named) == named:
        return named
    try:
        return _in_literals(named, masks)
    except _BROKEN:
        return masks.text(named)


def _named(found: re.Match[str], masks: Masks) -> str:
    name = found["name"].lower()
    if not masks.is_sensitive(name) or _names_a_name(name):
        return found.group()
    return f"{found['name']}{found['between']}{_quoted(found, masks)}"


def _names_a_name(name: str) -> bool:
    return any(
        name.endswith((word, f"{word}_id", f"{word}s"))
        for word in _NAMES_A_NAME
        if not name.endswith(_SECRET_KEYS)
    )


def _neighbour(found: re.Match[str], masks: Masks) -> str:
    name = found["name"].strip("\"'")
    is_named = name.startswith("-") or "val" in found["between"] or _is_set(found)
    if not is_named or not masks.is_sensitive(name):
        return found.group()
    return f"{found['name']}{found['between']}{_quoted(found, masks)}"


def _is_set(found: re.Match[str]) -> bool:
    return found.string[max(0, found.start() - 4) : found.start()] == "set("


def _quoted(found: re.Match[str], masks: Masks) -> str:
    return f"{found['quote']}{masks.hide(found['text'])}{found['quote']}"


def _key(found: re.Match[str], masks: Masks) -> str:
    """A key's lines one by one: quotes between them stay, and so do the numbers of lines."""
    words = _WORD_OF_KEY.sub(lambda word: masks.hide(word[0]), found["secret"])
    return f"{found['kept']}{words}"


def _in_literals(source: str, masks: Masks) -> str:
    """The source with its literals and comments masked each by itself. Raises one of `_BROKEN`."""
    starts = list(accumulate((len(line) + 1 for line in source.split("\n")), initial=0))
    pieces, done, begins = [], 0, True
    for one in tokenize.generate_tokens(StringIO(source).readline):
        if one.type in _TEXTS:
            start, end = (starts[line - 1] + column for line, column in (one.start, one.end))
            is_prose = begins or one.type == tokenize.COMMENT
            pieces += [source[done:start], _masked(source[start:end], masks, is_prose=is_prose)]
            done = end
        begins = one.type in _BEGINNINGS or (begins and one.type in _BETWEEN)
    masked = "".join((*pieces, source[done:]))
    ast.parse(masked)
    return masked


def _masked(token: str, masks: Masks, *, is_prose: bool) -> str:
    """A template that stands behind a name is no secret."""
    found = _LITERAL.fullmatch(token)
    text = found["text"] if found else token
    if _TEMPLATE.search(text):
        kept = masks.without_tokens(text)
    else:
        kept = masks.prose(text) if is_prose else masks.text(text)
    kept += "\n" * (text.count("\n") - kept.count("\n"))
    return f"{found['open']}{kept}{found['close']}" if found else kept
