"""One value: where it came from and where it went, over tries, runs, DAGs and deployments."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.graph.addresses import label
from app.lineage.provenance.chain import chain_of
from app.lineage.provenance.occurrences import Tie
from app.model.leaves import LeafAddress
from app.model.masks import MASK
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.leaf_places import place_name
from app.web.parts import MOST_COUNTED, MOST_NUMBERED, Parts
from app.web.value_asked import Asked
from app.web.value_chain import Drawing, drawing
from app.web.value_places import TIES, RunGroup, Shown, run_groups
from app.web.value_reading import ValueFacts, read_value
from app.web.value_words import (
    Fact,
    common_words,
    facts_of,
    note_of,
    summary,
    task_name,
    whole_text,
)

router = APIRouter(include_in_schema=False)

# Runs of one page.
_RUNS = 50
# Characters of the value that the page shows, and that its button copies.
_MOST_SHOWN, _MOST_COPIED = 4_000, 100_000
_NAMES = {
    Shown.ALL: "Every place",
    Shown.TRAIL: "On its way",
    Shown.FLOWS: "Known by flows",
    Shown.EQUAL: "Same text only",
}


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class View:
    """What of the places is shown, and in which order."""

    shown: Shown = Shown.ALL
    order: Order = Order.NEWEST
    page: int = 1
    older: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the value's text; one that came from another task has the page it had there."""

    text: str
    href: str = ""
    evidence: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes the view."""

    name: str
    count: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """An open problem of the field in which the value stands."""

    title: str
    severity: str
    href: str


@dataclass(frozen=True, slots=True)
class ValuePage:
    chrome: Chrome
    deployment: str
    deployment_href: str
    dag_id: str
    dag_href: str
    run_id: str
    run_href: str
    task: str
    task_href: str
    its_state: str | None
    name: str
    stretches: tuple[Stretch, ...]
    cut: str  # How much of the value is not shown.
    copied: str
    facts: tuple[Fact, ...]
    is_masked: bool
    is_cut: bool  # Only its beginning is kept.
    problems: tuple[FieldProblem, ...]
    note: str  # What of it is followed, where that is not all.
    summary: tuple[Fact, ...]
    common: str  # Why equal text is not told, if so.
    drawing: Drawing | None
    choices: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    groups: tuple[RunGroup, ...]
    pages: str  # `runs 51 to 100 of 312`.
    newer_href: str
    older_href: str
    twin: str


@router.get(links.VALUE_ROUTE)
def value_page(  # noqa: PLR0913, PLR0917 - four choose what is shown
    parts: Parts,
    asked: Asked,
    show: Shown = Shown.ALL,
    order: Order = Order.NEWEST,
    page: Annotated[int, Query(ge=1, le=MOST_COUNTED)] = 1,
    older: Annotated[int | None, Query(ge=0, le=MOST_NUMBERED)] = None,
) -> Response:
    view = View(show, order, page, older)
    with parts.store.reading() as session:
        facts = read_value(session, asked, older=older)
        here = _link(facts.held.at, view)
        top = chrome(session, parts, tab="dags", here=here)
    return parts.renderer.page("value/page.html", build(facts, top, view, now=parts.now()))


def build(facts: ValueFacts, top: Chrome, view: View, *, now: datetime) -> ValuePage:
    """The page, pure."""
    held, found = facts.held, facts.found
    at = held.at
    run = at.instance.run
    shown = [one for one in found.occurrences if one.tie in TIES[view.shown]]
    groups = run_groups(shown, newest_first=view.order is Order.NEWEST)
    first = (view.page - 1) * _RUNS
    chain = chain_of(found)
    whole = whole_text(facts.value)
    return ValuePage(
        chrome=top,
        deployment=at.deployment,
        deployment_href=links.dags(deployment=at.deployment),
        dag_id=run.dag_id,
        dag_href=links.dag(deployment=at.deployment, dag_id=run.dag_id),
        run_id=run.run_id,
        run_href=links.run(deployment=at.deployment, run=run),
        task=task_name(at),
        task_href=links.task_instance(
            deployment=at.deployment, instance=at.instance, try_number=at.try_number or None
        ),
        its_state=held.state,
        name=place_name(at, at.path),
        stretches=_stretches(facts, whole),
        cut=_cut(whole, is_whole=not held.truncated),
        copied=whole[:_MOST_COPIED],
        facts=facts_of(facts, whole),
        is_masked=MASK in whole,
        is_cut=held.truncated,
        problems=tuple(
            FieldProblem(one.title, one.severity.value, links.problem(pk))
            for pk, one in facts.problems
        ),
        note=note_of(facts),
        summary=summary(facts, now),
        common=common_words(facts),
        drawing=drawing(chain, own=run) if chain.joints else None,
        choices=_choices(facts, view),
        orders=() if facts.older or view.older else _orders(at, view),
        groups=groups[first : first + _RUNS],
        pages=_pages(len(groups), first),
        newer_href=_link(at, replace(view, page=view.page - 1)) if view.page > 1 else "",
        older_href=_older(facts, view, len(groups)),
        twin=links.api_value(at, older=view.older),
    )


def _link(at: LeafAddress, view: View) -> str:
    """The page in that view; what is usual is left out of its address."""
    return links.value(
        at,
        show=None if view.shown is Shown.ALL else view.shown.value,
        order=None if view.order is Order.NEWEST else view.order.value,
        page=None if view.page == 1 else view.page,
        older=view.older,
    )


def _stretches(facts: ValueFacts, whole: str) -> tuple[Stretch, ...]:
    """The text with the pieces that came from other tasks, each with its own page."""
    found: list[Stretch] = []
    done, end = 0, min(len(whole), _MOST_SHOWN)
    for piece in facts.followed.pieces:
        first, last = piece.span
        if first < done or last > end:
            continue
        producer = piece.producer
        href = links.given_value(deployment=facts.held.at.deployment, producer=producer)
        title = f"from {producer.instance.task_id}: {label(producer.key, producer.path)}"
        found += [
            Stretch(whole[done:first]),
            Stretch(whole[first:last], href, piece.evidence.value, title),
        ]
        done = last
    found.append(Stretch(whole[done:end]))
    return tuple(one for one in found if one.text)


def _cut(whole: str, *, is_whole: bool) -> str:
    left = len(whole) - _MOST_SHOWN
    if left > 0:
        return f"{text.count(left, 'more character')}"
    return "" if is_whole else "cut here"


def _choices(facts: ValueFacts, view: View) -> tuple[Choice, ...]:
    number = Counter(one.tie for one in facts.found.occurrences)
    more = "+" if facts.older is not None else ""
    return tuple(
        Choice(
            name=_NAMES[shown],
            count=f"{text.thousands(sum(number[tie] for tie in ties))}{more}",
            href=_link(facts.held.at, replace(view, shown=shown, page=1)),
            is_chosen=shown is view.shown,
        )
        for shown, ties in TIES.items()
        if shown is not Shown.EQUAL or number[Tie.EQUAL]
    )


def _orders(at: LeafAddress, view: View) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            name=f"{order.value.capitalize()} first",
            count="",
            href=_link(at, replace(view, order=order, page=1)),
            is_chosen=order is view.order,
        )
        for order in Order
    )


def _pages(groups: int, first: int) -> str:
    if groups <= _RUNS:
        return ""
    last = min(first + _RUNS, groups)
    return f"runs {first + 1} to {last} of {text.thousands(groups)}"


def _older(facts: ValueFacts, view: View, groups: int) -> str:
    """Where it goes on: the next runs of what was read, and after them what is older."""
    if view.page * _RUNS < groups:
        return _link(facts.held.at, replace(view, page=view.page + 1))
    if facts.older is None:
        return ""
    return _link(facts.held.at, replace(view, page=1, older=facts.older))
