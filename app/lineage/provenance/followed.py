"""What of a leaf's text is followed: all of it, or the part that a flow brought."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.model.findings import Evidence, Flow, KnownFlow, Producer
from app.model.leaves import LeafAddress, Place


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a field's text that one flow brought."""

    span: tuple[int, int]
    producer: Producer
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Followed:
    """`text` is what stands at `span`; `pieces` are those of the whole, the first ones first."""

    text: str
    span: tuple[int, int]
    pieces: tuple[Piece, ...] = ()


def followed(at: LeafAddress, text: str, *, field: str, flows: Iterable[KnownFlow]) -> Followed:
    """Of a field that one flow filled in one place, what it brought; else the whole text.

    `field`: the address of the leaf in its field.
    """
    whole = (0, len(text))
    if at.place is not Place.FIELD:
        return Followed(text, whole)
    pieces = _pieces(at, text, field, (known.flow for known in flows))
    spans = {piece.span for piece in pieces}
    if len(spans) != 1:
        return Followed(text, whole, pieces)
    start, end = spans.pop()
    return Followed(text[start:end], (start, end), pieces)


def _pieces(at: LeafAddress, text: str, field: str, flows: Iterable[Flow]) -> tuple[Piece, ...]:
    found = [
        Piece((start, end), flow.producer, flow.evidence)
        for flow in flows
        if _is_into(flow, at, field) and flow.evidence is not Evidence.CONTRADICTED
        for start, end in flow.consumer.spans
        if 0 <= start < end <= len(text)
    ]
    return tuple(sorted(found, key=lambda piece: (*piece.span, piece.producer.instance)))


def _is_into(flow: Flow, at: LeafAddress, field: str) -> bool:
    consumer = flow.consumer
    of_try = (consumer.instance, consumer.try_number) == (at.instance, at.try_number)
    return of_try and consumer.field == field
