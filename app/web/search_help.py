"""The language of searches in the program's own words, each example a link that searches."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from app.query.guide import GUIDE
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.marked import coded
from app.web.parts import Parts

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class PhraseLine:
    example: str
    href: str
    finds: tuple[text.Piece, ...]


@dataclass(frozen=True, slots=True)
class HelpChapter:
    title: str
    phrases: tuple[PhraseLine, ...]


@dataclass(frozen=True, slots=True)
class SearchHelpPage:
    chrome: Chrome
    chapters: tuple[HelpChapter, ...]


@router.get(links.search_help())
def search_help_page(parts: Parts) -> Response:
    with parts.store.reading() as session:
        page = build(chrome(session, parts, tab="search"))
    return parts.renderer.page("search_help/page.html", page)


def build(top: Chrome) -> SearchHelpPage:
    chapters = (
        HelpChapter(
            chapter.title,
            tuple(
                PhraseLine(one.example, links.search(q=one.example), coded(one.finds))
                for one in chapter.phrases
            ),
        )
        for chapter in GUIDE
    )
    return SearchHelpPage(top, tuple(chapters))
