"""The links that narrow a search, counted over the values that a page shows; pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from app.graph.addresses import label
from app.lineage.fields import address
from app.model.leaves import Leaf, Place
from app.model.values import shape_of
from app.query.scalars import within
from app.query.terms import At, Condition, In, Named, Query, Scope, Since, Term
from app.query.writing import written, written_term
from app.web import links, text
from app.web.dag_rows import Choice
from app.web.problem_facets import Facet

# Choices that a facet offers, the most frequent first.
_MOST = 8

#: A choice's label, and the term that it adds.
Offer: TypeAlias = tuple[str, Condition]

_PLACES = {"xcom": "What tasks gave", "args": "Arguments and fields", "env": "Env vars"}
_TIMES = (("24h", "Last 24 hours", 1), ("7d", "Last 7 days", 7))


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    offer: Callable[[Leaf], Offer | None]
    is_one: Callable[[Condition], bool]  # Whether a choice takes its place.
    is_code: bool = False


def facets(query: Query, leaves: tuple[Leaf, ...], now: datetime) -> tuple[Facet, ...]:
    """Of each kind what the leaves have; chosen once more, a term is taken off."""
    return (*(_facet(kind, query, leaves) for kind in _KINDS), _times(query, leaves, now))


def narrowing(query: Query, leaves: tuple[Leaf, ...]) -> tuple[Choice, ...]:
    """Terms that would leave out what most of the leaves have, where others have another."""
    offers = (_counted(kind, leaves) for kind in _KINDS)
    terms = [Term(offered[0][0][1], is_negated=True) for offered in offers if len(offered) > 1]
    return tuple(
        Choice(written_term(term), _link(*query.terms, term), is_chosen=False) for term in terms
    )


def _facet(kind: _Kind, query: Query, leaves: tuple[Leaf, ...]) -> Facet:
    counted = _counted(kind, leaves)[:_MOST]
    return Facet(
        kind.title,
        tuple(_choice(kind, offer, number, query) for offer, number in counted),
        is_code=kind.is_code,
    )


def _counted(kind: _Kind, leaves: Iterable[Leaf]) -> list[tuple[Offer, int]]:
    offers = (kind.offer(leaf) for leaf in leaves)
    return Counter(offer for offer in offers if offer).most_common()


def _choice(kind: _Kind, offer: Offer, number: int, query: Query) -> Choice:
    name, condition = offer
    term = Term(condition)
    is_chosen = term in query.terms
    rest = (one for one in query.terms if one.is_negated or not kind.is_one(one.condition))
    return Choice(
        label=name,
        href=_link(*rest) if is_chosen else _link(*rest, term),
        is_chosen=is_chosen,
        number=str(number),
    )


def _times(query: Query, leaves: tuple[Leaf, ...], now: datetime) -> Facet:
    asked = {one.condition.words for one in query.terms if isinstance(one.condition, Since)}
    rest = [one for one in query.terms if not isinstance(one.condition, Since)]
    choices = [
        Choice(
            label=name,
            href=_link(*rest, Term(Since(now - timedelta(days=days), words))),
            is_chosen=words in asked,
            number=str(sum(leaf.at.time >= now - timedelta(days=days) for leaf in leaves)),
        )
        for words, name, days in _TIMES
    ]
    number = str(len(leaves))
    return Facet("When", (*choices, Choice("Any time", _link(*rest), not asked, number)))


def _link(*terms: Term) -> str:
    return links.search(q=written(Query(terms)))


def _place(leaf: Leaf) -> Offer:
    place = within(leaf.at.place, leaf.at.name)
    return _PLACES[place.value], In(place)


def _deployment(leaf: Leaf) -> Offer:
    return leaf.at.deployment, Named(Scope.DEPLOYMENT, leaf.at.deployment)


def _dag(leaf: Leaf) -> Offer:
    dag_id = leaf.at.instance.dag_id
    return dag_id, Named(Scope.DAG, dag_id)


def _key(leaf: Leaf) -> Offer:
    """The key or field with the names below it, whatever their positions in lists are."""
    at = leaf.at
    steps = tuple("*" if isinstance(step, int) else step for step in at.path)
    if at.place is Place.FIELD:
        name = address(at.name, at.path)
    else:
        name = label(at.name, shape_of(at.path))
    if not steps:
        return name, Named(Scope.KEY, at.name)
    # Most keys are return_value: it says nothing beside the path.
    return name, At(steps if at.name == "return_value" else (at.name, *steps))


def _state(leaf: Leaf) -> Offer | None:
    if leaf.state is None:
        return None
    return text.state_look(leaf.state).word, Named(Scope.STATE, leaf.state)


def _is_named(*scopes: Scope) -> Callable[[Condition], bool]:
    return lambda one: isinstance(one, Named) and one.scope in scopes


def _is_place(one: Condition) -> bool:
    return isinstance(one, At) or (isinstance(one, Named) and one.scope is Scope.KEY)


_KINDS = (
    _Kind("Found in", _place, lambda one: isinstance(one, In)),
    _Kind("Deployment", _deployment, _is_named(Scope.DEPLOYMENT)),
    _Kind("DAG", _dag, _is_named(Scope.DAG), is_code=True),
    _Kind("Key or field", _key, _is_place, is_code=True),
    _Kind("State of the try", _state, _is_named(Scope.STATE)),
)
