"""Flows made of origins and the spans they take in a field."""

from collections.abc import Iterable

from app.lineage.fields import at, preview, text_of
from app.lineage.template.reads import Origin
from app.model.findings import Consumer, Evidence, Flow, Producer
from app.model.masks import MASK
from app.model.values import Json


def flow_of(
    origin: Origin, consumer: Consumer, evidence: Evidence, line: int | None
) -> Flow | None:
    """The flow of a place that holds something; None when there is nothing to flow."""
    read = origin.read
    if read.instance is None or read.xcom is None or not origin.is_there:
        return None
    try:
        value: Json = at(read.xcom.value, origin.path)
    except LookupError:
        if not read.xcom.truncated:
            return None
        value = "…"
    if value is None:
        return None
    text = text_of(value)
    return Flow(
        producer=Producer(read.instance, read.try_number, read.ask.key, origin.path),
        consumer=consumer,
        evidence=evidence,
        value=preview(text),
        redacted=MASK in text,
        line=line,
    )


def merged(flows: Iterable[Flow]) -> list[Flow]:
    """One flow per producer's place and field; the spans of all, the best evidence of any."""
    flows = list(flows)
    if len({flow.consumer.field for flow in flows}) == len(flows):
        return flows
    best: dict[tuple[Producer, str], Flow] = {}
    for flow in flows:
        key = (flow.producer, flow.consumer.field)
        best[key] = _joined(best[key], flow) if key in best else flow
    return list(best.values())


def _joined(one: Flow, other: Flow) -> Flow:
    evidence = min(one.evidence, other.evidence, key=lambda each: each.grade)
    spans = tuple(sorted({*one.consumer.spans, *other.consumer.spans}))
    consumer = Consumer(one.consumer.instance, one.consumer.try_number, one.consumer.field, spans)
    return Flow(one.producer, consumer, evidence, one.value, one.redacted, one.line)
