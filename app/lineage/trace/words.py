"""A template of the source beside the text that stands in the field."""

from collections.abc import Callable, Iterator
from datetime import datetime

from app.lineage.template.reads import Origin
from app.lineage.template.rendering import Rendering
from app.lineage.trace.agreed import Finding, Told, agreed
from app.lineage.trace.broken import Broken
from app.lineage.trace.comparing import Placement, Spans, cut, is_hidden, placed
from app.lineage.trace.nothing import takes_no_null, what_shows
from app.lineage.trace.pairs import ABSENT
from app.lineage.trace.spot import Spot
from app.model.findings import Evidence, Flow
from app.model.masks import MASK
from app.model.values import Json

#: How a template comes out with what was there at a moment.
Ways = Callable[[datetime | None], list[Rendering]]


def trace_words(ways_at: Ways, template: str, spot: Spot) -> Iterator[Finding]:
    """The flows of a template into its place, and the pulls in it that gave the text None.

    What a producer pushed after the reader's start may still have come in time for its rendering:
    when the XComs of the start do not give the field, those of the try's end are tried.
    """
    ways = ways_at(spot.one.start)
    if spot.rendered is ABSENT:
        yield from _declared(ways[0], spot) if spot.may_have_rendered else ()
        return
    fitting = _fitting(ways, spot.rendered)
    if not fitting and any(way.asks for way in ways):
        fitting = _fitting(ways_at(spot.one.end), spot.rendered)
    if not fitting:
        yield from _unconfirmed(ways, spot)
    else:
        yield from agreed(
            [Told(tuple(_found(one, template, spot)), is_open) for one, is_open in fitting]
        )


def trace_cut(
    ways: list[Rendering], template: str, kept: str, spot: Spot
) -> Iterator[Flow | Broken]:
    """The flows of a template into a field of which only the beginning was `kept`.

    A value that stands whole in it is confirmed when all before it is what the template gives.
    """
    whole = spot.rendered if isinstance(spot.rendered, str) else ""
    shift = whole.find(kept) if kept else -1
    for way in ways if shift >= 0 else ():
        if way.failure is None and not way.has_wildcards and way.text.startswith(kept):
            yield from _found(cut(way, whole, shift, shift + len(kept)), template, spot)
            return
    yield from _declared(ways[0], spot)


def _fitting(ways: list[Rendering], rendered: Json) -> list[tuple[Placement, bool]]:
    """The ways that give the field, each with whether a part of it could have been anything."""
    tried = ((placed(way, rendered), way.has_wildcards) for way in ways)
    return [(found, is_open) for found, is_open in tried if found is not None]


def _found(found: Placement, template: str, spot: Spot) -> Iterator[Flow | Broken]:
    for origin, spans in found.spans:
        flows = spot.flow(origin, _evidence(origin, found, spans), spans)
        yield from flows
        if flows or not (origin.read.is_known or origin.read.is_absent):
            continue
        texts = [found.text[slice(*one)] for one in spans]
        is_null = spot.rendered is None and takes_no_null(spot.name)
        shown = "null" if is_null else what_shows(origin, texts, template)
        if shown and (origin.read.is_known or texts == ["None"]):
            yield spot.broken(origin, template, () if is_null else spans, shown)


def _evidence(origin: Origin, found: Placement, spans: Spans) -> Evidence:
    """A value that was wild while rendering, or that is masked on either side, was not checked."""
    xcom = origin.read.xcom
    if not origin.read.is_known or xcom is None or xcom.truncated or origin in found.wild:
        return Evidence.DECLARED
    shown = max((found.text[start:end] for start, end in spans), key=len, default="")
    is_masked = is_hidden(xcom.value, origin.path, shown)
    return Evidence.DECLARED if is_masked else Evidence.CONFIRMED


def _declared(way: Rendering, spot: Spot) -> Iterator[Flow]:
    for origin in _origins(way):
        yield from spot.flow(origin, Evidence.DECLARED)


def _unconfirmed(ways: list[Rendering], spot: Spot) -> Iterator[Flow]:
    """Flows that the source names while the field shows something else.

    Only when nothing was guessed and nothing is unknown does the field contradict the source.
    Digests under two keys differ though the secret is the same.
    """
    way = ways[0]
    is_sure = len(ways) == 1 and not way.has_wildcards and not way.is_undecided
    is_sure = is_sure and not any(ask.is_loose for ask in way.asks)
    is_sure = is_sure and MASK not in way.text
    evidence = Evidence.CONTRADICTED if is_sure else Evidence.DECLARED
    for origin in _origins(way) if way.failure is None else ():
        yield from spot.flow(origin, evidence)


def _origins(way: Rendering) -> list[Origin]:
    return list(dict.fromkeys(origin for segment in way.segments for origin in segment.origins))
