"""Every kind of problem in the program's own words, with its example; works offline."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from app.lineage.explain.catalogue import CATALOGUE, Section
from app.lineage.explain.entries.entry import Entry
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.marked import changed, coded
from app.web.parts import Parts

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class KindCard:
    kind: str
    name: str
    brief: tuple[text.Piece, ...]
    means: tuple[text.Piece, ...]
    silent: tuple[text.Piece, ...]
    known_by: tuple[tuple[text.Piece, ...], ...]
    mend: tuple[tuple[text.Piece, ...], ...]
    before: tuple[text.Piece, ...]
    after: tuple[text.Piece, ...]
    airflow_says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindSection:
    title: str
    side: str
    cards: tuple[KindCard, ...]


@dataclass(frozen=True, slots=True)
class ProblemKindsPage:
    chrome: Chrome
    sections: tuple[KindSection, ...]
    summary: str


@router.get(links.problem_kinds())
def problem_kinds_page(parts: Parts) -> Response:
    with parts.store.reading() as session:
        top = chrome(session, parts, tab="problems")
    return parts.renderer.page("problem_kinds/page.html", build(CATALOGUE, top))


def build(catalogue: tuple[Section, ...], top: Chrome) -> ProblemKindsPage:
    sections = tuple(_section(section) for section in catalogue)
    number = sum(len(section.cards) for section in sections)
    return ProblemKindsPage(top, sections, text.count(number, "kind"))


def _section(section: Section) -> KindSection:
    cards = tuple(_card(entry) for entry in section.entries)
    return KindSection(section.title, section.side.value, cards)


def _card(entry: Entry) -> KindCard:
    before, after = changed(entry.example.wrong, entry.example.right)
    return KindCard(
        kind=entry.kind.value,
        name=entry.name,
        brief=coded(entry.brief),
        means=coded(entry.means),
        silent=coded(entry.silent),
        known_by=tuple(map(coded, entry.known_by)),
        mend=tuple(map(coded, entry.mend)),
        before=before,
        after=after,
        airflow_says=entry.airflow_says,
    )
