"""Searches to go on with: examples that find something, and wider ones where nothing was; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from app.model.leaves import Leaf
from app.query.paths import written_path
from app.query.scalars import within
from app.query.terms import (
    At,
    Begins,
    Compared,
    Condition,
    Contains,
    In,
    Is,
    Named,
    Query,
    Scope,
    Sign,
    Since,
    Term,
    Within,
)  # fmt: skip
from app.query.writing import written
from app.web import links

# Wider searches offered at once, and characters of an example's text.
MOST = 5
_LONGEST, _SHORTEST = 40, 4
_WORD = re.compile(r"[\w.\-]+")
_CALLED = {Scope.KEY: "keys", Scope.TASK: "tasks", Scope.DAG: "DAGs"}
# Names in which more is left open by stars; states and deployments are few and known.
_NAMES = frozenset({Scope.DAG, Scope.RUN, Scope.TASK, Scope.KEY})


@dataclass(frozen=True, slots=True)
class Advice:
    words: str  # The search.
    href: str
    says: str


def examples(leaves: tuple[Leaf, ...]) -> tuple[Advice, ...]:
    """One search of each sort that finds something among these leaves."""
    # A part of a path or address is what people look for most.
    telling = sorted(leaves, key=lambda leaf: "/" not in leaf.text)
    made = (make(leaf) for make in _EXAMPLES for leaf in telling)
    first: dict[str, Advice] = {}
    for one in filter(None, made):
        first.setdefault(one.says, one)
    return tuple(first.values())


def wider(query: Query) -> tuple[Advice, ...]:
    """Searches that find more than this one does."""
    return tuple(islice(_wider(query), MOST))


def _advice(says: str, *terms: Term) -> Advice:
    typed = written(Query(terms))
    return Advice(typed, links.search(q=typed), says)


def _wider(query: Query) -> Iterator[Advice]:
    for at, term in enumerate(query.terms):
        before, after = query.terms[:at], query.terms[at + 1 :]
        for says, other in _others(term):
            yield _advice(says, *before, other, *after)
    opened_all = tuple(map(_opened_term, query.terms))
    if sum(one != term for one, term in zip(opened_all, query.terms, strict=True)) > 1:
        yield _advice("each anywhere in it", *opened_all)
    for at, term in enumerate(query.terms if len(query.terms) > 1 else ()):
        without = (*query.terms[:at], *query.terms[at + 1 :])
        says = "at any time" if isinstance(term.condition, Since) else "one term less"
        yield _advice(says, *without)
    yield from _as_name(query)


def _as_name(query: Query) -> Iterator[Advice]:
    """The word alone may be what somebody called a key, a task or a DAG."""
    match query.terms:
        case (Term(condition=Contains(text), is_negated=False),) if _WORD.fullmatch(text):
            for scope in (Scope.KEY, Scope.TASK, Scope.DAG):
                yield _advice(f"{_CALLED[scope]} called so", Term(Named(scope, f"*{text}*")))


def _others(term: Term) -> Iterator[tuple[str, Term]]:
    """What may stand in its place; `v=a31` is a part of many an address."""
    opened = _opened_term(term)
    if opened != term:
        yield "anywhere in it", opened
    match term:
        case Term(Compared(steps, Sign.EQUAL, str(value)), is_negated=False):
            yield "as a text, not compared", Term(Contains(f"{written_path(steps)}={value}"))


def _opened_term(term: Term) -> Term:
    opened = None if term.is_negated else _opened(term.condition)
    return replace(term, condition=opened) if opened else term


def _opened(condition: Condition) -> Condition | None:
    match condition:
        case Is(text) | Begins(text) if text:
            return Contains(text)
        case Named(scope, pattern) if scope in _NAMES and "*" not in pattern:
            return Named(scope, f"*{pattern}*")
        case At(steps) if "**" not in steps:
            return At(("**", *steps, "**"))
    return None


def _by_text(leaf: Leaf) -> Advice | None:
    words = leaf.text.replace("/", " ").split() if isinstance(leaf.value, str) else []
    telling = max(words, key=len, default="")
    if not _SHORTEST <= len(telling) <= _LONGEST:
        return None
    return _advice("values in which this stands", Term(Contains(telling)))


def _by_path(leaf: Leaf) -> Advice | None:
    steps = tuple("*" if isinstance(step, int) else step for step in leaf.at.path)
    if not steps:
        return None
    return _advice("every value at this place", Term(At(steps)))


def _by_number(leaf: Leaf) -> Advice | None:
    last = leaf.at.path[-1] if leaf.at.path else leaf.at.name
    number = leaf.value
    if isinstance(number, bool) or not isinstance(number, int | float) or isinstance(last, int):
        return None
    return _advice(
        "numbers from this on, under that name",
        Term(Compared((last,), Sign.AT_LEAST, float(number))),
    )


def _by_task(leaf: Leaf) -> Advice | None:
    at = leaf.at.instance
    return _advice(
        "all that a task gave",
        Term(Named(Scope.DAG, at.dag_id)),
        Term(Named(Scope.TASK, at.task_id)),
        Term(In(Within.XCOM)),
    )


def _by_environment(leaf: Leaf) -> Advice | None:
    if within(leaf.at.place, leaf.at.name) is not Within.ENV:
        return None
    name = Term(Named(Scope.DAG, leaf.at.instance.dag_id))
    return _advice("the environment variables of a DAG's pods", name, Term(In(Within.ENV)))


def _by_state(leaf: Leaf) -> Advice | None:
    if leaf.state != "failed":
        return None
    return _advice("what failed tries gave and got", Term(Named(Scope.STATE, "failed")))


_EXAMPLES = (_by_text, _by_path, _by_number, _by_task, _by_environment, _by_state)
