"""The design's parts side by side, from the files that draw every other page."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from app.model.findings import Evidence, Severity
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.parts import Parts
from app.web.run_bars import RunBar
from app.web.tokens import Colour, Length, colours, contrast, lengths

router = APIRouter(include_in_schema=False)

# What text has to reach on panels, and what glyphs have to (WCAG 1.4.3 and 1.4.11).
_TEXT, _GLYPH = 4.5, 3
_GROUND = "--surface"
# Pixels of the bars of a strip, lowest first.
_HEIGHTS = (6, 12, 17, 22)


@dataclass(frozen=True, slots=True)
class Shown:
    """A colour in one theme."""

    colour: str
    contrast: str
    serves: str  # What it may be on a panel: "text", "glyphs" or "grounds".


@dataclass(frozen=True, slots=True)
class Swatch:
    name: str
    light: Shown
    dark: Shown


@dataclass(frozen=True, slots=True)
class DesignPage:
    chrome: Chrome
    swatches: tuple[Swatch, ...]
    spaces: tuple[Length, ...]
    radii: tuple[Length, ...]
    states: tuple[str, ...]
    severities: tuple[Severity, ...]
    evidences: tuple[Evidence, ...]
    bars: tuple[RunBar, ...]


@router.get(links.design())
def design_page(parts: Parts) -> Response:
    with parts.store.reading() as session:
        page = build(chrome(session, parts, tab="status"))
    return parts.renderer.page("design/page.html", page)


def build(top: Chrome) -> DesignPage:
    return DesignPage(
        chrome=top,
        swatches=_swatches(colours()),
        spaces=lengths("--s"),
        radii=lengths("--radius-"),
        states=text.STATES,
        severities=tuple(Severity),
        evidences=tuple(Evidence),
        bars=tuple(
            RunBar(links.design(), state, text.state_look(state).css, height)
            for state, height in zip(text.STATES, _HEIGHTS, strict=False)
        ),
    )


def _swatches(found: tuple[Colour, ...]) -> tuple[Swatch, ...]:
    ground = next(one for one in found if one.name == _GROUND)
    return tuple(
        Swatch(one.name, _shown(one.light, ground.light), _shown(one.dark, ground.dark))
        for one in found
    )


def _shown(colour: str, ground: str) -> Shown:
    ratio = contrast(colour, ground)
    serves = "text" if ratio >= _TEXT else "glyphs" if ratio >= _GLYPH else "grounds"
    return Shown(colour, f"{ratio:.1f}", serves)
