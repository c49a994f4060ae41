"""With what two paths, or two texts, begin alike."""

from collections.abc import Sequence


def shared(one: Sequence[object], other: Sequence[object]) -> int:
    """How many parts the two have in common before they part."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def shared_ends(one: str, other: str) -> tuple[int, int]:
    """With how many characters both begin, and with how many of the rest both end."""
    start = shared(one, other)
    return start, shared(one[start:][::-1], other[start:][::-1])


def holds(outer: tuple[object, ...], inner: tuple[object, ...]) -> bool:
    """Whether the inner path leads to the outer's place, or into it."""
    return inner[: len(outer)] == outer


def is_on_one_way(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether one of the paths leads into the other's place, or both to the same."""
    return holds(one, other) or holds(other, one)
