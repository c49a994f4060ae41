"""What one run shows of what a task gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any as AnyValue

from app.lineage.contract.joining import all_of, narrow
from app.lineage.contract.kinds import date_of, example_of, is_data, kind_of, number_of
from app.lineage.contract.pruning import pruned
from app.model.contract import Contract, Extreme, Given, Kind, Mark, Node
from app.model.values import Json

# Steps into a value that are followed, and values of one task in one run that are looked at.
_DEEPEST = 8
_MOST_VALUES = 20_000
# Items of one list that are looked at; its length is known all the same.
_MOST_ITEMS = 200


def observed(run: Mark, instances: Iterable[Iterable[Given]]) -> Contract:
    """What the task gave in one run. `instances`: those that succeeded, each with its XComs.

    An instance that pushed nothing counts: then each key is missing once.
    """
    look = _Look(run)
    root = all_of(look.instance(tuple(given)) for given in instances)
    if root is None:
        return Contract()
    kept, is_cut = pruned(_with_always(root))
    return Contract((run,), kept, is_cut=is_cut)


@dataclass(slots=True)
class _Look:
    run: Mark
    left: int = _MOST_VALUES
    at: int = 0  # When the value that is looked at was pushed.

    def instance(self, given: tuple[Given, ...]) -> Node:
        nodes: dict[str, Node] = {}
        for one in given:
            self.at = one.at
            value: AnyValue = one.value
            nodes[one.key] = self.node(value, 0) if one.is_whole else self._scalar(Kind.UNKNOWN)
        self.at = max((one.at for one in given), default=0)
        return self._mapping(nodes)

    def node(self, value: Json, depth: int) -> Node:
        self.left -= 1
        if isinstance(value, dict):
            return self._mapping(self._names(value, depth))
        if isinstance(value, list):
            return self._list(value, depth)
        return self._scalar(kind_of(value), value)

    def _names(self, value: Mapping[str, Json], depth: int) -> dict[str, Node]:
        if depth >= _DEEPEST:
            return {}
        return {name: self.node(inner, depth + 1) for name, inner in value.items() if self.left > 0}

    def _mapping(self, nodes: Mapping[str, Node]) -> Node:
        empty = self._of(Kind.MAPPING)
        named = {name: nodes[name] for name in sorted(nodes) if not is_data(name)}
        any_name = all_of(node for name, node in nodes.items() if name not in named)
        return narrow(replace(empty, names=named, any_name=any_name))

    def _list(self, value: list[Json], depth: int) -> Node:
        items = value[:_MOST_ITEMS] if depth < _DEEPEST else []
        item = all_of(self.node(inner, depth + 1) for inner in items if self.left > 0)
        return replace(self._of(Kind.LIST), lengths=(len(value), len(value)), item=item)

    def _scalar(self, kind: Kind, value: Json = None) -> Node:
        number = number_of(value)
        extreme: tuple[Extreme, ...] = () if number is None else ((number, *self.run),)
        dated = isinstance(value, str) and date_of(value) is not None
        example = None if dated else example_of(value)
        return Node(
            {kind: (1, 1)},
            first=self.at,
            last=self.at,
            lowest=extreme,
            highest=extreme,
            dates=(value, value) if dated and isinstance(value, str) else None,
            examples=() if example is None else (example,),
            has_more=example is None and value is not None,
        )

    def _of(self, kind: Kind) -> Node:
        return Node({kind: (1, 1)}, first=self.at, last=self.at)


def _with_always(node: Node, always: int = 0) -> Node:
    """With the bit of the one run at each name that all the mappings around it have."""
    mappings, _ = node.kinds.get(Kind.MAPPING, (0, 0))
    return replace(
        node,
        always=always,
        names={
            name: _with_always(child, int(_values(child) == mappings))
            for name, child in node.names.items()
        },
        any_name=node.any_name and _with_always(node.any_name),
        item=node.item and _with_always(node.item),
    )


def _values(node: Node) -> int:
    return sum(values for values, _ in node.kinds.values())
