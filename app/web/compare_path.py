"""The path to the failure: what followed from the first difference, and each task on it; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.lineage.compare.comparison import Comparison, Pair, Step
from app.model.leaves import Place
from app.web import text
from app.web.compare_rows import SideMark, anchor, side_mark
from app.web.compare_words import instance_name, sentence, words_of
from app.web.text import Piece


@dataclass(frozen=True, slots=True)
class StepRow:
    """What followed. `mark`: how the task did in the run that is looked at."""

    mark: SideMark | None
    pieces: tuple[Piece, ...]
    href: str


@dataclass(frozen=True, slots=True)
class PathRow:
    task_id: str
    href: str  # Empty when nothing of it differs.
    left: SideMark | None
    right: SideMark | None
    note: str
    is_first: bool


def followed(comparison: Comparison, deployment: str) -> tuple[StepRow, ...]:
    words = words_of(comparison)
    return tuple(
        StepRow(
            mark=side_mark(one.pair.side(words.subject), deployment),
            pieces=sentence(one, words),
            href=f"#{anchor(one.pair)}",
        )
        for one in comparison.path.followed
    )


def path_title(comparison: Comparison) -> str:
    target = comparison.path.target
    return f"The path to {instance_name(target.any)}" if target else "Tasks that differ"


def path_rows(comparison: Comparison, deployment: str) -> tuple[PathRow, ...]:
    """The tasks on the path that differ, one row each."""
    on_path = frozenset(comparison.path.task_ids)
    by_task: dict[str, list[Pair]] = {}
    for pair in comparison.pairs:
        if pair.task_id in on_path:
            by_task.setdefault(pair.task_id, []).append(pair)
    first = comparison.path.first
    return tuple(
        _path_row(pairs, first, deployment)
        for pairs in by_task.values()
        if any(one.differs for one in pairs) or _is_target(pairs, comparison)
    )


def _is_target(pairs: Iterable[Pair], comparison: Comparison) -> bool:
    return any(one is comparison.path.target for one in pairs)


def _path_row(pairs: list[Pair], first: Step | None, deployment: str) -> PathRow:
    other = [one for one in pairs if one.differs]
    told = other[0] if other else pairs[0]
    return PathRow(
        task_id=told.task_id,
        href=f"#{anchor(told)}",
        left=side_mark(told.left, deployment),
        right=side_mark(told.right, deployment),
        note=_path_note(pairs, other),
        is_first=first is not None and any(one is first.pair for one in pairs),
    )


def _path_note(pairs: list[Pair], other: list[Pair]) -> str:
    changes = [one for pair in other for one in pair.real]
    got = sum(one.place is Place.FIELD for one in changes)
    parts = [f"got {text.count(got, 'other value')}"] if got else []
    gave = len(changes) - got
    parts += [f"gave {text.count(gave, 'other value')}"] if gave else []
    if not changes and any(one.is_state_changed for one in other):
        parts += ["ended otherwise"]
    if len(pairs) > 1:
        parts += [f"{len(other)} of {len(pairs)} instances"]
    return ", ".join(parts) or "the same values"
