"""How much a pull reads of a place in an XCom: just that, all around it, or a part of it."""

from collections.abc import Sequence
from enum import StrEnum

from app.model.values import Path


class Extent(StrEnum):
    ITSELF = "itself"
    WHOLE = "whole"  # What it stands in, and so it too.
    PART = "part"  # Something in it: in a text that is JSON, or a value that was not kept whole.


def extent_of(read: Sequence[str | int | None], path: Path) -> Extent | None:
    """Of what stands at the path; None where it is not read. In `read` None is any position."""
    if not all(_is_step(one, step) for one, step in zip(read, path, strict=False)):
        return None
    if len(read) == len(path):
        return Extent.ITSELF
    return Extent.WHOLE if len(read) < len(path) else Extent.PART


def _is_step(read: str | int | None, step: str | int) -> bool:
    return read == step or (read is None and isinstance(step, int))
