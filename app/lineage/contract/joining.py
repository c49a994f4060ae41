"""Two summaries made one: whichever way they are joined, what comes out is the same."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, reduce
from heapq import nlargest, nsmallest
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


def joined(one: Contract, other: Contract) -> Contract:
    """The summary of all that either of them is of; no value may be in both.

    In which order runs are learned makes no difference.
    """
    runs = tuple(sorted({*one.runs, *other.runs})[-MOST_RUNS:])
    root = both(_moved_to(one, runs), _moved_to(other, runs))
    kept, is_cut = pruned(root)
    return Contract(runs, kept, is_cut=is_cut or one.is_cut or other.is_cut)


def both(one: Node, other: Node) -> Node:
    """The summary of the values of both, whose bits mean the same runs."""
    names = _names(one.names, other.names)
    is_wide = one.is_wide or other.is_wide or len(names) > MOST_NAMES
    spread = names.values() if is_wide else ()
    examples, has_more = (
        (one.examples, False)
        if _typed(one.examples) == _typed(other.examples)
        else _examples({*_typed(one.examples), *_typed(other.examples)})
    )
    return Node(
        kinds=_kinds(one.kinds, other.kinds),
        always=one.always | other.always,
        first=min(filter(None, (one.first, other.first)), default=0),
        last=max(one.last, other.last),
        lowest=_extremes((*one.lowest, *other.lowest), sign=1),
        highest=_extremes((*one.highest, *other.highest), sign=-1),
        dates=_dates(one.dates, other.dates),
        lengths=_lengths(one.lengths, other.lengths),
        examples=examples,
        has_more=has_more or one.has_more or other.has_more,
        names={} if is_wide else names,
        any_name=all_of((one.any_name, other.any_name, *spread)),
        is_wide=is_wide,
        item=all_of((one.item, other.item)),
    )


def all_of(nodes: Iterable[Node | None]) -> Node | None:
    """The summary of them all; None when there are none."""
    found = [node for node in nodes if node is not None]
    return reduce(both, found) if found else None


def _names(one: Mapping[str, Node], other: Mapping[str, Node]) -> dict[str, Node]:
    shared = {name: both(one[name], other[name]) for name in one.keys() & other.keys()}
    found = {**one, **other, **shared}
    return {name: found[name] for name in sorted(found)}


def _kinds(
    one: Mapping[Kind, tuple[int, int]], other: Mapping[Kind, tuple[int, int]]
) -> dict[Kind, tuple[int, int]]:
    found = {**one}
    for kind, (values, runs) in other.items():
        known = found.get(kind, (0, 0))
        found[kind] = (known[0] + values, known[1] | runs)
    return found if len(found) == 1 else {kind: found[kind] for kind in Kind if kind in found}


def _extremes(found: tuple[Extreme, ...], *, sign: int) -> tuple[Extreme, ...]:
    """The lowest of each run (of `sign` -1 the highest), of those that reach farthest."""
    of_run: dict[Mark, int | float] = {}
    if not found:
        return ()
    for value, *mark in found:
        run = (mark[0], mark[1])
        of_run[run] = min(value, of_run.get(run, value), key=lambda one: one * sign)
    rows = [(value, *run) for run, value in of_run.items()]
    # Of runs that reach equally far, which are known must not depend on the order.
    farthest = nsmallest if sign > 0 else nlargest
    return tuple(farthest(_EXTREMES, rows))


def _dates(one: tuple[str, str] | None, other: tuple[str, str] | None) -> tuple[str, str] | None:
    known = (*(one or ()), *(other or ()))
    return (min(known, key=_when), max(known, key=_when)) if known else None


def _when(text: str) -> tuple[float, str]:
    found = date_of(text)
    return (found.timestamp() if found else 0.0, text)


def _lengths(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    known = (*(one or ()), *(other or ()))
    return (min(known), max(known)) if known else None


def _typed(values: tuple[Example, ...]) -> list[tuple[str, Example]]:
    # True is 1 and 1 is 1.0 in a set of Python's.
    return [(type(value).__name__, value) for value in values]


def _examples(
    found: set[tuple[str, Example]],
) -> tuple[tuple[Example, ...], bool]:
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
