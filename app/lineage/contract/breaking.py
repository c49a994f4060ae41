"""Where a run breaks what a task gave in every run before; silent while there were few."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any as AnyValue

from app.lineage.contract.kinds import family, kind_of, number_of
from app.model.contract import Contract, Extreme, Given, Kind, Mark, Node
from app.model.findings import Severity
from app.model.values import Json, Path

#: Runs before that it takes to call something a rule.
FEWEST_RUNS = 5
# How far outside is far: as many times the range that was seen, and a tenth or ten times its ends.
_FAR = 3
_TIMES = 10
# Breaks that one task instance is told of; after these it is another thing altogether.
_MOST = 30
_MOST_ITEMS = 200
_DEEPEST = 8


class BreakKind(StrEnum):
    MISSING = "missing"
    NULL = "null"
    NEW_TYPE = "new_type"
    FAR_NUMBER = "far_number"


@dataclass(frozen=True, slots=True)
class Break:
    """`runs`: before this one, in all of which it was otherwise; `was`: how."""

    key: str
    path: Path
    kind: BreakKind
    severity: Severity
    runs: int
    was: str = ""  # "string or null", "3 to 5"; empty where it was just there.
    now: str = ""


def breaks(contract: Contract, run: Mark, given: Iterable[Given]) -> tuple[Break, ...]:
    """How what one task instance gave in the run differs from all runs due before it.

    The run itself may be among those the contract was learned from. A run older than those that
    the contract knows one by one breaks nothing that could be told.
    """
    before = (1 << bisect_left(contract.runs, run)) - 1
    walk = _Walk(run, before)
    walk.instance(contract.root, tuple(given))
    return tuple(walk.found.values())[:_MOST]


@dataclass(slots=True)
class _Walk:
    run: Mark
    before: int
    # By place and kind: of a list whose items break it alike one is told.
    found: dict[tuple[int, BreakKind, str], Break] = field(default_factory=dict)

    def instance(self, root: Node, given: tuple[Given, ...]) -> None:
        self._missing(root, {one.key for one in given}, ())
        for one in given:
            node = root.names.get(one.key)
            value: AnyValue = one.value
            if node is not None and one.is_whole:
                self.value(node, value, (one.key,))

    def value(self, node: Node, value: Json, at: Path) -> None:
        kind = kind_of(value)
        if kind is Kind.UNKNOWN or len(at) > _DEEPEST:
            return
        self._kind(node, kind, at)
        self._number(node, value, at)
        if isinstance(value, dict):
            self._mapping(node, value, at)
        elif isinstance(value, list) and node.item is not None:
            for index, inner in enumerate(value[:_MOST_ITEMS]):
                self.value(node.item, inner, (*at, index))

    def _mapping(self, node: Node, value: dict[str, Json], at: Path) -> None:
        self._missing(node, value.keys(), at)
        for name, inner in value.items():
            if name in node.names:
                self.value(node.names[name], inner, (*at, name))

    def _missing(self, node: Node, names: Iterable[str], at: Path) -> None:
        around = self._runs(node, Kind.MAPPING)
        present = frozenset(names)
        for name, child in node.names.items():
            if name not in present and around & ~child.always == 0:
                self._tell(child, (*at, name), _Said(BreakKind.MISSING), around)

    def _kind(self, node: Node, kind: Kind, at: Path) -> None:
        before = self._runs(node) & ~self._runs(node, Kind.UNKNOWN)
        seen = [one for one in node.kinds if self._runs(node, one) and one is not Kind.UNKNOWN]
        families = {family(one) for one in seen}
        if family(kind) in families or families == {Kind.NULL}:
            return
        what = BreakKind.NULL if kind is Kind.NULL else BreakKind.NEW_TYPE
        self._tell(node, at, _Said(what, " or ".join(seen), kind.value), before)

    def _number(self, node: Node, value: Json, at: Path) -> None:
        number = number_of(value)
        lowest, highest = self._earlier(node.lowest), self._earlier(node.highest)
        if number is None or lowest is None or highest is None:
            return
        if is_far(number, lowest=lowest, highest=highest):
            before = self._runs(node, Kind.INTEGER) | self._runs(node, Kind.NUMBER)
            was = str(lowest) if lowest == highest else f"{lowest} to {highest}"
            self._tell(node, at, _Said(BreakKind.FAR_NUMBER, was, str(number)), before)

    def _earlier(self, extremes: tuple[Extreme, ...]) -> int | float | None:
        """The farthest one of the runs before."""
        return next((value for value, *run in extremes if tuple(run) < self.run), None)

    def _runs(self, node: Node, kind: Kind | None = None) -> int:
        """The runs before in which there was such a value."""
        return node.runs(kind) & self.before

    def _tell(self, node: Node, at: Path, said: "_Said", before: int) -> None:
        runs = before.bit_count()
        key, *path = at
        if runs < FEWEST_RUNS or not isinstance(key, str):
            return
        severity = Severity.INFO if said.kind is BreakKind.FAR_NUMBER else Severity.WARNING
        told = Break(key, tuple(path), said.kind, severity, runs, said.was, said.now)
        once = said.now if said.kind is BreakKind.NEW_TYPE else ""
        self.found.setdefault((id(node), said.kind, once), told)


@dataclass(frozen=True, slots=True)
class _Said:
    kind: BreakKind
    was: str = ""
    now: str = ""


def is_far(number: float, *, lowest: float, highest: float) -> bool:
    """Whether the number is of another order than all that lie between the two."""
    if lowest <= number <= highest:
        return False
    room = _FAR * (highest - lowest)
    if lowest - room <= number <= highest + room:
        return False
    if lowest > 0:
        return number * _TIMES <= lowest or number >= highest * _TIMES
    return abs(number) >= max(abs(lowest), abs(highest), 1) * _TIMES
