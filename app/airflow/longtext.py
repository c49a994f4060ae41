"""A value too long to be kept: its beginning, its size and its hash, read piece by piece.

The hash is that of the value's JSON text as Airflow sends it, so that equal values are known as
equal wherever they turn up. Only long texts get one: a short secret could be guessed from it.
"""

import codecs
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from app.airflow.payloads import XComValue

#: Characters that are given to be shown; whoever masks them cuts them once more, to PREVIEW, so
#: that a secret at the end is seen whole.
GIVEN = 12_000
# Bytes of an answer after which reading stops: a longer value has no hash.
_READ = 16_000_000
#: What stands before the value in an answer.
FIELD = b'"value":'
# Bytes of an answer that stand before its value, and may stand behind it.
_BEFORE, _BEHIND = 4_000, 64
# An escaped character, those beyond 16 bits as two; any other escape is passed over as it is.
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|.)",
    re.DOTALL,
)
# What is left of one at the end of a text that was cut; behind an even number of back-slashes.
_CUT_ESCAPE = re.compile(
    r"(?<!\\)(?:\\\\)*(\\(?:u[0-9a-fA-F]{0,3}|u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?)?)\Z"
)
_FIRST_LETTER = 0xA0
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Text:
    """An answer, whole or (`is_long`) read up to the limit and counted to its end."""

    head: bytes
    is_long: bool
    size: int  # Bytes of the answer; of one that was not read to its end at least so many.
    sha256: str | None = None  # Of the value's own text in it.


def read_text(pieces: Iterable[bytes], *, limit: int, length: int | None) -> Text:
    """`length`: as the answer's headers tell it."""
    head, size = bytearray(), 0
    rest = iter(pieces)
    for piece in rest:
        head += piece
        size += len(piece)
        if size > limit:
            return _read_on(bytes(head), rest, limit=limit, length=length)
    return Text(bytes(head), is_long=False, size=size)


def shown(value: bytes, *, size: int, digest: str | None) -> XComValue:
    """What is told of a long value: its beginning, of which no character is cut in two."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beginning = readable(decoder.decode(value[: GIVEN * 4])[:GIVEN].strip())
    return XComValue(None, beginning, size=size, truncated=True, sha256=digest)


def readable(text: str) -> str:
    r"""The beginning of a JSON text with its letters as themselves: `\u00fc` is `ü`.

    Whether an Airflow escapes them depends on its version, and on whom one asks.
    """
    cut = _CUT_ESCAPE.search(text, max(0, len(text) - _BEHIND))
    return _ESCAPE.sub(_letter, text[: cut.start(1)] if cut else text)


def _letter(escape: re.Match[str]) -> str:
    """One that stands for a control character, or for half of a character, stays escaped."""
    high, low, single = escape.groups()
    if high:
        pair = bytes.fromhex(high + low)
        return pair.decode("utf-16-be")
    code = int(single, 16) if single else 0
    return chr(code) if code >= _FIRST_LETTER and code not in _SURROGATES else escape[0]


def value_in(answer: bytes) -> bytes:
    """The value's own text in the beginning of an answer."""
    # Inside a JSON string a quotation mark is escaped, so the first `"value":` is the field itself.
    return answer.partition(FIELD)[2].lstrip()


def as_read(value: Any, *, limit: int) -> XComValue:
    """A value that came with others, as it would come alone."""
    data = compact(value)
    if len(data) <= limit:
        return XComValue(None, value, size=len(data))
    return shown(data, size=len(data), digest=sha256(data).hexdigest())


def compact(value: Any) -> bytes:
    """The value's JSON text without a blank too many."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _read_on(head: bytes, rest: Iterable[bytes], *, limit: int, length: int | None) -> Text:
    before, found, value = head.partition(FIELD)
    digest, held, size = sha256(), value.lstrip(), len(head)
    for piece in rest:
        digest.update(held[:-_BEHIND])
        held = held[-_BEHIND:] + piece
        size += len(piece)
        if size > _READ:
            return Text(head[: limit + _BEFORE], is_long=True, size=max(size, length or 0))
    end = held.rstrip()
    digest.update(end[:-1].rstrip())
    # The value stands last in Airflow 3's answer; where it does not, its end is not known.
    is_last = bool(found) and b'"timestamp"' in before and end.endswith(b"}")
    return Text(
        head[: limit + _BEFORE],
        is_long=True,
        size=size - len(before) - len(found) - 1 if is_last else size,
        sha256=digest.hexdigest() if is_last else None,
    )
