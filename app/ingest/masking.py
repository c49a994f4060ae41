"""Secrets taken out of values and texts before anything is stored or logged.

Airflow masks by the names of keys, in rendered fields and logs, but not in XComs, not in a pod's
environment (there the key is called `value`) and not in `--password=…`; so we mask once more, by
the same names, wherever a name stands beside a value. What is masked reads `***`, as in Airflow.
"""

import re
from collections.abc import Iterable, Iterator

from app.ingest.depth import TOO_DEEP, is_too_deep
from app.ingest.shapes import MASK, without_shapes
from app.model.values import Json

#: Airflow's DEFAULT_SENSITIVE_FIELDS (airflow._shared.secrets_masker of 3.3.2).
SENSITIVE = frozenset(
    {
        "access_key", "access_token", "api_key", "apikey", "auth_header", "authorization",
        "bearer", "connection_string", "dsn", "keyfile_dict", "passphrase", "passwd", "password",
        "private_key", "proxies", "proxy", "proxy_password", "secret", "service_account",
        "service_key", "token", "webhook_url",
    }
)  # fmt: skip

# In prose these stand before a colon without a secret after it: "refused by the proxy: 403",
# "system:serviceaccount:airflow:worker".
_PROSE = frozenset({"proxy", "proxies", "serviceaccount", "dsn"})

_NOT_WORD = re.compile(r"\W+")
_NOT_LETTER = re.compile(r"[^a-z]")


def _any_of(names: Iterable[str]) -> str:
    """A pattern for the names in any case, longest first, by their first letters.

    Airflow writes the names with an underscore; texts also with a hyphen, a dot, or nothing. A set
    of first letters lets Python skip through a text several times as fast as with IGNORECASE.
    """
    longest = sorted(names, key=lambda name: (-len(name), name))
    firsts = sorted({name[0] for name in longest})
    ways = (
        f"(?<={_letter(first)})(?:{'|'.join(_rest(name) for name in longest if name[0] == first)})"
        for first in firsts
    )
    return f"[{''.join(firsts)}{''.join(firsts).upper()}](?:{'|'.join(ways)})"


def _rest(name: str) -> str:
    return "".join("[_.-]?" if each == "_" else _letter(each) for each in name[1:])


def _letter(letter: str) -> str:
    return f"[{letter}{letter.upper()}]"


# What can follow a name that has a secret beside it: most names in a text are left at once.
_NAME = re.compile(rf"""{_any_of(SENSITIVE)}(?=[\w.-]{{0,40}}[\s"'\\:=])""")
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


def is_sensitive(name: str) -> bool:
    """Whether Airflow takes a value under this name for a secret."""
    normal = _NOT_WORD.sub("_", name.strip().lower())
    return any(word in normal for word in SENSITIVE)


def masked(value: Json) -> Json:
    """The value without its secrets; its shape, its keys and its nulls stay.

    Never raises, whatever the value: one nested too deeply becomes `TOO_DEEP`. Lists of arguments
    (`["--password", "x"]`) and environment variables (`{"name": "DB_PASSWORD", "value": "x"}`) are
    known.
    """
    return TOO_DEEP if is_too_deep(value) else _masked(value)


def masked_text(text: str) -> str:
    """The text without its secrets: those beside a telling name, and those of a telling shape.

    Linear in its length.
    """
    text = without_shapes(text)
    pieces, done = [], 0
    for name in _NAME.finditer(text):
        if name.start() < done:
            continue
        start, end = _secret_after(text, name)
        if start < end:
            pieces += [text[done:start], MASK]
            done = end
    return "".join((*pieces, text[done:]))


def _masked(value: Json) -> Json:
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, list):
        return list(_masked_items(value))
    if isinstance(value, dict):
        return {name: _masked_member(value, name) for name in value}
    return value


def _masked_items(items: list[Json]) -> Iterator[Json]:
    after_flag = False
    for item in items:
        is_secret = after_flag and isinstance(item, str) and not item.startswith("-")
        yield MASK if is_secret and item else _masked(item)
        after_flag = (
            isinstance(item, str)
            and item.startswith("-")
            and "=" not in item
            and len(item) < 100  # noqa: PLR2004 - longer than any flag
            and is_sensitive(item)
        )


def _masked_member(members: dict[str, Json], name: str) -> Json:
    value = members[name]
    if is_sensitive(name):
        return _hidden(value, name)
    # An environment variable, a tag, a header: what names the value is a neighbour.
    if name == "value" and any(
        isinstance(label := members.get(where), str) and is_sensitive(label)
        for where in ("name", "key")
    ):
        return _hidden(value, name)
    return _masked(value)


def _hidden(value: Json, name: str) -> Json:
    if isinstance(value, dict):
        return {key: _hidden(member, name) for key, member in value.items()}
    if isinstance(value, list):
        return [_hidden(item, name) for item in value]
    # Null, true and "" hide nothing and tell why a pull failed; `max_tokens` is a count.
    if value is None or isinstance(value, bool) or value == "":
        return value
    return value if "tokens" in name.lower() and not isinstance(value, str) else MASK


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
