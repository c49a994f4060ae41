"""What of the run's graph is asked for: the parameters of its address, the tools to change it."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from app.graph.parts import Card, Graph
from app.graph.sight import DEPTH, EVERY, Seen, Sight
from app.store.pages.run import RunPageFacts
from app.web import links, text
from app.web.run_words import operator_word

#: A mapped task with more instances keeps one card for all.
MOST_UNFOLDED = 60
#: Steps around a card that can be asked for.
DEPTHS = (1, 2, 3, 5)
_ALL, _NONE = "all", "none"


def asked_sight(  # noqa: PLR0913 - one for each part of the address
    *,
    fold: str = "",
    focus: str = "",
    depth: Annotated[int, Query(ge=1, le=100)] = DEPTH,
    state: str = "",
    operator: str = "",
    key: str = "",
    data: bool = False,
    whole: bool = False,
    unfold: str = "",
) -> Sight:
    """`fold`: ids of TaskGroups with commas between them, `all`, `none`, or as it comes.

    `unfold`: ids of mapped tasks, each of whose instances is to have a card.
    """
    unfolded = frozenset(filter(None, unfold.split(",")))
    return Sight(_closed(fold), focus, depth, state, operator, key, data, whole, unfolded)


AskedSight: TypeAlias = Annotated[Sight, Depends(asked_sight)]


def _closed(fold: str) -> frozenset[str] | None:
    if not fold:
        return None
    if fold == _ALL:
        return EVERY
    return frozenset() if fold == _NONE else frozenset(fold.split(","))


def query_of(sight: Sight) -> dict[str, object]:
    """The address's parameters; what is as it comes is left out."""
    return {
        "fold": _fold_of(sight.closed),
        "focus": sight.focus,
        "depth": sight.depth if sight.focus and sight.depth != DEPTH else "",
        "state": sight.state,
        "operator": sight.operator,
        "key": sight.key,
        "data": "1" if sight.is_data_only else "",
        "whole": "1" if sight.is_whole else "",
        "unfold": ",".join(sorted(sight.unfolded)),
    }


def _fold_of(closed: frozenset[str] | None) -> str:
    if closed is None:
        return ""
    return _ALL if closed == EVERY else ",".join(sorted(closed)) or _NONE


@dataclass(frozen=True, slots=True)
class Toggle:
    """A TaskGroup, or a number of steps, to be chosen."""

    name: str
    note: str
    is_on: bool
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    name: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class SightTools:
    note: str  # What is shown, where that is not all.
    all_href: str  # Shows it all as it comes.
    whole_href: str  # Shows it all, however much it is; empty: it does already.
    focus: str
    depths: tuple[Toggle, ...]
    groups: tuple[Toggle, ...]
    fold_all: str
    unfold_all: str
    states: tuple[Choice, ...]
    operators: tuple[Choice, ...]
    key: str
    is_data_only: bool
    hidden: tuple[tuple[str, str], ...]  # What the form of the filters keeps of the address.
    changed: int  # How many of the filters are set.


class SightLinks:
    """Addresses of the same run seen otherwise."""

    def __init__(self, facts: RunPageFacts, sight: Sight, port: str) -> None:
        self._facts = facts
        self._sight = sight
        self._port = port

    def to(self, sight: Sight, *, port: str = "") -> str:
        """`port`: that stays chosen; elsewhere the graph would be drawn around it."""
        return links.run(
            deployment=self._facts.deployment,
            run=self._facts.run.key,
            tab="graph",
            port=port,
            **query_of(sight),
        )

    def here(self) -> str:
        """The same without a chosen port."""
        return self.to(self._sight)

    def focus(self, card: str) -> str:
        return self.to(replace(self._sight, focus=card, is_whole=False))

    def unfold(self, card: Card) -> str:
        """With a card for each instance of a mapped task, or one for all; empty: neither fits."""
        unfolded = self._sight.unfolded
        if card.is_instance:
            return self.to(replace(self._sight, unfolded=unfolded - {card.task_id}))
        if not (card.is_mapped and 1 < len(card.instances) <= MOST_UNFOLDED):
            return ""
        return self.to(replace(self._sight, unfolded=unfolded | {card.task_id}))

    def with_closed(self, closed: frozenset[str]) -> str:
        return self.to(replace(self._sight, closed=closed), port=self._port)


def sight_tools(to: SightLinks, graph: Graph, seen: Seen, sight: Sight) -> SightTools:
    """`graph`: all of it. `seen`: what is drawn."""
    is_cut = seen.tasks < seen.of
    return SightTools(
        note=_note(seen, sight),
        all_href=to.to(Sight(closed=sight.closed)),
        whole_href=to.to(Sight(closed=frozenset(), is_whole=True)) if is_cut else "",
        focus=seen.focus,
        depths=_depths(to, sight, seen),
        groups=tuple(_group(to, name, inside, seen) for name, inside in seen.groups.items()),
        fold_all=to.with_closed(EVERY),
        unfold_all=to.with_closed(frozenset()),
        states=_states(graph, sight),
        operators=_operators(graph, sight),
        key=sight.key,
        is_data_only=sight.is_data_only,
        hidden=_hidden(sight),
        changed=sum(map(bool, (sight.state, sight.operator, sight.key, sight.is_data_only))),
    )


def _note(seen: Seen, sight: Sight) -> str:
    if seen.tasks >= seen.of:
        return ""
    shown = f"{seen.tasks:,} of {text.count(seen.of, 'task')}"
    if seen.focus:
        steps = text.count(seen.depth, "step")
        why = f", {seen.choice}" if seen.choice else ""
        return f"{shown}: what is up to {steps} from {seen.focus}{why}"
    return f"{shown} fit" if sight.filters else shown


def _depths(to: SightLinks, sight: Sight, seen: Seen) -> tuple[Toggle, ...]:
    if not seen.focus:
        return ()
    return tuple(
        Toggle(
            str(depth),
            text.count(depth, "step"),
            depth == seen.depth,
            to.to(replace(sight, focus=seen.focus, depth=depth)),
        )
        for depth in DEPTHS
    )


def _group(to: SightLinks, name: str, inside: tuple[str, ...], seen: Seen) -> Toggle:
    is_open = name not in seen.closed
    closed = seen.closed | {name} if is_open else seen.closed - {name}
    return Toggle(name, text.count(len(inside), "task"), is_open, to.with_closed(closed))


def _states(graph: Graph, sight: Sight) -> tuple[Choice, ...]:
    own = (card for card in graph.cards if not card.is_foreign)
    counted = Counter(one.state or "none" for card in own for one in card.instances)
    return tuple(
        Choice(
            state,
            f"{text.state_look(None if state == 'none' else state).word} ({counted[state]:,})",
            state == sight.state,
        )
        for state in sorted(counted)
    )


def _operators(graph: Graph, sight: Sight) -> tuple[Choice, ...]:
    counted = Counter(card.operator for card in graph.cards if card.operator)
    return tuple(
        Choice(one, f"{operator_word(one)} ({counted[one]:,})", one == sight.operator)
        for one in sorted(counted, key=operator_word)
    )


def _hidden(sight: Sight) -> tuple[tuple[str, str], ...]:
    query = query_of(replace(sight, state="", operator="", key="", is_data_only=False))
    return tuple((name, str(value)) for name, value in query.items() if value)
