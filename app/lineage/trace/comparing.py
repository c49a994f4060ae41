"""Whether what a template gives is what stands in the rendered field."""

import ast
import re
from dataclasses import dataclass
from itertools import accumulate

from app.lineage.fields import at, found_at, text_of
from app.lineage.template.holes import ANYTHING
from app.lineage.template.matching import fits, place
from app.lineage.template.reads import Origin
from app.lineage.template.rendering import Rendering, Segment
from app.model.masks import MASK, at_bare_masks, has_bare_mask, opened
from app.model.values import Json, Path

#: How Airflow begins the text of a list of pulled values that it has not read yet.
LAZY = "Lazy"
_LAZY = re.compile(LAZY + r"(?:Select|XCom)Sequence\(")
NO_LITERAL = (ValueError, SyntaxError, RecursionError, MemoryError, TypeError)
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
    found = place([opened(segment.text, ANYTHING) for segment in way.segments], rendered)
    if found is not None:
        return _placement(way.segments, found.ranges, rendered, found.loose)
    if has_bare_mask(rendered):
        return _beside_masks(way, rendered)
    return _written_otherwise(way, rendered)


def _beside_masks(way: Rendering, rendered: str) -> Placement | None:
    """In a field of which Airflow masked parts: known texts between them, in order."""
    tokens = at_bare_masks(rendered)
    found = place([ANYTHING if one == MASK else one for one in tokens], way.text)
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
    loose = frozenset(range(len(way.segments))) if found.loose else frozenset()
    return _placement(way.segments, tuple(ranges), rendered, loose)


def _written_otherwise(way: Rendering, rendered: str) -> Placement | None:
    """A mapping printed with its members in another order is the same, and so is 1e22."""
    flexible = {
        at
        for at, segment in enumerate(way.segments)
        if isinstance(segment.value, dict | list | int | float)
        and segment.text == str(segment.value)
    }
    parts = [
        ANYTHING if at in flexible else opened(segment.text, ANYTHING)
        for at, segment in enumerate(way.segments)
    ]
    found = place(parts, rendered) if flexible else None
    if found is None:
        return None
    shown = {at: rendered[slice(*found.ranges[at])] for at in flexible}
    if not all(_says(text, way.segments[at].value) for at, text in shown.items()):
        return None
    return _placement(way.segments, found.ranges, rendered, found.loose)


def _says(text: str, value: object) -> bool:
    """Whether a text is the value as Python writes it, whichever way."""
    try:
        return same(value, ast.literal_eval(text))
    except NO_LITERAL:
        return False


def cut(way: Rendering, rendered: str, start: int, end: int) -> Placement:
    """Where the values stand in a field of which only the characters up to `end` are left."""
    ranges, at_text = [], start
    for segment in way.segments:
        ranges.append((min(at_text, end), min(at_text + len(segment.text), end)))
        at_text += len(segment.text)
    lengths = (len(segment.text) for segment in way.segments)
    lost = frozenset(
        at
        for at, (length, (first, last)) in enumerate(zip(lengths, ranges, strict=True))
        if last - first < length
    )
    return _placement(way.segments, tuple(ranges), rendered, lost)


def _moved(
    position: int, ranges: Spans, starts: list[int], tokens: list[str], *, is_end: bool
) -> int:
    """A position of the unmasked text in the masked one; inside a mask, that mask's edge."""
    order = range(len(tokens)) if is_end else range(len(tokens) - 1, -1, -1)
    for token in order:
        begin, end = ranges[token]
        if begin <= position <= end:
            if tokens[token] == MASK:
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
    except NO_LITERAL:
        return None
    return _whole(way, text_of(rendered)) if same(literal, rendered) else None


def _placement(
    segments: tuple[Segment, ...], ranges: Spans, text: str, loose: frozenset[int] = frozenset()
) -> Placement:
    spans: dict[Origin, list[tuple[int, int]]] = {}
    seen: set[Origin] = set()
    for at_segment, (segment, span) in enumerate(zip(segments, ranges, strict=True)):
        is_lazy = _LAZY.search(segment.text) is not None
        is_seen = at_segment not in loose and not is_lazy and not segment.is_blind
        for origin in segment.origins:
            spans.setdefault(origin, []).append(span)
            if is_seen and (ANYTHING not in segment.text or _shows(segment, origin)):
                seen.add(origin)
    placed_spans = tuple((origin, tuple(many)) for origin, many in spans.items())
    return Placement(placed_spans, text, frozenset(spans) - seen)


def _shows(segment: Segment, origin: Origin) -> bool:
    """Whether a text of which a part is unknown holds the value itself in its known part."""
    value = found_at(origin.read.value, origin.path)
    return isinstance(value, str | int | float) and str(value) != "" and str(value) in segment.text


def _whole(way: Rendering, text: str) -> Placement:
    return _placement(way.segments, tuple((0, len(text)) for _ in way.segments), text)


def is_hidden(value: Json, path: Path, shown: str) -> bool:
    """Whether masks, on either side, hide more than half of what should be the same."""
    try:
        text = text_of(at(value, path))
    except LookupError:
        return False
    if not has_bare_mask(text) and not has_bare_mask(shown):
        return False
    visible = min(len(opened(one, "")) for one in (text, shown))
    return 2 * visible < max(len(text), len(shown))


def same(value: object, rendered: Json) -> bool:
    """Whether two values are equal, masked texts standing for anything."""
    if isinstance(value, str) and isinstance(rendered, str):
        if has_bare_mask(rendered):
            return fits(opened(rendered, ANYTHING), value) or value == rendered
        return fits(opened(value, ANYTHING), rendered)
    if isinstance(value, dict) and isinstance(rendered, dict):
        return value.keys() == rendered.keys() and all(
            same(value[name], rendered[name]) for name in value
        )
    if isinstance(value, list | tuple) and isinstance(rendered, list):
        return len(value) == len(rendered) and all(map(same, value, rendered))
    # A database may turn 1e22 into a whole number.
    is_alike = type(value) is type(rendered) or (_is_number(value) and _is_number(rendered))
    return rendered == MASK or (is_alike and value == rendered)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
