"""Paths into XComs, written for people and for ids."""

import json
import re
from collections.abc import Sequence
from typing import TypeAlias

from app.model.values import Json, Path, shape_of

#: A path in which None stands for "each item": the mapped task instances read one item each.
PortPath: TypeAlias = tuple[str | int | None, ...]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*\Z")

#: More paths than this from one key into one field are drawn as one port on what they share.
_MOST_PATHS = 6


def steps(path: PortPath) -> str:
    """Steps as a template writes them: `['result']['rows'][0]`; `[*]` is each item."""
    return "".join("[*]" if step is None else f"[{step!r}]" for step in path)


def address(key: str, path: PortPath) -> str:
    """The exact address: `return_value['tiles_uri']`."""
    return f"{key}{steps(path)}"


def label(key: str, path: PortPath) -> str:
    """The shortest name that is still clear: `tiles_uri` or `result.rows[0]`.

    A key other than return_value keeps its name in front: `stats['mean']` becomes `stats.mean`.
    """
    if not path:
        return key
    text = "".join(_short_step(step) for step in path)
    if key != "return_value":
        return key + text
    return text.removeprefix(".")


def _short_step(step: str | int | None) -> str:
    if step is None:
        return "[*]"
    if isinstance(step, str) and _NAME.match(step):
        return f".{step}"
    return f"[{step!r}]"


def joined(paths: Sequence[Path]) -> dict[Path, PortPath]:
    """Each path with the port it is drawn on.

    Paths that differ in list positions alone share one port with `each item` in those places; too
    many others share the port of their common beginning.
    """
    shapes: dict[PortPath, list[Path]] = {}
    for path in paths:
        shapes.setdefault(shape_of(path), []).append(path)
    ports = {
        path: port
        for alike in shapes.values()
        for port in (_merged(alike),)  # Once: a mapped task's instances may be ten thousand.
        for path in alike
    }
    if len(set(ports.values())) <= _MOST_PATHS:
        return ports
    common = _common_beginning(list(ports.values()))
    return dict.fromkeys(ports, common)


def _merged(paths: Sequence[Path]) -> PortPath:
    return tuple(
        places[0] if len(set(places)) == 1 else None for places in zip(*paths, strict=True)
    )


def _common_beginning(paths: Sequence[PortPath]) -> PortPath:
    common: list[str | int | None] = []
    for places in zip(*paths, strict=False):
        if len(set(places)) > 1:
            break
        common.append(places[0])
    return tuple(common)


def found(value: Json, path: PortPath) -> Json:
    """What stands at the path; for `each item` the list itself.

    Raises LookupError when nothing is there.
    """
    for step in path:
        if step is None:
            return value
        try:
            value = value[step]  # type: ignore[index]  # what cannot be indexed raises
        except (LookupError, TypeError) as error:
            raise LookupError(step) from error
    return value


def preview(value: Json) -> str:
    """A value in one line: texts as they are, mappings and lists by their size."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return f"{{{_count(len(value), 'key')}}}"
    if isinstance(value, list):
        return f"[{_count(len(value), 'item')}]"
    return json.dumps(value)


def _count(number: int, of: str) -> str:
    return f"{number} {of}" if number == 1 else f"{number} {of}s"
