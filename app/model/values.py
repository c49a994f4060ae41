"""JSON values as Airflow stores them, and the addresses inside them."""

from typing import TypeAlias

#: Any value of a JSON document. Numbers keep Python's exactness (big integers stay whole).
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

#: Steps into a value from its root: a name for each mapping, a position for each list.
Path: TypeAlias = tuple[str | int, ...]


def shape_of(path: tuple[str | int | None, ...]) -> tuple[str | None, ...]:
    """The path with None in place of each position: what is alike for all items of its lists."""
    return tuple(None if isinstance(step, int) else step for step in path)
