"""The names beside which a value is a secret: Airflow's list, and what a deployment changes in it.

A name is a word that stands anywhere in what a value is called, as Airflow does it (`password` in
`DB_PASSWORD`), or a pattern of the shell for all of it (`*_pin`).
"""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache

#: Airflow's DEFAULT_SENSITIVE_FIELDS (airflow._shared.secrets_masker of 3.3.2).
SENSITIVE = frozenset(
    {
        "access_key", "access_token", "api_key", "apikey", "auth_header", "authorization",
        "bearer", "connection_string", "dsn", "keyfile_dict", "passphrase", "passwd", "password",
        "private_key", "proxies", "proxy", "proxy_password", "secret", "service_account",
        "service_key", "token", "webhook_url",
    }
)  # fmt: skip
#: What a name of the settings is made of.
WRITTEN = re.compile(r"[A-Za-z0-9_.?*-]{2,80}")

_NOT_WORD = re.compile(r"\W+")
# What stands behind a name in a text that has a secret beside it: most names are left at once.
_BESIDE = r"""(?=[\w.-]{0,40}[\s"'\\:=])"""
_ANY = {"*": r"[\w.-]{0,40}", "?": r"[\w.-]", "_": "[_.-]"}
_NEVER = "(?!)"


class Names:
    """Tells names of secrets from others, and finds them in texts."""

    def __init__(self, more: Iterable[str] = (), without: Iterable[str] = ()) -> None:
        written = {_normal(name) for name in more}
        patterns = sorted(name for name in written if _is_pattern(name))
        less = {_normal(name) for name in without}
        self._words = sorted((SENSITIVE - less) | written.difference(patterns))
        self._whole = [re.compile(translate(name)) for name in patterns]
        in_text = "|".join((*_any_of(self._words), *map(_all_of, patterns)))
        self.in_text = re.compile(in_text or _NEVER)
        self._is_sensitive = lru_cache(maxsize=4_096)(self._looked_up)

    def is_sensitive(self, name: str) -> bool:
        """Whether a value under this name is a secret."""
        return self._is_sensitive(name) if len(name) <= 100 else self._looked_up(name)  # noqa: PLR2004 - no name of a thing

    def _looked_up(self, name: str) -> bool:
        normal = _NOT_WORD.sub("_", name.strip().lower())
        return any(word in normal for word in self._words) or any(
            pattern.match(normal) for pattern in self._whole
        )


def _normal(name: str) -> str:
    return re.sub(r"[.-]", "_", name.strip().lower())


def _is_pattern(name: str) -> bool:
    return "*" in name or "?" in name


def _any_of(words: list[str]) -> Iterable[str]:
    """A pattern for the words in any case, longest first, by their first letters.

    Airflow writes the names with an underscore; texts also with a hyphen, a dot, or nothing. A set
    of first letters lets Python skip through a text several times as fast as with IGNORECASE.
    """
    longest = sorted(words, key=lambda word: (-len(word), word))
    firsts = sorted({word[0] for word in longest})
    ways = (
        f"(?<={_letter(first)})(?:{'|'.join(_rest(word) for word in longest if word[0] == first)})"
        for first in firsts
    )
    if firsts:
        yield f"[{''.join(firsts)}{''.join(firsts).upper()}](?:{'|'.join(ways)}){_BESIDE}"


def _rest(word: str) -> str:
    return "".join("[_.-]?" if each == "_" else _letter(each) for each in word[1:])


def _all_of(pattern: str) -> str:
    """A pattern for a name that is all of what stands there."""
    letters = "".join(_ANY.get(each) or _letter(each) for each in pattern)
    return rf"(?<!\w)(?<!\w[.-])(?=\w){letters}(?![\w.-]){_BESIDE}"


def _letter(letter: str) -> str:
    return f"[{letter}{letter.upper()}]"
