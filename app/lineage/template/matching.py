"""Whether a text is what a pattern with wildcards gives, and where its known parts stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.lineage.template.holes import ANYTHING


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the parts of a pattern stand in the text: a half-open range for each.

    `loose`: parts that could as well stand elsewhere, so that finding them says little.
    """

    ranges: tuple[tuple[int, int], ...]
    loose: frozenset[int] = frozenset()


def place(parts: Sequence[str], text: str) -> Placed | None:
    """The range of each part when the parts, put together, give the whole text; else None.

    A part may hold wildcards. Known pieces are taken at the first place that fits, the last one at
    the text's end: the usual way to match wildcards, in steps of one pass over the text per piece.
    """
    if not any(ANYTHING in part for part in parts):
        ends = list(accumulate(map(len, parts)))
        return Placed(tuple(zip([0, *ends], ends))) if "".join(parts) == text else None  # noqa: B905  # one more start
    pieces, owners = _pieces(parts)
    starts = _find(pieces, text)
    if starts is None:
        return None
    ranges = _ranges(pieces, owners, starts, len(parts), len(text))
    return Placed(ranges, _loose(pieces, owners, starts, text))


def fits(pattern: str, text: str) -> bool:
    """Whether the text is one that the pattern gives."""
    return place([pattern], text) is not None


def _pieces(parts: Sequence[str]) -> tuple[list[str], list[list[tuple[int, int, int]]]]:
    """The known pieces between wildcards, and for each the (part, from, to) it is made of."""
    pieces, owners = [""], [[]]  # type: tuple[list[str], list[list[tuple[int, int, int]]]]
    for number, part in enumerate(parts):
        for index, known in enumerate(part.split(ANYTHING)):
            if index:
                pieces.append("")
                owners.append([])
            start = len(pieces[-1])
            pieces[-1] += known
            owners[-1].append((number, start, start + len(known)))
    return pieces, owners


def _find(pieces: Sequence[str], text: str) -> list[int] | None:
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return [0] if text == first else None
    if not text.startswith(first) or not text.endswith(last):
        return None
    starts, at, end = [0], len(first), len(text) - len(last)
    for piece in pieces[1:-1]:
        found = text.find(piece, at, max(at, end))
        if found < 0:
            return None
        starts.append(found)
        at = found + len(piece)
    return [*starts, end] if at <= end else None


def _loose(
    pieces: Sequence[str],
    owners: Sequence[Sequence[tuple[int, int, int]]],
    starts: Sequence[int],
    text: str,
) -> frozenset[int]:
    """The parts in pieces for which the last place that fits is not the first one."""
    found: set[int] = set()
    until = starts[-1]
    for index in range(len(pieces) - 2, 0, -1):
        last = text.rfind(pieces[index], starts[index], until)
        if last != starts[index]:
            found.update(
                part for part, begin, end in owners[index] if begin < end or not pieces[index]
            )
        until = last
    return frozenset(found)


def _ranges(
    pieces: Sequence[str],
    owners: Sequence[Sequence[tuple[int, int, int]]],
    starts: Sequence[int],
    count: int,
    length: int,
) -> tuple[tuple[int, int], ...]:
    """A part with a wildcard at its edge reaches to the next known piece."""
    begins: list[int | None] = [None] * count
    ends = [length] * count
    for index, (start, made_of) in enumerate(zip(starts, owners, strict=True)):
        for place_in_piece, (part, begin, end) in enumerate(made_of):
            opens = begins[part]
            begins[part] = start + begin if opens is None else opens
            is_before_wildcard = place_in_piece == len(made_of) - 1 and index < len(pieces) - 1
            ends[part] = starts[index + 1] if is_before_wildcard else start + end
    return tuple(
        (0 if begin is None else begin, end) for begin, end in zip(begins, ends, strict=True)
    )
