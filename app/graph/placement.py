"""Where everything stands on the page, in px from the drawing's top left corner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.model.values import Json

Point: TypeAlias = tuple[float, float]

#: Raised when the stored form changes, so that older layouts are made anew.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Placement:
    width: float
    height: float
    cards: Mapping[str, Point]  # Top left corner by card id.
    edges: Mapping[str, tuple[Point, ...]]  # Corners by edge id, from source to target.
    is_makeshift: bool = False  # Plain layers, because ELK could not place it.


def to_json(placement: Placement) -> Json:
    return {
        "format": _FORMAT,
        "makeshift": placement.is_makeshift,
        "size": [placement.width, placement.height],
        "cards": {name: list(at) for name, at in placement.cards.items()},
        "edges": {name: [list(at) for at in line] for name, line in placement.edges.items()},
    }


def from_json(stored: Json) -> Placement | None:
    """The stored placement; None when it is of another format or not one at all."""
    match stored:
        case {
            "format": format_,
            "makeshift": bool() as is_makeshift,
            "size": [int() | float() as width, int() | float() as height],
            "cards": dict() as cards,
            "edges": dict() as edges,
        } if format_ == _FORMAT:
            return Placement(
                width,
                height,
                {name: _point(at) for name, at in cards.items()},
                {name: _line(line) for name, line in edges.items()},
                is_makeshift,
            )
    return None


def _point(at: Json) -> Point:
    match at:
        case [int() | float() as x, int() | float() as y]:
            return (x, y)
    return (0, 0)


def _line(line: Json) -> tuple[Point, ...]:
    return tuple(_point(at) for at in line) if isinstance(line, list) else ()
