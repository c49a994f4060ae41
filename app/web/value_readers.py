"""The fields that got a document, or something out of a value that was cut, as they were seen."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from app.lineage.fields import address, field_of, text_of, tree
from app.lineage.provenance.joining import told_consumer
from app.model.findings import KnownFlow
from app.model.leaves import Leaf, LeafAddress
from app.model.values import Json, Path
from app.store.pages.value_fields import read_rendered_of
from app.store.session import ReadSession

# Fields that are looked up.
_MOST = 50


def read_readers(
    session: ReadSession, at: LeafAddress, flows: Collection[KnownFlow]
) -> dict[LeafAddress, Leaf]:
    """What stands in the fields that these flows fill, those of the place's own run first.

    By the addresses that the flows alone tell of.
    """
    ordered = sorted(flows, key=lambda one: one.flow.producer.instance.run != at.instance.run)
    some = ordered[:_MOST]
    rendered = read_rendered_of(session, some) if some else {}
    found: dict[LeafAddress, Leaf] = {}
    for one in some:
        consumer = one.flow.consumer
        fields = rendered.get((one.deployment, consumer.instance, consumer.try_number), {})
        leaf = _leaf(one, fields)
        if leaf is not None:
            found[told_consumer(one)] = leaf
    return found


def seen_in(
    readers: Mapping[LeafAddress, Leaf], flows: Collection[KnownFlow]
) -> tuple[KnownFlow, ...]:
    """The flows, with what their fields show where the value that they read was not kept."""
    return tuple(_seen(one, readers.get(told_consumer(one))) for one in flows)


def _seen(known: KnownFlow, leaf: Leaf | None) -> KnownFlow:
    spans = known.flow.consumer.spans
    if leaf is None or not spans or not leaf.text:
        return known
    start, end = spans[0]
    return replace(known, flow=replace(known.flow, value=leaf.text[start:end]))


def _leaf(known: KnownFlow, rendered: Mapping[str, Json]) -> Leaf | None:
    consumer = known.flow.consumer
    name = field_of(consumer.field)
    parts = _parts(tree(name, rendered[name])) if name in rendered else ()
    for path, part in parts:
        if address(name, path) == consumer.field:
            at = replace(told_consumer(known), name=name, path=path)
            return Leaf(0, at, part, text_of(part), known.state)
    return None


def _parts(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """The value and everything in it, with its place."""
    yield path, value
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for step, part in inner:
        yield from _parts(part, (*path, step))
