"""Searching every scalar that tasks gave and got; the address of the page is the search."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.model.errors import NotUnderstood
from app.model.leaves import Found
from app.query.parsing import parse
from app.query.terms import Query as Search
from app.query.terms import Scope
from app.store.pages.names import read_names
from app.store.pages.search import Surroundings, read_surroundings, read_unsearchable
from app.store.search.finding import search
from app.store.session import ReadSession
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.dag_rows import Choice
from app.web.marked import coded
from app.web.parts import MOST_NUMBERED, Parts
from app.web.problem_facets import Facet
from app.web.search_advice import Advice, examples
from app.web.search_facets import facets, narrowing
from app.web.search_mending import Mending, meant_instead, mending
from app.web.search_results import ResultRow, result_rows
from app.web.suggesting import named_so

router = APIRouter(include_in_schema=False)

# Values of one page, and of one that has grown: more are a page of their own.
_MOST, _MOST_SHOWN = 50, 500
# What waits for the index is counted no further.
_MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a search is not understood, and the character that it is about."""

    message: str
    before: str
    wrong: str
    after: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    chrome: Chrome
    typed: str
    is_asked: bool
    trouble: Trouble | None
    summary: str
    counted: str  # Of the values shown, which mapped instances may have made fewer rows.
    facets: tuple[Facet, ...]
    narrowing: tuple[Choice, ...]
    named: tuple[Choice, ...]  # What is called so, as no value may be.
    rows: tuple[ResultRow, ...]
    older: str  # Where the next ones are; empty: these are all.
    grown: str  # Where these are with the next ones; empty: they are too many.
    newest: str  # Where the first ones are; empty: here.
    ran_out: bool
    notes: tuple[tuple[text.Piece, ...], ...]  # What is likely wrong where nothing was found.
    advice: tuple[Advice, ...]  # Searches to go on with; examples before one.
    unsearchable: str  # What is stored and not in the index yet.
    twin: str


@dataclass(frozen=True, slots=True)
class Asked:
    typed: str
    query: Search
    older: int | None = None  # The number to go on below.
    most: int = _MOST

    @property
    def is_something(self) -> bool:
        return bool(self.query.terms)


@dataclass(frozen=True, slots=True)
class SearchFacts:
    asked: Asked
    found: Found
    around: Surroundings
    has_deployments: bool  # More than one.
    unsearchable: int
    named: tuple[Choice, ...]
    mending: Mending  # Where nothing was found, and nothing else is left to look at.
    seconds: float


@router.get(links.search())
def search_page(
    parts: Parts,
    q: str = "",
    older: Annotated[int | None, Query(ge=0, le=MOST_NUMBERED)] = None,
    shown: Annotated[int, Query(ge=1, le=_MOST_SHOWN)] = _MOST,
) -> Response:
    now = parts.now()
    with parts.store.reading() as session:
        top = chrome(session, parts, tab="search")
        try:
            facts = _facts(session, Asked(q, parse(q, now=now), older, shown), now)
        except NotUnderstood as trouble:
            page = not_understood(q, trouble, top, now=now)
            return parts.renderer.page("search/page.html", page, status=422)
    return parts.renderer.page("search/page.html", build(facts, top, now=now))


def _facts(session: ReadSession, asked: Asked, now: datetime) -> SearchFacts:
    began = perf_counter()
    found = search(session, asked.query, older=asked.older, most=asked.most)
    seconds = perf_counter() - began
    is_mended = asked.is_something and asked.older is None and not found.leaves
    return SearchFacts(
        asked=asked,
        found=found,
        around=read_surroundings(session, found.leaves if asked.is_something else ()),
        has_deployments=len(read_names(session, Scope.DEPLOYMENT, "", most=2)) > 1,
        unsearchable=0 if found.leaves else read_unsearchable(session, most=_MOST_COUNTED),
        named=named_so(session, asked.query) if asked.older is None else (),
        mending=mending(session, asked.typed, now=now)
        if is_mended and not found.ran_out
        else Mending((), ()),
        seconds=seconds,
    )


def build(facts: SearchFacts, top: Chrome, *, now: datetime) -> SearchPage:
    asked, query = facts.asked, facts.asked.query
    leaves = facts.found.leaves if asked.is_something else ()
    return SearchPage(
        chrome=top,
        typed=asked.typed,
        is_asked=asked.is_something,
        trouble=None,
        summary=_summary(facts) if leaves else "",
        counted=text.count(len(leaves), "value"),
        facets=facets(query, leaves, now) if leaves else (),
        narrowing=narrowing(query, leaves),
        named=facts.named,
        rows=result_rows(
            leaves, facts.around, query, now=now, names_deployment=facts.has_deployments
        ),
        older=_older(facts) if asked.is_something else "",
        grown=_grown(facts) if asked.is_something else "",
        newest=links.search(q=asked.typed) if asked.older is not None else "",
        ran_out=facts.found.ran_out and asked.is_something,
        notes=tuple(map(coded, facts.mending.notes)),
        advice=facts.mending.advice if asked.is_something else examples(facts.found.leaves),
        unsearchable=_unsearchable(facts.unsearchable),
        twin=links.api_search(q=asked.typed, older=asked.older),
    )


def not_understood(typed: str, trouble: NotUnderstood, top: Chrome, *, now: datetime) -> SearchPage:
    """The page with what is wrong, and the search to go on with."""
    at = trouble.position
    return SearchPage(
        chrome=top,
        typed=typed,
        is_asked=True,
        trouble=Trouble(str(trouble), typed[:at], typed[at : at + 1], typed[at + 1 :]),
        summary="",
        counted="",
        facets=(),
        narrowing=(),
        named=(),
        rows=(),
        older="",
        grown="",
        newest="",
        ran_out=False,
        notes=(),
        advice=meant_instead(typed, now=now),
        unsearchable="",
        twin=links.api_search(q=typed),
    )


def _summary(facts: SearchFacts) -> str:
    found = facts.found
    number = len(found.leaves)
    many = "+" if found.older is not None else ""
    older = "older " if facts.asked.older is not None else ""
    what = "value" if number == 1 and not many else "values"
    runs = len({(leaf.at.deployment, leaf.at.instance.run) for leaf in found.leaves})
    took = f"{max(round(facts.seconds * 1000), 1)} ms"
    return f"{number}{many} {older}{what} in {text.count(runs, 'run')}, {took}"


def _older(facts: SearchFacts) -> str:
    older = facts.found.older
    return "" if older is None else links.search(q=facts.asked.typed, older=older)


def _grown(facts: SearchFacts) -> str:
    asked, found = facts.asked, facts.found
    more = asked.most + _MOST
    # A search that ran out of time would do so again: the next ones are reached from there alone.
    if found.older is None or found.ran_out or more > _MOST_SHOWN:
        return ""
    return links.search(q=asked.typed, older=asked.older, shown=more)


def _unsearchable(number: int) -> str:
    if not number:
        return ""
    more = "or more " if number >= _MOST_COUNTED else ""
    many = text.count(number, "stored XCom or try", "stored XComs and tries")
    return f"{many} {more}cannot be searched yet: each pass of the mirror takes up some of them."
