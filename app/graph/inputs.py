"""What a card gets: the fields that receive something."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence

from app.graph.addresses import found, preview
from app.graph.outputs import Pushed
from app.graph.parts import Card, InputRow
from app.model.findings import Evidence, Flow
from app.model.ids import TaskInstanceKey
from app.model.values import Json

# A row that stands for several flows shows its worst, so that a doubt is never hidden.
_WORST_FIRST = (
    Evidence.CONTRADICTED,
    Evidence.INFERRED,
    Evidence.DECLARED,
    Evidence.CONFIRMED,
)


def input_id(card: str, field: str) -> str:
    return f"in:{card}:{field}"


def input_rows(
    card: Card,
    *,
    flows: Mapping[str, Sequence[Flow]],
    pushed: Pushed,
    rendered: Collection[TaskInstanceKey],
) -> tuple[InputRow, ...]:
    """One row per field, `arguments[2]` before `arguments[10]`. `flows`: those into each field.

    `rendered`: instances whose rendered fields were seen.
    """
    return tuple(
        InputRow(
            id=input_id(card.id, field),
            field=field,
            evidence=worst_evidence(flows[field]),
            flows=tuple(flows[field]),
            values=tuple(_value(flow, pushed) for flow in flows[field]),
            is_rendered=any(flow.consumer.instance in rendered for flow in flows[field]),
        )
        for field in sorted(flows, key=_order)
    )


def _value(flow: Flow, pushed: Pushed) -> str:
    """The value as it was read; of a mapping or list, whose beginning tells nothing, the size."""
    value = _pushed_value(flow, pushed)
    return preview(value) if isinstance(value, (dict, list)) else flow.value


def _pushed_value(flow: Flow, pushed: Pushed) -> Json:
    producer = flow.producer
    xcoms = pushed.get(producer.instance.task_id, {}).get(producer.key, ())
    # They are in the order of their instances, of which a mapped task may have thousands.
    at = bisect_left(xcoms, producer.instance, key=lambda one: one.at.instance)
    if at == len(xcoms) or xcoms[at].at.instance != producer.instance or xcoms[at].truncated:
        return None
    try:
        return found(xcoms[at].value, producer.path)
    except LookupError:
        return None


def worst_evidence(flows: Iterable[Flow]) -> Evidence:
    seen = {flow.evidence for flow in flows}
    return next(evidence for evidence in _WORST_FIRST if evidence in seen)


def _order(field: str) -> tuple[str, int, str]:
    head, _, rest = field.partition("[")
    number = rest.partition("]")[0]
    return (head, int(number) if number.isdecimal() else -1, field)
