"""What a card gets: the fields that receive something."""

from collections.abc import Iterable, Mapping, Sequence

from app.graph.parts import Card, InputRow
from app.model.findings import Evidence, Flow

# A row that stands for several flows shows its worst, so that a doubt is never hidden.
_WORST_FIRST = (
    Evidence.CONTRADICTED,
    Evidence.INFERRED,
    Evidence.DECLARED,
    Evidence.CONFIRMED,
)


def input_id(card: str, field: str) -> str:
    return f"in:{card}:{field}"


def input_rows(card: Card, flows: Mapping[str, Sequence[Flow]]) -> tuple[InputRow, ...]:
    """One row per field, `arguments[2]` before `arguments[10]`. `flows`: those into each field."""
    rendered = {one.key for one in card.instances if one.is_rendered}
    return tuple(
        InputRow(
            id=input_id(card.id, field),
            field=field,
            evidence=worst_evidence(flows[field]),
            flows=tuple(flows[field]),
            is_rendered=any(flow.consumer.instance in rendered for flow in flows[field]),
        )
        for field in sorted(flows, key=_order)
    )


def worst_evidence(flows: Iterable[Flow]) -> Evidence:
    seen = {flow.evidence for flow in flows}
    return next(evidence for evidence in _WORST_FIRST if evidence in seen)


def _order(field: str) -> tuple[str, int, str]:
    head, _, rest = field.partition("[")
    number = rest.partition("]")[0]
    return (head, int(number) if number.isdecimal() else -1, field)
