"""TaskGroups, as the ids of tasks tell them: `crs.load` stands in the group `crs`.

https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html#taskgroups: a group's
id stands before those of its tasks, unless its author chose otherwise.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from app.graph.parts import Card


def groups_of(cards: Iterable[Card]) -> Mapping[str, tuple[str, ...]]:
    """Each TaskGroup of two tasks or more with the ids of all in it; outer groups come first."""
    inside: dict[str, list[str]] = defaultdict(list)
    for card in cards:
        for group in standing_in(card):
            inside[group].append(card.id)
    return {name: tuple(inside[name]) for name in sorted(inside) if len(inside[name]) > 1}


def outermost(card: Card, groups: Collection[str]) -> str:
    """The first of the groups that the card is in; empty when it is in none."""
    return next((group for group in standing_in(card) if group in groups), "")


def innermost(card: Card, groups: Collection[str]) -> str:
    """The last of the groups that the card is in; empty when it is in none."""
    return next((group for group in reversed(standing_in(card)) if group in groups), "")


def standing_in(card: Card) -> tuple[str, ...]:
    """`a` and `a.b` around `a.b.c`; a card of another run stands by itself."""
    if card.is_foreign:
        return ()
    name = card.task_id
    return tuple(name[:at] for at, sign in enumerate(name) if sign == "." and at)
