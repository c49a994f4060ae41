"""Texts computed by a DAG's source, with holes for what is not known."""

import re
from collections.abc import Sequence
from typing import Any

from app.lineage.source.airflow_values import Argument, Pulled
from app.lineage.source.sizes import is_small
from app.lineage.source.values import Instance, Member, Named, OneOf, Struct, Unknown, written
from app.lineage.template.holes import HOLE_CLOSES, HOLE_OPENS, has_holes, hole, printed
from app.lineage.template.limits import SIZE, weight

_WIDTH = re.compile(r"\d{4,}")
#: Characters that a text is at most filled up to, and that a text may have while it is made.
_WIDEST, _LONGEST = 10_000, 10 * SIZE
#: A place of `format` whose width is another value.
_NESTED = re.compile(r"\{[^{}]*:[^{}]*\{")
#: Levels of a value that is written as a text.
_DEEPEST = 8
_NUMBER = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgG]")


def text_of(value: Any) -> str | None:  # noqa: PLR0911  # one line for each kind of value
    """What `str()` gives, holes included; None when it cannot be told at all."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float) or value is None:
        return str(value)
    if isinstance(value, Unknown):
        return hole(value.name)
    if isinstance(value, Argument):
        return pull_of(value)
    if isinstance(value, OneOf):
        return hole(value.name)
    if isinstance(value, Named):
        return hole(value.last)
    if isinstance(value, Pulled):
        return hole("xcom_pull()")
    if isinstance(value, Member):
        return f"{value.owner}.{value.name}"
    if isinstance(value, list | tuple | dict) and is_small(value) and not _holds_objects(value):
        return printed(value)
    return None


def pull_of(argument: Argument) -> str:
    """The template that an XComArg becomes inside a text, as Airflow writes it."""
    if argument.operations:
        return hole(f"{argument.task.task_id}.output")
    dag = f", dag_id='{argument.task.dag.dag_id}'" if argument.task.dag else ""
    call = f"task_ids='{argument.task.task_id}'{dag}, key='{argument.key}'"
    return "{{ task_instance.xcom_pull(" + call + ") }}"


def formatted(value: Any, spec: str, conversion: int, name: str) -> str:
    """One `{…}` of an f-string."""
    text = text_of(value)
    if text is None:
        return hole(name)
    if isinstance(value, Unknown | Argument | OneOf | Pulled | Named):
        return text
    if conversion == ord("r"):
        return printed(str(value) if isinstance(value, str) else value)
    if not spec or _WIDTH.search(spec) or has_holes(text):
        return text
    try:
        return format(str(value) if isinstance(value, str) else value, spec)
    except (ValueError, TypeError):
        return hole(name)


def percent(template: str, values: Any, line: int | None) -> Any:
    """`template % values`."""
    if _WIDTH.search(template.replace("%%", "")) and re.search(r"%[^a-zA-Z%]*\d{4}", template):
        return Unknown(template)
    known = _holed(values)
    parts = known if isinstance(known, tuple | list) else (known,)
    if known is None or _is_too_much(template, "%", parts, is_width="*" in template):
        return Unknown("%")
    if isinstance(known, str | tuple | dict) and has_holes(str(known)):
        template = _NUMBER.sub("%s", template)
    try:
        return _bounded(template % known, line)
    except (TypeError, ValueError, KeyError):
        return Unknown("%")


def format_with(template: str, args: list[Any], kwargs: dict[str, Any], line: int | None) -> Any:
    """`template.format(...)`."""
    if _WIDTH.search(template) and ":" in template:
        return Unknown("format")
    places = [_holed(one) for one in args]
    names = {name: _holed(one) for name, one in kwargs.items()}
    if any("__" in part for part in template.split("{")[1:]):
        return Unknown("format")
    if _is_too_much(
        template, "{", [*places, *names.values()], is_width=_NESTED.search(template) is not None
    ):
        return Unknown("format")
    try:
        return _bounded(template.format(*places, **names), line)
    except (LookupError, ValueError, AttributeError, TypeError):
        return Unknown("format")


def _is_too_much(template: str, sign: str, values: Sequence[Any], *, is_width: bool) -> bool:
    """Whether the text could be too long: each place may take all of the values.

    `is_width`: a number among the values may say how wide a place is.
    """
    widest = max((abs(one) for one in values if isinstance(one, int)), default=0)
    if is_width and widest > _WIDEST:
        return True
    return template.count(sign) * weight(list(values)) > _LONGEST


def _bounded(text: str, line: int | None) -> Any:
    text = text.replace("\\ue000", HOLE_OPENS).replace("\\ue001", HOLE_CLOSES)
    return written(text, line) if len(text) <= SIZE else Unknown("…")


def _holed(value: Any) -> Any:  # noqa: PLR0911  # one line for each kind of value
    if not is_small(value):
        return hole("…")
    if isinstance(value, tuple):
        return tuple(_holed(one) for one in value)
    if isinstance(value, list):
        return [_holed(one) for one in value]
    if isinstance(value, dict):
        return {key: _holed(one) for key, one in value.items()}
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Instance):
        return _Parts(value.names)
    if isinstance(value, Struct):
        return _Parts(dict(value.arguments))
    text = text_of(value)
    return hole("…") if text is None else str(text)


class _Parts:
    """An object whose attributes a `{x.name}` may ask for; its own text is not known."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.__dict__.update({name: _holed(one) for name, one in names.items()})

    def __str__(self) -> str:
        return hole("…")


def _holds_objects(value: Any, depth: int = 0) -> bool:
    if isinstance(value, dict | list | tuple):
        parts = value.values() if isinstance(value, dict) else value
        return depth > _DEEPEST or any(_holds_objects(one, depth + 1) for one in parts)
    return not isinstance(value, str | int | float | bool | None)
