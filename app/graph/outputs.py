"""What a card gives: the outputs that are read, and how many keys nobody reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

from app.graph.addresses import found, preview
from app.graph.parts import Card, OutputRow, Port
from app.model.facts import XCom
from app.model.findings import Flow
from app.model.values import Json

#: Task id to its keys to the XComs of its instances.
Pushed: TypeAlias = Mapping[str, Mapping[str, Sequence[XCom]]]

# The KubernetesPodOperator pushes these by itself; that nobody reads them is no news.
_ALWAYS_PUSHED = frozenset({"pod_name", "pod_namespace"})

#: Bytes. Values above it are not opened: counting their keys is not worth parsing megabytes.
OPENED_UP_TO = 262_144


def pushed(xcoms: Iterable[XCom]) -> Pushed:
    by_task: dict[str, dict[str, list[XCom]]] = defaultdict(lambda: defaultdict(list))
    for xcom in sorted(xcoms, key=lambda one: one.at.instance):
        by_task[xcom.at.instance.task_id][xcom.at.key].append(xcom)
    return by_task


def output_rows(
    card: Card, *, ports: Iterable[Port], flows: Mapping[Port, Sequence[Flow]], pushed: Pushed
) -> tuple[OutputRow, ...]:
    """One row per port of the card, in the order of their names."""
    return tuple(
        OutputRow(
            id=port.id,
            port=port,
            values=_values(card, port, flows.get(port, ()), pushed),
            of_each=card.is_mapped,
        )
        for port in sorted(ports, key=lambda port: port.id)
    )


def _values(card: Card, port: Port, flows: Sequence[Flow], pushed: Pushed) -> tuple[str, ...]:
    seen = []
    for xcom in _own(card, pushed).get(port.key, ()):
        if _is_opened(xcom):
            with suppress(LookupError):
                seen.append(preview(found(xcom.value, port.path)))
    return tuple(seen) or _as_read(flows)


def _own(card: Card, pushed: Pushed) -> Mapping[str, Sequence[XCom]]:
    """What the card's task pushed; of an instance with a card of its own, what that one did."""
    if card.is_foreign or not card.is_instance:
        return pushed.get(card.id, {})
    only = {one.key for one in card.instances}
    return {
        key: [one for one in xcoms if one.at.instance in only]
        for key, xcoms in pushed.get(card.task_id, {}).items()
    }


def _as_read(flows: Sequence[Flow]) -> tuple[str, ...]:
    """Values as their consumers got them: all there is of other runs' and of huge XComs."""
    return tuple(dict.fromkeys(flow.value for flow in flows if flow.value))


def _is_opened(xcom: XCom) -> bool:
    return not xcom.truncated and xcom.size <= OPENED_UP_TO


def unread_keys(card: Card, outputs: Iterable[OutputRow], pushed: Pushed) -> frozenset[str]:
    """Keys of return.json, and XCom keys beside it, that no row of the card shows."""
    if card.is_foreign:
        return frozenset()
    read = [row.port for row in outputs]
    keys = frozenset(_keys(_own(card, pushed)))
    return keys - frozenset(name for port in read for name in _names(port, keys))


def _keys(pushed: Mapping[str, Sequence[XCom]]) -> Iterable[str]:
    for key, xcoms in pushed.items():
        if key in _ALWAYS_PUSHED:
            continue
        inner = [name for xcom in xcoms for name in _top_keys(xcom)]
        yield from inner if key == "return_value" and inner else (key,)


def _top_keys(xcom: XCom) -> Iterable[str]:
    value: Json = xcom.value
    return value if _is_opened(xcom) and isinstance(value, dict) else ()


def _names(port: Port, keys: frozenset[str]) -> Iterable[str]:
    """The keys that a port reads: its first step, or everything when it reads the whole value."""
    if port.key != "return_value":
        return (port.key,)
    first = port.path[0] if port.path else None
    return (first,) if isinstance(first, str) else keys
