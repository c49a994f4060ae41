"""What changed in a DAG's source between the versions of two runs; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

# Lines of a source that is compared, and lines of the difference that are shown.
_MOST_LINES = 3_000
_MOST_SHOWN = 240


@dataclass(frozen=True, slots=True)
class DiffLine:
    sign: str  # "-", "+", " ", or "@" where lines are left out.
    text: str


@dataclass(frozen=True, slots=True)
class VersionDiff:
    title: str
    note: str
    lines: tuple[DiffLine, ...]


def version_diff(
    left: tuple[int | None, str | None], right: tuple[int | None, str | None]
) -> VersionDiff | None:
    """None when both ran the same version, or the same source."""
    if left == right or (left[0] == right[0] and None in {left[1], right[1]}):
        return None
    title = f"DAG version {left[0] or '?'} ran left, {right[0] or '?'} right"
    if left[1] is None or right[1] is None:
        return VersionDiff(title, "The source of one of them is not kept.", ())
    if left[1] == right[1]:
        return VersionDiff(title, "The DAG's own file is the same in both.", ())
    before, after = left[1].splitlines(), right[1].splitlines()
    if max(len(before), len(after)) > _MOST_LINES:
        return VersionDiff(title, "The file is too long to be compared line by line.", ())
    lines = list(_lines(before, after))
    more = len(lines) - _MOST_SHOWN
    note = f"{more} more lines differ" if more > 0 else ""
    return VersionDiff(title, note, tuple(lines[:_MOST_SHOWN]))


def _lines(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    for line in list(unified_diff(before, after, n=2, lineterm=""))[2:]:
        sign = "@" if line.startswith("@@") else line[:1]
        yield DiffLine(sign, "" if sign == "@" else line[1:])
