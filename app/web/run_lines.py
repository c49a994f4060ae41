"""Edges as SVG paths."""

from collections.abc import Sequence

from app.graph.placement import Point

_CORNER = 6.0  # Radius in px; half of a shorter side where there is less room.


def rounded(points: Sequence[Point]) -> str:
    """The path through the points with round corners; it ends exactly on the first and last."""
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    parts = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        parts.append(f"L{_pair(_towards(corner, before, radius))}")
        parts.append(f"Q{_pair(corner)} {_pair(_towards(corner, after, radius))}")
    parts.append(f"L{_pair(points[-1])}")
    return "".join(parts)


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, end: Point, px: float) -> Point:
    whole = _length(start, end)
    if not whole:
        return start
    share = px / whole
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _pair(point: Point) -> str:
    return f"{point[0]:g},{point[1]:g}"
