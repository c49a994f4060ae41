import re

import pytest
from starlette.testclient import TestClient

from app.web import links, text
from app.web.assets import STATIC, TEMPLATES
from app.web.tokens import Colour, colours, contrast, lengths
from tests.web.reading import words

TOKENS = {one.name: one for one in colours()}
GROUND = TOKENS["--surface"]


def test_the_page_shows_every_token_and_every_mark(client: TestClient) -> None:
    html = client.get(links.design()).text
    shown = words(html)
    for name in (*TOKENS, *(one.name for one in (*lengths("--s"), *lengths("--radius-")))):
        assert name in shown
    for state in text.STATES:
        assert text.state_look(state).word in shown
    assert f'fill="var({GROUND.name})"' in html


def test_tokens_are_read_from_the_sheet_that_every_page_uses() -> None:
    assert TOKENS["--accent"] == Colour("--accent", "#4450D9", "#929BFF")
    assert [one.px for one in lengths("--s")] == [4, 8, 12, 16, 24]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#FFFFFF", "#000000", 21), ("#777777", "#FFFFFF", 4.48), ("#4450D9", "#FFFFFF", 6.2)],
)
def test_contrast_is_what_wcag_reckons(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.05)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("name", ["ink", "ink2", "ink3", "accent", "bad", "good"])
def test_text_can_be_read_on_every_ground(name: str) -> None:
    colour = TOKENS[f"--{name}"]
    for ground in ("--bg", "--surface", "--sunken", "--canvas"):
        assert contrast(colour.light, TOKENS[ground].light) >= 4.5, ground
        assert contrast(colour.dark, TOKENS[ground].dark) >= 4.5, ground


@pytest.mark.parametrize("name", [name for name in TOKENS if name.startswith("--state-")])
def test_the_glyph_of_every_state_can_be_seen(name: str) -> None:
    assert contrast(TOKENS[name].light, GROUND.light) >= 3
    assert contrast(TOKENS[name].dark, GROUND.dark) >= 3


def test_the_browser_continues_the_colour_of_the_bar() -> None:
    base = (TEMPLATES / "base.html").read_text()
    named = re.findall(r'name="theme-color" .*content="(#\w+)"', base)
    assert named == [GROUND.light, GROUND.dark]
    for icon in re.findall(r"rel=\"(?:icon|apple-touch-icon)\" href=\"{{ static\('(.+?)'\)", base):
        assert (STATIC / icon).is_file()
