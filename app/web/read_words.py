"""Who reads a leaf of what a task gives, in the same words on each page; pure."""

from collections.abc import Iterable

from app.lineage.extent import Extent

NOBODY = "nobody reads it"
A_PART = "a part of it is read"
WITHIN = "as part of the whole"
#: How much of a value a field got, where it is not just that value.
EXTENTS = {Extent.ITSELF: "", Extent.WHOLE: WITHIN, Extent.PART: "a part of it"}
# Tasks that are named.
_MOST_NAMED = 3


def within_the_whole(tasks: Iterable[str]) -> str:
    """`read as part of the whole, by score and report`: these pulled all that it stands in."""
    names = list(dict.fromkeys(tasks))
    left = len(names) - _MOST_NAMED
    told = [*names[:_MOST_NAMED], *([f"{left} more"] if left > 0 else [])]
    *before, last = told
    return (
        f"read {WITHIN}, by {', '.join(before)} and {last}"
        if before
        else (f"read {WITHIN}, by {last}")
    )
