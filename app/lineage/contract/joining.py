"""Two summaries made one: whichever way they are joined, what comes out is the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, reduce
from heapq import nsmallest
from operator import or_
from typing import TypeAlias

from app.lineage.contract.kinds import date_of
from app.lineage.contract.pruning import pruned
from app.model.contract import Contract, Example, Extreme, Kind, Mark, Node

#: Newest runs that a contract knows one by one: their bits fit into a number of any JSON.
MOST_RUNS = 48
#: Names of one mapping that are told apart; one that has more is keyed by data.
MOST_NAMES = 100
#: Distinct values that are shown as "one of".
MOST_EXAMPLES = 8
# Runs whose lowest and highest numbers are known: what held before a run must show without it.
_EXTREMES = 3

_Moved: TypeAlias = Callable[[int], int]


def joined(*contracts: Contract) -> Contract:
    """The summary of all that any of them is of; no value may be in two.

    In which order runs are learned makes no difference.
    """
    runs = tuple(sorted({run for one in contracts for run in one.runs})[-MOST_RUNS:])
    root = all_of(_moved_to(one, runs) for one in contracts)
    kept, is_cut = pruned(root or Node())
    return Contract(runs, kept, is_cut=is_cut or any(one.is_cut for one in contracts))


def all_of(nodes: Iterable[Node | None]) -> Node | None:
    """The summary of the values of them all, whose bits mean the same runs; None of none."""
    found = [node for node in nodes if node is not None]
    return _summary(found) if len(found) > 1 else next(iter(found), None)


def narrow(node: Node) -> Node:
    """The node, its names any name if it has more of them than are told apart."""
    return node if len(node.names) <= MOST_NAMES else _summary([node])


def _summary(nodes: Sequence[Node]) -> Node:
    names = _names([one.names for one in nodes if one.names])
    is_wide = len(names) > MOST_NAMES or any(one.is_wide for one in nodes)
    spread = names.values() if is_wide else ()
    examples, has_more = _examples({one.examples for one in nodes})
    return Node(
        kinds=_kinds([one.kinds for one in nodes]),
        always=reduce(or_, (one.always for one in nodes)),
        first=min((one.first for one in nodes if one.first), default=0),
        last=max(one.last for one in nodes),
        lowest=_extremes([each for one in nodes for each in one.lowest], sign=1),
        highest=_extremes([each for one in nodes for each in one.highest], sign=-1),
        dates=_dates([one.dates for one in nodes if one.dates]),
        lengths=_lengths([one.lengths for one in nodes if one.lengths]),
        examples=examples,
        has_more=has_more or any(one.has_more for one in nodes),
        names={} if is_wide else names,
        any_name=all_of((*(one.any_name for one in nodes), *spread)),
        is_wide=is_wide,
        item=all_of(one.item for one in nodes),
    )


def _names(each: Sequence[Mapping[str, Node]]) -> dict[str, Node]:
    found: dict[str, list[Node]] = {}
    for names in each:
        for name, node in names.items():
            found.setdefault(name, []).append(node)
    whole = ((name, all_of(found[name])) for name in sorted(found))
    return {name: node for name, node in whole if node is not None}


def _kinds(each: Iterable[Mapping[Kind, tuple[int, int]]]) -> dict[Kind, tuple[int, int]]:
    found: dict[Kind, tuple[int, int]] = {}
    for kinds in each:
        for kind, (values, runs) in kinds.items():
            known = found.get(kind, (0, 0))
            found[kind] = (known[0] + values, known[1] | runs)
    return found if len(found) == 1 else {kind: found[kind] for kind in Kind if kind in found}


def _extremes(found: Sequence[Extreme], *, sign: int) -> tuple[Extreme, ...]:
    """The lowest of each run (of `sign` -1 the highest), of those that reach farthest."""
    of_run: dict[Mark, int | float] = {}
    if not found:
        return ()
    for value, *mark in found:
        run = (mark[0], mark[1])
        of_run[run] = min(value, of_run.get(run, value), key=lambda one: one * sign)
    rows = [(value, *run) for run, value in of_run.items()]
    # Of runs that reach equally far the oldest are kept: what a run is compared with must not
    # go as more runs like those before it come after it.
    return tuple(nsmallest(_EXTREMES, rows, key=lambda row: (row[0] * sign, row[1:])))


def _dates(each: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    known = [date for both in each for date in both]
    return (min(known, key=_when), max(known, key=_when)) if known else None


def _when(text: str) -> tuple[float, str]:
    found = date_of(text)
    return (found.timestamp() if found else 0.0, text)


def _lengths(each: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    known = [length for both in each for length in both]
    return (min(known), max(known)) if known else None


def _examples(each: set[tuple[Example, ...]]) -> tuple[tuple[Example, ...], bool]:
    if len(each) == 1:
        return next(iter(each)), False
    # True is 1 and 1 is 1.0 in a set of Python's.
    found = {(type(value).__name__, value) for values in each for value in values}
    kept = sorted(found)[:MOST_EXAMPLES]
    return tuple(value for _, value in kept), len(found) > len(kept)


def _moved_to(contract: Contract, runs: tuple[Mark, ...]) -> Node:
    if contract.runs == runs:
        return contract.root
    return _moved(contract.root, _bits(contract.runs, runs))


def _bits(known: tuple[Mark, ...], runs: tuple[Mark, ...]) -> _Moved:
    """From bits of one list of runs to bits of another; runs that it lacks are left out."""
    places = {run: 1 << at for at, run in enumerate(runs)}
    to = [places.get(run, 0) for run in known]

    @cache
    def moved(bits: int) -> int:
        return sum(bit for at, bit in enumerate(to) if bits >> at & 1)

    return moved


def _moved(node: Node, bits: _Moved) -> Node:
    return replace(
        node,
        kinds={kind: (values, bits(runs)) for kind, (values, runs) in node.kinds.items()},
        always=bits(node.always),
        names={name: _moved(child, bits) for name, child in node.names.items()},
        any_name=node.any_name and _moved(node.any_name, bits),
        item=node.item and _moved(node.item, bits),
    )
