"""Rendered template fields, taken apart into the fields that lineage names; pure.

`arguments[0]`, `env_vars.PATH_IN`, `op_kwargs.x.y`: a list by position, a mapping by key, a list
of environment variables by their names. Airflow gives such a list of V1EnvVar as Python's text of
it (airflow-facts.md), so that text is read as the literal it is, never executed.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.model.values import Json, Path
from app.web.text import value_text

# Rows of one page; what is deeper or more stays one value.
_MOST_FIELDS = 400
_DEEPEST = 4
# Characters of a text that is tried as a literal; Airflow cuts rendered fields at 4,096.
_LONGEST_LITERAL = 100_000


@dataclass(frozen=True, slots=True)
class Field:
    template_field: str
    address: str
    text: str
    path: Path = ()  # From the template field; environment variables have their names as steps.

    @property
    def name(self) -> str:
        """The address within its template field: `[0]`, `PATH_IN`; the whole name when it is it."""
        rest = self.address.removeprefix(self.template_field).removeprefix(".")
        return rest or self.address


def fields_of(rendered: Mapping[str, Json]) -> tuple[Field, ...]:
    """Every field that holds something, in the order Airflow tells them."""
    found = (field for name, value in rendered.items() for field in _fields(name, name, value, 0))
    return tuple(field for field, _ in zip(found, range(_MOST_FIELDS), strict=False))


def _fields(
    template_field: str, address: str, value: Json, depth: int, path: Path = ()
) -> Iterator[Field]:
    opened = _opened(template_field, value) if depth == 0 else value
    is_variables = template_field == "env_vars" and depth == 0
    parts = _parts(opened, is_variables=is_variables) if depth < _DEEPEST else None
    if parts is None:
        if value not in (None, "", [], {}):
            yield Field(template_field, address, value_text(value), path)
        return
    for step, steps, part in parts:
        yield from _fields(template_field, address + step, part, depth + 1, (*path, *steps))


#: How a part is written in an address, the steps to it, and itself.
_Part: TypeAlias = tuple[str, Path, Json]


def _parts(value: Json, *, is_variables: bool) -> list[_Part] | None:
    if isinstance(value, dict) and value:
        return [(f".{key}", (key,), part) for key, part in value.items()]
    if isinstance(value, list) and value:
        return [_item(n, part, is_variable=is_variables) for n, part in enumerate(value)]
    return None


def _item(position: int, part: Json, *, is_variable: bool) -> _Part:
    if isinstance(part, dict) and isinstance(part.get("name"), str) and "value" in part:
        name, value = str(part["name"]), part["value"]
        steps: Path = (name,) if is_variable else (position, "value")
        shown = _reference(part.get("value_from")) if value is None else value
        return f".{name}", steps, shown
    return f"[{position}]", (position,), part


def _reference(value_from: Json) -> Json:
    """Where Kubernetes takes the value from, as one text."""
    if not isinstance(value_from, dict):
        return value_from
    return value_text({name: part for name, part in value_from.items() if part is not None})


def _opened(template_field: str, value: Json) -> Json:
    """A list that Airflow gave as Python's text of it; anything else as it is."""
    if template_field != "env_vars" or not isinstance(value, str):
        return value
    if not value.startswith("[") or len(value) > _LONGEST_LITERAL:
        return value
    try:
        literal = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    return literal if isinstance(literal, list) else value
