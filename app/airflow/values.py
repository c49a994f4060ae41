"""The value of one XCom out of the answer that both APIs give: the last member of an object."""

import json
from typing import Any

from app.airflow import payloads
from app.airflow.connection import Connection, Request, told_length
from app.airflow.decoding import decoded
from app.airflow.longtext import FIELD, read_text, shown, value_in
from app.airflow.payloads import XComValue
from app.model.errors import BadAnswer


def read_value(at: Connection, request: Request, *, limit: int, what: str) -> XComValue:
    """The value as stored: native JSON, secrets and all. `what` names it in errors.

    One that is longer than the limit comes back truncated, and so does one that Python cannot hold
    (nested too deeply, a number of more than 4,300 digits).
    """
    with at.answer(request) as response:
        text = read_text(at.pieces(response), limit=limit, length=told_length(response))
    if text.is_long:
        return shown(value_in(text.head), size=text.size, digest=text.sha256)
    try:
        entry = decoded(text.head, payloads.XComEntry, what=what)
    except BadAnswer as error:
        if _is_json_at_fault(error):
            raise
        value = value_in(text.head).rstrip().removesuffix(b"}")
        return shown(value, size=len(value), digest=None)
    return XComValue(entry.timestamp, entry.value, size=_value_size(text.head, entry.value))


def _value_size(text: bytes, value: Any) -> int:
    start = text.find(FIELD)
    # Where the value does not stand last, its own text is measured.
    if start >= 0 and text.rstrip().endswith(b"}") and b'"timestamp"' in text[:start]:
        return len(text[start + len(FIELD) :].strip()) - 1
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=True))


def _is_json_at_fault(error: BadAnswer) -> bool:
    return isinstance(error.__cause__, json.JSONDecodeError)
