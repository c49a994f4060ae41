"""What a task had got from others and gave on, alone or within a longer text."""

from collections.abc import Iterable, Mapping

from app.lineage.fields import address, leaves, text_of, tree
from app.lineage.provenance.followed import Piece
from app.lineage.provenance.standing import standings
from app.lineage.provenance.telling import is_telling
from app.model.findings import Evidence, Flow
from app.model.ids import RunKey
from app.model.values import Json

# Shorter texts are looked for nowhere, and each text that is looked for costs a search.
_SHORTEST, _MOST_PARTS = 3, 3


def brought(
    text: str, *, run: RunKey, fields: Mapping[str, str], flows: Iterable[Flow]
) -> tuple[Piece, ...]:
    """The stretches of what a task gave that flows had brought into its fields.

    `fields`: the texts of its try's fields by their addresses. What a task does inside nobody
    sees: that a stretch came from there is inferred.
    """
    found = {
        Piece(span, flow.producer, Evidence.INFERRED)
        for flow in flows
        if flow.evidence is not Evidence.CONTRADICTED
        for start, end in flow.consumer.spans
        for part in (fields.get(flow.consumer.field, "")[start:end],)
        if len(part) >= _SHORTEST and is_telling(part, run)
        for span in standings(part, text)
    }
    return tuple(sorted(found, key=_the_longest_first))


def field_texts(rendered: Mapping[str, Json]) -> dict[str, str]:
    """The text of each leaf of the fields, by its address."""
    return {
        address(name, path): text_of(leaf)
        for name, value in rendered.items()
        for path, leaf in leaves(tree(name, value))
    }


def parts_of(text: str, pieces: Iterable[Piece]) -> tuple[str, ...]:
    """The texts of the pieces that are less than all of it, as many as are followed."""
    parts = dict.fromkeys(text[start:end] for start, end in (piece.span for piece in pieces))
    return tuple(part for part in parts if part != text)[:_MOST_PARTS]


def _the_longest_first(piece: Piece) -> tuple[object, ...]:
    """Of those that begin at one place."""
    start, end = piece.span
    return (start, -end, piece.producer.instance, piece.producer.key, repr(piece.producer.path))
