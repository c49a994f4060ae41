"""Summaries kept to a size: the deepest places go first."""

from dataclasses import replace
from itertools import accumulate

from app.model.contract import Node

#: Places of one task that are told apart.
MOST_PLACES = 600


def pruned(root: Node, most: int = MOST_PLACES) -> tuple[Node, bool]:
    """The node without what is too deep for so many places, and whether that left something out."""
    levels = [[root]]
    while children := [child for node in levels[-1] for child in children_of(node)]:
        levels.append(children)
    sizes = list(accumulate(map(len, levels)))
    if sizes[-1] <= most:
        return root, False
    # Its keys are always told: what a task gives is nothing without them.
    deepest = max(1, sum(size <= most for size in sizes) - 1)
    return _cut(root, deepest), len(levels) > deepest + 1


def children_of(node: Node) -> list[Node]:
    found = (*node.names.values(), node.any_name, node.item)
    return [child for child in found if child is not None]


def _cut(node: Node, depth: int) -> Node:
    if depth == 0:
        return replace(node, names={}, any_name=None, item=None)
    return replace(
        node,
        names={name: _cut(child, depth - 1) for name, child in node.names.items()},
        any_name=node.any_name and _cut(node.any_name, depth - 1),
        item=node.item and _cut(node.item, depth - 1),
    )
