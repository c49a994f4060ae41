"""The links that narrow a search, counted over the values that a page shows; pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from app.graph.addresses import PortPath
from app.model.leaves import Leaf, Place
from app.model.values import shape_of
from app.query.matching import matches
from app.query.scalars import within
from app.query.terms import At, Condition, In, Named, Query, Scope, Since, Term
from app.query.writing import written, written_term
from app.web import links, text
from app.web.dag_rows import Choice
from app.web.leaf_places import USUAL_KEY, spelling, whole_name
from app.web.problem_facets import Facet

# Choices that a facet offers, the most frequent first.
_MOST = 8

#: A place and a name in it, with the steps from there.
_Spot: TypeAlias = tuple[Place, str, PortPath]
#: A choice's label, and the term that it adds.
Offer: TypeAlias = tuple[str, Condition]

_PLACES = {"xcom": "What tasks gave", "args": "Arguments and fields", "env": "Env vars"}
_TIMES = (("24h", "Last 24 hours", 1), ("7d", "Last 7 days", 7))


#: What the leaves have, the most frequent first, with how many have it.
Counted: TypeAlias = list[tuple[Offer, int]]


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    counted: Callable[[tuple[Leaf, ...]], Counted]
    # Whether a choice takes its place: of no path, as the other may leave open what it tells.
    is_one: Callable[[Condition], bool]
    is_code: bool = False


def facets(query: Query, leaves: tuple[Leaf, ...], now: datetime) -> tuple[Facet, ...]:
    """Of each kind what the leaves have; chosen once more, a term is taken off."""
    return (*(_facet(kind, query, leaves) for kind in _KINDS), _times(query, leaves, now))


def narrowing(query: Query, leaves: tuple[Leaf, ...]) -> tuple[Choice, ...]:
    """Terms that would leave out what most of the leaves have, where others have another."""
    offers = (kind.counted(leaves) for kind in _KINDS)
    terms = [Term(offered[0][0][1], is_negated=True) for offered in offers if len(offered) > 1]
    return tuple(
        Choice(written_term(term), _link(*query.terms, term), is_chosen=False)
        for term in terms
        if any(matches(Query((term,)), leaf) for leaf in leaves)
    )


def _facet(kind: _Kind, query: Query, leaves: tuple[Leaf, ...]) -> Facet:
    counted = kind.counted(leaves)[:_MOST]
    return Facet(
        kind.title,
        tuple(_choice(kind, offer, number, query) for offer, number in counted),
        is_code=kind.is_code,
    )


def _by(offer: Callable[[Leaf], Offer | None]) -> Callable[[Iterable[Leaf]], Counted]:
    return lambda leaves: Counter(filter(None, map(offer, leaves))).most_common()


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
            number=_since(now - timedelta(days=days), query, leaves),
        )
        for words, name, days in _TIMES
    ]
    number = "" if asked else str(len(leaves))
    return Facet("When", (*choices, Choice("Any time", _link(*rest), not asked, number)))


def _since(start: datetime, query: Query, leaves: tuple[Leaf, ...]) -> str:
    """How many are as new; nothing where the search leaves out some that are."""
    if any(isinstance(one, Since) and one.time > start for one in query.positives):
        return ""
    return str(sum(leaf.at.time >= start for leaf in leaves))


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


def _keys(leaves: tuple[Leaf, ...]) -> Counted:
    """The keys or fields with the names below them, whatever their positions in lists are."""
    named = spelling(leaf.at for leaf in leaves)
    spots: dict[_Spot, list[Leaf]] = {}
    for leaf in leaves:
        spots.setdefault((leaf.at.place, leaf.at.name, shape_of(leaf.at.path)), []).append(leaf)
    frequent = sorted(spots.items(), key=lambda spot: -len(spot[1]))[:_MOST]
    counted: dict[Offer, int] = {}
    for (_, name, shape), there in frequent:
        condition, number = _reaching(name, shape, len(there), leaves)
        at, is_whole = there[0].at, isinstance(condition, At) and len(condition.steps) > len(shape)
        counted[whole_name(at, shape) if is_whole else named.along(at, shape), condition] = number
    return sorted(counted.items(), key=lambda one: -one[1])


def _reaching(
    name: str, shape: PortPath, there: int, leaves: tuple[Leaf, ...]
) -> tuple[Condition, int]:
    """The shortest term that finds so many of the leaves, or about as many; and how many."""
    steps = tuple("*" if step is None else str(step) for step in shape)
    # Most keys are return_value: it says nothing beside the path.
    short = At(steps if steps and name == USUAL_KEY else (name, *steps))
    others = (At((name, *steps)),) if steps else (Named(Scope.KEY, name),)
    reached = (
        (one, sum(matches(Query((Term(one),)), leaf) for leaf in leaves))
        for one in dict.fromkeys((short, *others))
    )
    return min(reached, key=lambda one: abs(one[1] - there))


def _state(leaf: Leaf) -> Offer | None:
    if leaf.state is None:
        return None
    return text.state_look(leaf.state).word, Named(Scope.STATE, leaf.state)


def _is_named(*scopes: Scope) -> Callable[[Condition], bool]:
    return lambda one: isinstance(one, Named) and one.scope in scopes


_KINDS = (
    _Kind("Found in", _by(_place), lambda one: isinstance(one, In)),
    _Kind("Deployment", _by(_deployment), _is_named(Scope.DEPLOYMENT)),
    _Kind("DAG", _by(_dag), _is_named(Scope.DAG), is_code=True),
    _Kind("Key or field", _keys, lambda _: False, is_code=True),
    _Kind("State of the try", _by(_state), _is_named(Scope.STATE)),
)
