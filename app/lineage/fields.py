"""Rendered fields as trees whose leaves have addresses: `arguments[0]`, `env_vars.PATH_IN`."""

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from app.model.values import Json, Path

#: How a field begins that Airflow cut because it was too long; its structure is lost.
TRUNCATED = "Truncated. You can change this behaviour in"
#: Characters of a value that a flow carries as its preview.
_PREVIEW = 200


def tree(name: str, rendered: Json) -> Json:
    """The field with its environment variables by name, whichever way Airflow wrote them."""
    if name != "env_vars":
        return rendered
    if isinstance(rendered, str) and rendered.startswith("[{"):
        rendered = _from_repr(rendered)
    if not isinstance(rendered, list):
        return rendered
    named = [one for one in rendered if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return {str(one["name"]): _variable(one) for one in named}


def _from_repr(text: str) -> Any:
    """Airflow 2 writes V1EnvVar lists as Python text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text


def _variable(one: Mapping[str, Json]) -> Json:
    value = one.get("value")
    return value if value is not None else one.get("value_from")


def leaves(value: Json, steps: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every scalar with its place, None left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*steps, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*steps, at))
    elif value is not None:
        yield steps, value


def every_leaf(
    value: Json, path: Path = (), *, deepest: int = sys.maxsize
) -> Iterator[tuple[Path, Json]]:
    """Every leaf with its place: scalars, null, and what is empty or stands too deep."""
    if isinstance(value, dict) and value and len(path) < deepest:
        for name, inner in value.items():
            yield from every_leaf(inner, (*path, name), deepest=deepest)
    elif isinstance(value, list) and value and len(path) < deepest:
        for position, inner in enumerate(value):
            yield from every_leaf(inner, (*path, position), deepest=deepest)
    else:
        yield path, value


def address(name: str, steps: Path) -> str:
    """The address of a place in a field: a dot before names, brackets around positions."""
    if not steps:
        return name
    return name + "".join([f"[{one}]" if isinstance(one, int) else f".{one}" for one in steps])


def field_of(place: str) -> str:
    """The field of an address: `arguments` of `arguments[0]`."""
    return place.partition("[")[0].partition(".")[0]


def text_of(value: Json) -> str:
    """The field's text, of which spans are character ranges: a text as it is, others as JSON."""
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else json.dumps(value, ensure_ascii=False)


def preview(value: Json) -> str:
    """The value's text, cut to what a list shows; a long text keeps its end, which tells more."""
    text = text_of(value)
    return text if len(text) <= _PREVIEW else f"…{text[1 - _PREVIEW :]}"


def at(value: Json, path: Path) -> Json:
    """What stands at the path. Raises LookupError when nothing does."""
    for step in path:
        if not isinstance(value, dict | list) or isinstance(value, list) != isinstance(step, int):
            raise LookupError(step)
        value = value[step]  # type: ignore[index]  # the kinds agree, seen above
    return value


def found_at(value: Json, path: Path) -> Json:
    """What stands at the path; None, too, when nothing does."""
    try:
        return at(value, path)
    except LookupError:
        return None
