"""The task instances of two runs as rows: what each got and gave, side by side; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.lineage.compare.comparison import (
    Always,
    Change,
    ChangeKind,
    Doubt,
    DoubtAt,
    Pair,
    SideName,
)
from app.lineage.compare.instances import DID_NOT_RUN
from app.model.findings import Producer
from app.model.leaves import Place
from app.model.sides import InstanceSide, StoredValue
from app.model.values import Path
from app.web import links, text
from app.web.compare_words import instance_name, name_of
from app.web.marked import differing
from app.web.text import Piece, value_text

# Rows of one task instance, of those that are expected, and instances of one page.
_MOST_ROWS = 40
_MOST_EXPECTED = 20
_MOST_PAIRS = 60
# Seconds, and times, by which a task has to take longer to be called slower.
_SLOWER_SECONDS, _SLOWER_TIMES = 10, 2
# Characters of a value that stands alone, and of a hash that tells it from another.
_ALONE = 240
_OF_HASH = 12


@dataclass(frozen=True, slots=True)
class ChangeRow:
    kind: str
    name: str
    name_left: str  # Where the left run has it at another place; empty else.
    left: tuple[Piece, ...] | None  # None: it is not there.
    right: tuple[Piece, ...] | None
    why: str = ""  # Of what is expected.
    href: str = ""  # The page of the value, of the right run's where it has it.


@dataclass(frozen=True, slots=True)
class SideMark:
    """How one side's instance did."""

    href: str
    state: str | None
    word: str
    note: str  # Its try where it is not the first, and how long it took.


@dataclass(frozen=True, slots=True)
class PairRows:
    anchor: str
    name: str
    left: SideMark | None
    right: SideMark | None
    got: tuple[ChangeRow, ...]
    gave: tuple[ChangeRow, ...]
    expected: tuple[ChangeRow, ...]
    expected_count: str
    doubts: tuple[str, ...]
    unshown: str
    nothing: str  # Why there are no rows, where there are none.
    is_on_path: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of the comparison a page shows, and what it calls the two runs."""

    got: bool = True
    gave: bool = True
    left: str = "the left run"
    right: str = "the right run"

    def holds(self, place: Place) -> bool:
        return self.got if place is Place.FIELD else self.gave


def pair_rows(
    pairs: Iterable[Pair], *, deployment: str, on_path: frozenset[str], shown: Shown
) -> tuple[tuple[PairRows, ...], int]:
    """Rows of the first instances, and how many more there are."""
    chosen = list(pairs)
    rows = tuple(
        _rows(one, deployment, shown, is_on_path=one.task_id in on_path)
        for one in chosen[:_MOST_PAIRS]
    )
    return rows, max(len(chosen) - _MOST_PAIRS, 0)


def anchor(pair: Pair) -> str:
    one = pair.any.key
    return f"task-{one.task_id}" if one.map_index < 0 else f"task-{one.task_id}-{one.map_index}"


def side_mark(one: InstanceSide | None, deployment: str) -> SideMark | None:
    if one is None:
        return None
    tries = f"try {one.try_number}" if one.try_number > 1 else ""
    took = text.between(one.start, one.end) if one.try_number > 0 else ""
    return SideMark(
        href=links.task_instance(deployment=deployment, instance=one.key),
        state=one.state,
        word=text.state_look(one.state).word,
        note=", ".join(filter(None, (tries, took))),
    )


def _rows(pair: Pair, deployment: str, shown: Shown, *, is_on_path: bool) -> PairRows:
    changes = [one for one in pair.changes if shown.holds(one.place)]
    got = [one for one in changes if one.place is Place.FIELD and not one.always]
    gave = [one for one in changes if one.place is Place.XCOM and not one.always]
    expected = [one for one in changes if one.always]
    doubts = [_doubt(one, pair, shown) for one in pair.doubts if shown.holds(one.place)]
    unshown = max(len(got) - _MOST_ROWS, 0) + max(len(gave) - _MOST_ROWS, 0)
    return PairRows(
        anchor=anchor(pair),
        name=instance_name(pair.any),
        left=side_mark(pair.left, deployment),
        right=side_mark(pair.right, deployment),
        got=tuple(_linked(one, pair, deployment) for one in got[:_MOST_ROWS]),
        gave=tuple(_linked(one, pair, deployment) for one in gave[:_MOST_ROWS]),
        expected=tuple(_linked(one, pair, deployment) for one in expected[:_MOST_EXPECTED]),
        expected_count=text.count(len(expected), "differs", "differ") if expected else "",
        doubts=tuple(filter(None, (*doubts, _slower(pair)))),
        unshown=f"{text.thousands(unshown)} more in the JSON" if unshown else "",
        nothing="" if changes or doubts else _nothing(pair, shown),
        is_on_path=is_on_path,
    )


def _nothing(pair: Pair, shown: Shown) -> str:
    if pair.left is None or pair.right is None:
        return f"Only {shown.left if pair.right is None else shown.right} has it."
    if {pair.left.state, pair.right.state} & DID_NOT_RUN:
        return "It did not run in both of the runs, so there is nothing to compare."
    verbs = [verb for verb, is_on in (("got", shown.got), ("gave", shown.gave)) if is_on]
    return f"It {' and '.join(verbs)} the same, as far as it is known of both runs."


def _linked(one: Change, pair: Pair, deployment: str) -> ChangeRow:
    """What is too long for a row stands there whole."""
    name = SideName.LEFT if one.right_path is None else SideName.RIGHT
    side, path = pair.side(name), one.path(name)
    if side is None or path is None:
        return change_row(one)
    return replace(change_row(one), href=_value_href(one, side, path, deployment))


def _value_href(one: Change, side: InstanceSide, path: Path, deployment: str) -> str:
    if one.place is Place.XCOM:
        producer = Producer(side.key, side.try_number, one.name, path)
        return links.given_value(deployment=deployment, producer=producer)
    return links.got_value(
        deployment=deployment,
        instance=side.key,
        try_number=side.try_number,
        field=one.name,
        path=path,
    )


def change_row(one: Change) -> ChangeRow:
    left, right = _sides(one)
    here, there = one.left_path, one.right_path
    has_moved = here is not None and there is not None and here != there
    return ChangeRow(
        kind=one.kind.value,
        name=name_of(one, one.any_path if there is None else there),
        name_left=name_of(one, here or ()) if has_moved else "",
        left=left,
        right=right,
        why=_WHY[one.always] if one.always else "",
    )


def _sides(one: Change) -> tuple[tuple[Piece, ...] | None, tuple[Piece, ...] | None]:
    if one.kind is not ChangeKind.CHANGED:
        value = one.left if one.kind is ChangeKind.VANISHED else one.right
        css = "removed" if one.kind is ChangeKind.VANISHED else "added"
        alone = (Piece(_short(value_text(value)), css),)
        return (alone, None) if one.kind is ChangeKind.VANISHED else (None, alone)
    if isinstance(one.left, str) and isinstance(one.right, str):
        left, right = differing(one.left, one.right)
        return left or (Piece('""', "removed"),), right or (Piece('""', "added"),)
    both = (_short(value_text(one.left)), _short(value_text(one.right)))
    return (Piece(both[0] or '""', "removed"),), (Piece(both[1] or '""', "added"),)


def _short(whole: str) -> str:
    return whole if len(whole) <= _ALONE else f"{whole[:_ALONE]}…"


_WHY = {
    Always.OWN: "the run's own id, date, try or pod",
    Always.HISTORY: "differed in the good run before, too",
    Always.FORM: "a hash or a random id",
}


def _doubt(one: DoubtAt, pair: Pair, shown: Shown) -> str:
    match one.doubt:
        case Doubt.NOT_RENDERED:
            which = shown.left if pair.left and pair.left.rendered is None else shown.right
            return (
                f"What it got is not compared: {which}'s rendered fields were not seen. It "
                "failed in its templates, or Airflow had already dropped them."
            )
        case Doubt.TOO_BIG:
            return f"{one.name} is too big to be compared here{_amounts(one, pair, shown)}."
        case Doubt.DIFFERS:
            amounts = _amounts(one, pair, shown)
            return f"{one.name} is not the same: it differs beyond what can be shown here{amounts}."
        case Doubt.CUT:
            return f"Of {one.name} only the beginning is kept, so only that is compared."
    what = "fields" if one.place is Place.FIELD else one.name
    return f"{text.thousands(one.number)} more leaves of {what} differ."


def _amounts(one: DoubtAt, pair: Pair, shown: Shown) -> str:
    """How much each side has, and the beginning of its hash: what is known of a value unread."""
    both = ((shown.left, pair.left), (shown.right, pair.right))
    told = [
        _amount(name, side.xcoms[one.name])
        for name, side in both
        if side and one.name in side.xcoms
    ]
    return f" ({'; '.join(told)})" if told else ""


def _amount(name: str, value: StoredValue) -> str:
    digest = f", SHA-256 {value.digest[:_OF_HASH]}…" if value.digest else ""
    return f"{name}: {text.size(value.size)}{digest}"


def _slower(pair: Pair) -> str:
    """Worth a word when it took much longer or shorter."""
    if pair.left is None or pair.right is None or pair.left.state != pair.right.state:
        return ""
    took = [_seconds(one) for one in (pair.left, pair.right)]
    if took[0] is None or took[1] is None:
        return ""
    low, high = sorted((took[0], took[1]))
    if high - low < _SLOWER_SECONDS or high < low * _SLOWER_TIMES:
        return ""
    how = "longer" if took[1] > took[0] else "shorter"
    return f"It took much {how}: {text.duration(took[0])}, then {text.duration(took[1])}."


def _seconds(one: InstanceSide) -> float | None:
    if one.start is None or one.end is None or one.try_number == 0:
        return None
    return (one.end - one.start).total_seconds()
