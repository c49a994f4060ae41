"""Airflow's JSON text as the structs of `payloads`, exact to the last digit."""

import json
import threading
from typing import Any, TypeVar

import msgspec

from app.model.errors import BadAnswer

T = TypeVar("T")

# What msgspec learns of a type at its first use is not safe from a second thread that uses it in
# the same moment (0.22 then crashes the process), so each type is learnt by one thread alone.
_learning = threading.Lock()
_decoders: dict[type, msgspec.json.Decoder[Any]] = {}


def decoded(text: bytes, into: type[T], *, what: str) -> T:
    """The payload that the text is; integers of any size stay exact, NaN and Infinity are read.

    msgspec refuses what JSON forbids and Airflow 2 writes all the same (a bare NaN, a lone
    surrogate); Python's own reader then takes it. `what` names the answer in the error.

    Raises BadAnswer when it is neither JSON nor of the payload's shape.
    """
    try:
        return _decoder(into).decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decoded_leniently(text, into, what=what)


def _decoder(into: type[T]) -> msgspec.json.Decoder[T]:
    with _learning:
        if into not in _decoders:
            _decoders[into] = msgspec.json.Decoder(into)
        return _decoders[into]


def _decoded_leniently(text: bytes, into: type[T], *, what: str) -> T:
    try:
        return msgspec.convert(json.loads(text), type=into)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise BadAnswer(f"Airflow's {what} cannot be read: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    # A msgspec error tells the place and the types; a JSON error the place. Neither tells the
    # text itself, which may hold secrets.
    if isinstance(error, msgspec.ValidationError | json.JSONDecodeError):
        return str(error)
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return "it is not JSON text"
