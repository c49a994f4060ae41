"""Declared values of which a condition of the source leaves open what they are."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from app.lineage.source.declaration import Choice, Items, Members, Node, Possible

#: Ways that one field may come out; more are not gone through.
_MOST_WAYS = 16


def holds_choice(node: Node) -> bool:
    """Whether a part of the value is one of several."""
    if isinstance(node, Items):
        return any(map(holds_choice, node.items))
    if isinstance(node, Members):
        return any(holds_choice(one) for _, one in node.members)
    return isinstance(node, Choice | Possible)


def ways(node: Node) -> tuple[Node, ...]:
    """The value in every way it may come out; none when there are too many."""
    found = tuple(itertools.islice(_ways(node), _MOST_WAYS + 1))
    return found if len(found) <= _MOST_WAYS else ()


def _ways(node: Node) -> Iterator[Node]:
    if isinstance(node, Choice):
        for option in node.options:
            yield from _ways(option)
    elif isinstance(node, Items):
        for parts in itertools.product(*(list(_of_part(one)) for one in node.items)):
            yield Items(tuple(one for one in parts if one is not None))
    elif isinstance(node, Members):
        names = [name for name, _ in node.members]
        for parts in itertools.product(*(list(_of_part(one)) for _, one in node.members)):
            pairs = zip(names, parts, strict=True)
            yield replace(
                node, members=tuple((name, one) for name, one in pairs if one is not None)
            )
    elif not isinstance(node, Possible):
        yield node


def _of_part(node: Node) -> Iterator[Node | None]:
    """The ways of an element; None stands for its not being there."""
    if isinstance(node, Possible):
        yield from itertools.islice(_ways(node.node), _MOST_WAYS + 1)
        yield None
    else:
        yield from itertools.islice(_ways(node), _MOST_WAYS + 1)
