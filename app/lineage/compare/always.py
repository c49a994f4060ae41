"""Whether a change is one that every run brings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from app.lineage.compare.comparison import Always, ChangeKind, SideName
from app.lineage.compare.documents import POD_NAME
from app.lineage.compare.history import varies_alike
from app.lineage.compare.own import Own, are_own_moments, is_own
from app.lineage.compare.walking import LeafChange
from app.lineage.fields import at as at_path
from app.model.leaves import Place
from app.model.values import Json, Path


@dataclass(frozen=True, slots=True)
class Sides:
    """Whose values are compared: `ours` left and right; the reference is the run that went well."""

    ours: tuple[Own, Own]
    reference: SideName

    @property
    def theirs(self) -> Own:
        """The reference's own words."""
        return self.ours[0] if self.reference is SideName.LEFT else self.ours[1]


@dataclass(frozen=True, slots=True)
class Past:
    """One value in the good run, in the one before it, and in the run that is looked at."""

    subject: Json
    good: Json
    before: Json
    before_own: Own


#: Reads it when it is asked for.
LazyPast: TypeAlias = Callable[[], Past | None]


def always(
    change: LeafChange, sides: Sides, *, place: Place, name: str, past: LazyPast
) -> Always | None:
    """Why it says nothing; None when it does say something."""
    if change.kind is not ChangeKind.CHANGED:
        known = past()
        return Always.HISTORY if known and _grows_and_shrinks(change, known) else None
    left, right = change.left, change.right
    if isinstance(left, str) and isinstance(right, str):
        if place is Place.XCOM and name == POD_NAME and left and right:
            return Always.OWN
        return _of_texts(change, sides, past)
    if _is_number(left) and _is_number(right):
        return _of_numbers(change, sides, past)
    return None


def _of_texts(change: LeafChange, sides: Sides, past: LazyPast) -> Always | None:
    left, right = str(change.left), str(change.right)
    is_all_own, has_hash = is_own(left, right, sides.ours)
    if is_all_own and not has_hash:
        return Always.OWN
    earlier = past()
    known = _before(change, sides, earlier)
    if earlier is None or known is None:
        return Always.FORM if is_all_own else None
    subject, good, before = known
    if not isinstance(good, str) or not isinstance(before, str):
        return None
    both = (sides.theirs, earlier.before_own)
    was_own, had_hash = is_own(good, before, both)
    if was_own and not had_hash:
        # What differed between the good runs was their own words, so this difference is news.
        return None
    if is_all_own and was_own:
        return Always.HISTORY
    return Always.HISTORY if varies_alike(subject, good=good, before=before) else None


def _of_numbers(change: LeafChange, sides: Sides, past: LazyPast) -> Always | None:
    left, right = change.left, change.right
    if isinstance(left, int | float) and isinstance(right, int | float):
        if are_own_moments(left, right, sides.ours):
            return Always.OWN
        known = _before(change, sides, past())
        if known and varies_alike(known[0], good=known[1], before=known[2]):
            return Always.HISTORY
    return None


def _before(change: LeafChange, sides: Sides, past: Past | None) -> tuple[Json, Json, Json] | None:
    """The leaf now, in the good run, and in the one before; None where that did not have it."""
    is_left = sides.reference is SideName.LEFT
    path = change.left_path if is_left else change.right_path
    if past is None or path is None:
        return None
    good, subject = (change.left, change.right) if is_left else (change.right, change.left)
    try:
        return subject, good, at_path(past.before, path)
    except LookupError:
        return None


def _grows_and_shrinks(change: LeafChange, past: Past) -> bool:
    """Whether it is an item of a list that has another length in every run, and is never empty."""
    path = change.left_path or change.right_path or ()
    return any(
        _has_another_length(path[:depth], past)
        for depth, step in enumerate(path)
        if isinstance(step, int)
    )


def _has_another_length(path: Path, past: Past) -> bool:
    lists = []
    for value in (past.subject, past.good, past.before):
        try:
            lists.append(at_path(value, path))
        except LookupError:
            return False
    lengths = [len(one) if isinstance(one, list) else 0 for one in lists]
    return all(lengths) and lengths[1] != lengths[2]


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
