"""Which items of two lists are the same ones, so that one inserted in the middle is one change."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

#: Positions in both lists; None where an item is in one of them only.
ItemPair: TypeAlias = tuple[int | None, int | None]

# Items of a list; longer ones are paired by position. Time grows as n log n up to here.
_MOST_ITEMS = 5_000
# How often items between two that match are looked at again.
_DEEPEST = 4


def item_pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[ItemPair]:
    """The items, given by what makes them equal, in their order.

    Items that stand in both lists once and in the same order are pairs; what is between them is
    looked at in the same way, and then paired by position.
    """
    depth = _DEEPEST if max(len(left), len(right)) <= _MOST_ITEMS else 0
    # Of two ways that are as good the same one is taken whichever list comes first.
    if list(left) <= list(right):
        yield from _between(left, right, (0, len(left)), (0, len(right)), depth)
    else:
        swapped = _between(right, left, (0, len(right)), (0, len(left)), depth)
        yield from ((i, j) for j, i in swapped)


def _between(
    left: Sequence[str], right: Sequence[str], a: tuple[int, int], b: tuple[int, int], depth: int
) -> Iterator[ItemPair]:
    (a_start, a_end), (b_start, b_end) = a, b
    while a_start < a_end and b_start < b_end and left[a_start] == right[b_start]:
        yield a_start, b_start
        a_start, b_start = a_start + 1, b_start + 1
    same = 0
    while a_end - same > a_start and b_end - same > b_start:
        if left[a_end - same - 1] != right[b_end - same - 1]:
            break
        same += 1
    a_end, b_end = a_end - same, b_end - same
    found = _anchors(left, right, (a_start, a_end), (b_start, b_end)) if depth else []
    if found:
        for i, j in found:
            yield from _between(left, right, (a_start, i), (b_start, j), depth - 1)
            yield i, j
            a_start, b_start = i + 1, j + 1
        yield from _between(left, right, (a_start, a_end), (b_start, b_end), depth - 1)
    else:
        yield from _by_position((a_start, a_end), (b_start, b_end))
    yield from zip(range(a_end, a_end + same), range(b_end, b_end + same), strict=True)


def _anchors(
    left: Sequence[str], right: Sequence[str], a: tuple[int, int], b: tuple[int, int]
) -> list[tuple[int, int]]:
    """The longest row of items that are alone in both stretches and keep their order."""
    once_left = _alone(left, a)
    once_right = _alone(right, b)
    common = [(i, once_right[item]) for item, i in once_left.items() if item in once_right]
    return _rising(common)


def _alone(items: Sequence[str], of: tuple[int, int]) -> dict[str, int]:
    times = Counter(items[of[0] : of[1]])
    return {items[at]: at for at in range(*of) if times[items[at]] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part whose second numbers rise as its first ones do."""
    ends: list[int] = []  # The least second number in which a row of that length can end.
    last: list[int] = []  # Which pair that is.
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [at]
    found = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _by_position(a: tuple[int, int], b: tuple[int, int]) -> Iterator[ItemPair]:
    shared = min(a[1] - a[0], b[1] - b[0])
    yield from ((a[0] + n, b[0] + n) for n in range(shared))
    yield from ((i, None) for i in range(a[0] + shared, a[1]))
    yield from ((None, j) for j in range(b[0] + shared, b[1]))
