"""A declared field laid beside the rendered one, leaf by leaf."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from app.lineage.source.declaration import Handed, Items, Members, Node, Unsaid, Words
from app.lineage.template.holes import ANYTHING, has_holes, with_anything
from app.lineage.template.matching import fits
from app.model.values import Json, Path


class Absent(Enum):
    """There is no rendered value to compare with."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Rendered: TypeAlias = "Json | Absent"


@dataclass(frozen=True, slots=True)
class Pair:
    """A declared leaf with its place and what was rendered there."""

    steps: Path
    leaf: Words | Handed
    rendered: Rendered


def pairs(node: Node, rendered: Rendered, steps: Path = ()) -> Iterator[Pair]:
    """Every text and XComArg of the declared value, in order.

    Where a list holds an unknown number of elements, those behind it are counted from the end.
    """
    if isinstance(node, Words | Handed):
        yield Pair(steps, node, rendered)
    elif isinstance(node, Members):
        yield from _members(node, rendered, steps)
    elif isinstance(node, Items):
        yield from _items(node, rendered, steps)


def _members(node: Members, rendered: Rendered, steps: Path) -> Iterator[Pair]:
    for name, value in node.members:
        real = _real_name(name, rendered)
        inner = rendered[real] if isinstance(rendered, dict) and real in rendered else ABSENT
        yield from pairs(value, inner, (*steps, real))


def _real_name(name: str, rendered: Rendered) -> str:
    """The rendered name that a name with holes or templates became, when only one fits."""
    if not isinstance(rendered, dict) or name in rendered:
        return name
    wild = with_anything(name) if has_holes(name) else name
    if "{{" in wild:
        wild = wild.partition("{{")[0] + ANYTHING + wild.rpartition("}}")[2]
    fitting = [one for one in rendered if fits(wild, one)] if ANYTHING in wild else []
    return fitting[0] if len(fitting) == 1 else name


def _items(node: Items, rendered: Rendered, steps: Path) -> Iterator[Pair]:
    many = [at for at, one in enumerate(node.items) if isinstance(one, Unsaid) and one.is_many]
    length = len(rendered) if isinstance(rendered, list) else None
    for at, item in enumerate(node.items):
        place: int | None = at
        if many and at > many[-1]:
            place = None if length is None else length - (len(node.items) - at)
        elif many and at > many[0]:
            place = None
        if place is None or place < 0:
            continue
        inner = rendered[place] if isinstance(rendered, list) and place < len(rendered) else ABSENT
        yield from pairs(item, inner, (*steps, place))
