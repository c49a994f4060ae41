"""Whether what a template gives is what stands in the rendered field."""

import ast
import re
from dataclasses import dataclass
from itertools import accumulate

from app.lineage.fields import at, text_of
from app.lineage.template.holes import ANYTHING
from app.lineage.template.matching import fits, place
from app.lineage.template.reads import Origin
from app.lineage.template.rendering import Rendering, Segment
from app.model.values import Json, Path

#: What Airflow's masker, and ours, leaves of a secret.
MASKED = "***"
_MASK = re.compile(r"(\*\*\*)")
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """The spans of each origin in the field's text."""

    spans: tuple[tuple[Origin, Spans], ...]
    text: str
    wild: frozenset[Origin] = frozenset()  # Those whose value was lost in something unknown.


def placed(way: Rendering, rendered: Json) -> Placement | None:
    """Where each value stands when this way of rendering gives the field; else None."""
    if way.failure is not None:
        return None
    if isinstance(rendered, str):
        return _in_text(way, rendered)
    return _native(way, rendered)


def _in_text(way: Rendering, rendered: str) -> Placement | None:
    parts = [segment.text.replace(MASKED, ANYTHING) for segment in way.segments]
    found = place(parts, rendered)
    if found is not None:
        return _placement(way.segments, found.ranges, rendered)
    ranges = _beside_masks(way, rendered) if MASKED in rendered else None
    if ranges is not None:
        return _placement(way.segments, ranges, rendered)
    if _same_literal(way, rendered):
        return _whole(way, rendered)
    return None


def _beside_masks(way: Rendering, rendered: str) -> Spans | None:
    """The range of each segment in a field of which Airflow masked parts; None if it differs."""
    tokens = _MASK.split(rendered)
    found = place([ANYTHING if one == MASKED else one for one in tokens], way.text)
    if found is None or way.has_wildcards:
        return None
    starts = [0, *accumulate(map(len, tokens))]
    ranges, at_way = [], 0
    for segment in way.segments:
        begin, end = at_way, at_way + len(segment.text)
        ranges.append(
            (
                _moved(begin, found.ranges, starts, tokens, is_end=False),
                _moved(end, found.ranges, starts, tokens, is_end=True),
            )
        )
        at_way = end
    return tuple(ranges)


def _moved(
    position: int, ranges: Spans, starts: list[int], tokens: list[str], *, is_end: bool
) -> int:
    """A position of the unmasked text in the masked one; inside a mask, that mask's edge."""
    order = range(len(tokens)) if is_end else range(len(tokens) - 1, -1, -1)
    for token in order:
        begin, end = ranges[token]
        if begin <= position <= end:
            if tokens[token] == MASKED:
                return starts[token + 1] if is_end else starts[token]
            return starts[token] + position - begin
    return starts[-1]


def _native(way: Rendering, rendered: Json) -> Placement | None:
    """The field of a DAG with render_template_as_native_obj, which need not be a text."""
    outputs = [segment for segment in way.segments if segment.text]
    if len(outputs) == 1 and same(outputs[0].value, rendered):
        return _whole(way, text_of(rendered))
    try:
        literal = ast.literal_eval(way.text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    return _whole(way, text_of(rendered)) if same(literal, rendered) else None


def _same_literal(way: Rendering, rendered: str) -> bool:
    """A mapping or list printed with its members in another order is the same."""
    outputs = [segment for segment in way.segments if segment.text]
    if len(outputs) != 1 or not isinstance(outputs[0].value, dict | list):
        return False
    try:
        return same(ast.literal_eval(rendered), outputs[0].value)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return False


def _placement(
    segments: tuple[Segment, ...], ranges: tuple[tuple[int, int], ...], text: str
) -> Placement:
    spans: dict[Origin, list[tuple[int, int]]] = {}
    seen: set[Origin] = set()
    for segment, span in zip(segments, ranges, strict=True):
        for origin in segment.origins:
            spans.setdefault(origin, []).append(span)
            if ANYTHING not in segment.text or _shows(segment, origin):
                seen.add(origin)
    placed_spans = tuple((origin, tuple(many)) for origin, many in spans.items())
    return Placement(placed_spans, text, frozenset(spans) - seen)


def _shows(segment: Segment, origin: Origin) -> bool:
    """Whether a text of which a part is unknown holds the value itself in its known part."""
    try:
        value = at(origin.read.value, origin.path)
    except LookupError:
        return False
    return isinstance(value, str | int | float) and str(value) != "" and str(value) in segment.text


def _whole(way: Rendering, text: str) -> Placement:
    return _placement(way.segments, tuple((0, len(text)) for _ in way.segments), text)


def is_all_masked(value: Json, path: Path) -> bool:
    """Whether nothing but the mask is left of what stands at the path."""
    try:
        return at(value, path) == MASKED
    except LookupError:
        return False


def same(value: object, rendered: Json) -> bool:
    """Whether two values are equal, masked texts standing for anything."""
    if isinstance(value, str) and isinstance(rendered, str):
        if MASKED in rendered:
            return fits(rendered.replace(MASKED, ANYTHING), value) or value == rendered
        return fits(value.replace(MASKED, ANYTHING), rendered)
    if isinstance(value, dict) and isinstance(rendered, dict):
        return value.keys() == rendered.keys() and all(
            same(value[name], rendered[name]) for name in value
        )
    if isinstance(value, list | tuple) and isinstance(rendered, list):
        return len(value) == len(rendered) and all(map(same, value, rendered))
    if rendered == MASKED:
        return True
    return type(value) is type(rendered) and value == rendered
