"""A contract as a list of places, and where in it a path of a value stands."""

from collections.abc import Iterator

from app.model.contract import Any, Contract, Node, Place
from app.model.values import Path


def places(contract: Contract) -> Iterator[tuple[Place, Node, Node]]:
    """Every place with its node and the node around it, each before what stands in it."""
    yield from _below((), contract.root)


def _below(place: Place, node: Node) -> Iterator[tuple[Place, Node, Node]]:
    for step, child in _steps(node):
        at = (*place, step)
        yield at, child, node
        yield from _below(at, child)


def _steps(node: Node) -> Iterator[tuple[str | Any, Node]]:
    yield from node.names.items()
    if node.any_name is not None:
        yield Any.NAME, node.any_name
    if node.item is not None:
        yield Any.ITEM, node.item


def place_of(contract: Contract, key: str, path: Path) -> Place | None:
    """The place of what stands at the path; None when nothing ever did."""
    place: Place = ()
    node = contract.root
    for step in (key, *path):
        inner = _step(node, step)
        if inner is None:
            return None
        place, node = (*place, inner[0]), inner[1]
    return place


def _step(node: Node, step: str | int) -> tuple[str | Any, Node] | None:
    if isinstance(step, int):
        return None if node.item is None else (Any.ITEM, node.item)
    if step in node.names:
        return step, node.names[step]
    return None if node.any_name is None else (Any.NAME, node.any_name)
