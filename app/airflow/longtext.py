"""A value too long to be kept: its beginning, its size and its hash, read piece by piece.

The hash is that of the value's JSON text as Airflow sends it, so that equal values are known as
equal wherever they turn up. Only long texts get one: a short secret could be guessed from it.
"""

import json
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
    """What is told of a long value."""
    beginning = value[: GIVEN * 4].decode("utf-8", "replace")[:GIVEN].strip()
    return XComValue(None, beginning, size=size, truncated=True, sha256=digest)


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
