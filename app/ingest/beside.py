"""Secrets in texts that stand beside a telling name: `--password=x`, `"token": "x"`, `PASSWORD=x`.

Airflow masks by the names of keys, in rendered fields and logs, but not in XComs, not in a pod's
environment (there the key is called `value`) and not in `--password=…`.
"""

import re
from collections.abc import Iterator

from app.ingest.names import Names

# In prose these stand before a colon without a secret after it: "refused by the proxy: 403",
# "system:serviceaccount:airflow:worker".
_PROSE = frozenset({"proxy", "proxies", "serviceaccount", "dsn"})

_NOT_LETTER = re.compile(r"[^a-z]")
_REST_OF_NAME = r"(?P<rest>[\w.-]{0,40})"
# Without possessive quantifiers: those of Python 3.11.2, which is Debian 12's, match too much.
# Python prints a long text as several, one below the other. A text within a text ends at a quote
# with as many back-slashes as the one that it began with. A text that was cut has no end.
_QUOTED = r"""(?P<quoted>
    "[^"\\]*(?:\\.[^"\\]*)*"(?:\n\s{1,200}"[^"\\]*(?:\\.[^"\\]*)*")*
  | '[^'\\]*(?:\\.[^'\\]*)*'(?:\n\s{1,200}'[^'\\]*(?:\\.[^'\\]*)*')*
  | (?P<slashes>\\+)"[^\\]*(?:(?:\\+(?!["\\])|(?!(?P=slashes)")\\+")[^\\]*)*
  | (?P<strokes>\\+)'[^\\]*(?:(?:\\+(?!['\\])|(?!(?P=strokes)')\\+')[^\\]*)*
  | ["'][^\n]*
)"""
_BARE = r"""(?P<bare>(?:(?:bearer|basic|digest)\s{1,4})?
    [^\s,;&"'(){}\[\]<>\\]+(?:[(){}\[\]<>](?=[\w!@#$%^*])[^\s,;&"'(){}\[\]<>\\]*)*
)"""
_VALUE = rf"(?:{_QUOTED}|{_BARE})"
_FLAGS = re.IGNORECASE | re.DOTALL | re.VERBOSE
_NOTHING = re.compile(r"(?:None|null)\b|\*\*\*|\{\{")
# `PASSWORD=x`, `"password": "x"`, `password: x`; `{"name": "DB_PASSWORD", "value": "x"}`.
_ASSIGNED = re.compile(
    rf"""{_REST_OF_NAME}(?P<close>\\*["'])?\s{{0,4}}(?P<sign>[:=])\s{{0,4}}{_VALUE}""", _FLAGS
)
_NAMED = re.compile(
    rf"""{_REST_OF_NAME}\\*["']\s{{0,40}},\s{{0,40}}\\*["']value\\*["']\s{{0,4}}:\s{{0,4}}{_VALUE}""",
    _FLAGS,
)
# `--password x`, also as two items of a list's repr: `'--password', 'x'`.
_FLAGGED = re.compile(
    rf"""{_REST_OF_NAME}(?:\s{{1,4}}|\\*["']\s{{0,4}},\s{{0,40}})(?!-){_VALUE}""", _FLAGS
)
_BEARER = re.compile(rf"""\s{{1,4}}{_VALUE}""", _FLAGS)
_FLAG_START = re.compile(r"(?:^|[\s\"',=\[])--?[\w.-]{0,60}\Z")


def secrets_beside(text: str, names: Names) -> Iterator[tuple[int, int]]:
    """Where in the text secrets stand that a name tells of, in order. Linear in its length."""
    done = 0
    for name in names.in_text.finditer(text):
        if name.start() < done:
            continue
        start, end = _secret_after(text, name)
        if start < end:
            yield start, end
            done = end


def _secret_after(text: str, name: re.Match[str]) -> tuple[int, int]:
    """Where the secret stands that the name tells of; an empty range when there is none."""
    at = name.end()
    if found := _NAMED.match(text, at):
        return _secret_in(found)
    found = _ASSIGNED.match(text, at)
    if found and not _is_prose(name.group(), found):
        return _secret_in(found)
    if _FLAG_START.search(text, max(0, name.start() - 64), name.start()) and (
        found := _FLAGGED.match(text, at)
    ):
        return _secret_in(found)
    if name.group().lower() == "bearer" and (found := _BEARER.match(text, at)):
        return _secret_in(found)
    return (0, 0)


def _is_prose(name: str, found: re.Match[str]) -> bool:
    is_plain = found["sign"] == ":" and found["close"] is None
    return is_plain and _NOT_LETTER.sub("", name.lower()) in _PROSE


def _secret_in(found: re.Match[str]) -> tuple[int, int]:
    group = "quoted" if found["quoted"] is not None else "bare"
    start, end = found.span(group)
    value = found[group]
    if group == "quoted":
        quote = len(value) - len(value.lstrip("\\")) + 1
        start += quote
        end -= 1 if quote == 1 and value.endswith(value[0]) else 0
        value = value[quote:]
    # A template names no secret yet, and the word None is what a failed pull leaves behind.
    is_open = _NOTHING.match(value) is not None or "{{" in value
    return (0, 0) if is_open else (start, end)
