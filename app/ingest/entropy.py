"""Tokens that nothing but their randomness gives away.

A token is a run of letters, digits, `_`, `-` and `+`, with `/` where it is no path, of 20
characters or more. It looks random when

- it has small letters, capitals and digits,
- its characters have 3.5 bits each by Shannon's measure, counted within the token, and
- it changes between words, capitals and digits at every second character or so, as no name does.

With `HASHES` too: UUIDs, and 32 or more hexadecimal digits of 3 bits each.
"""

import math
import re
from collections import Counter
from enum import StrEnum

from app.ingest.shapes import Hide


class Entropy(StrEnum):
    """What is masked for looking random."""

    OFF = "off"
    TOKENS = "tokens"  # Hashes, UUIDs and digests of images stay.
    ALL = "all"  # These too.


_SHORTEST, _BITS = 20, 3.5
_SHORTEST_HASH, _BITS_OF_HASH = 32, 3.0
# Characters between two changes, at most; names have 4 and more, random tokens 1.7.
_LONGEST_PART = 2.5
_TOKEN = re.compile(r"(?<![\w+/=.@-])[\w+/-]{20,2000}={0,2}(?![\w+/=@])", re.ASCII)
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_WORDS = re.compile(r"[a-z]{4,}|[A-Z]{4,}|[A-Z][a-z]{3,}|\d{4,}")
_KINDS = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"))
_HASH = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{32,128}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"(?![0-9A-Za-z])"
)


def without_random(text: str, hide: Hide, entropy: Entropy) -> str:
    """The text without the tokens in it that look random. Linear in its length."""
    if entropy is Entropy.OFF or len(text) < _SHORTEST:
        return text
    if entropy is Entropy.ALL:
        text = _HASH.sub(lambda one: hide(one[0]) if is_random_hash(one[0]) else one[0], text)
    return _TOKEN.sub(lambda one: hide(one[0]) if is_random(one[0]) else one[0], text)


def is_random(token: str) -> bool:
    """Whether a token looks as if dice had made it, and is no hash."""
    core = token.rstrip("=")
    parts = _PART.findall(core)
    return (
        all(kind.search(core) for kind in _KINDS)
        and bits(core) >= _BITS
        and sum(map(len, parts)) < _LONGEST_PART * len(parts)
        and not ("/" in core and _is_path(core))
    )


def is_random_hash(token: str) -> bool:
    digits = token.replace("-", "").lower()
    return len(digits) >= _SHORTEST_HASH and bits(digits) >= _BITS_OF_HASH


def bits(text: str) -> float:
    """Shannon's entropy of one character of the text."""
    counts, length = Counter(text).values(), len(text)
    return -sum(count / length * math.log2(count / length) for count in counts)


def _is_path(token: str) -> bool:
    """Whether a piece between slashes is a word or a number, as in a path and hardly in a token."""
    return any(_WORDS.fullmatch(piece) for piece in token.split("/"))
