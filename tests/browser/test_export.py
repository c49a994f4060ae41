"""The graph as a file: an SVG that needs nothing of this page, and a PNG of it."""

import re
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Page, expect

from app.graph.build import build
from tests.browser.test_run_page import SCENES, TILES, open_graph
from tests.browser.test_view import anywhere, ask
from tests.graph import geo

__all__ = ["anywhere"]

_SVG = "{http://www.w3.org/2000/svg}"


def exported(page: Page, kind: str, folder: Path) -> Path:
    page.locator("[data-export] summary").click()
    with page.expect_download() as started:
        page.locator(f'[data-export-as="{kind}"]').click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    return file


def size_of(page: Page) -> tuple[float, float]:
    data: dict[str, str] = page.locator("[data-graph]").evaluate("one => ({...one.dataset})")
    return float(data["width"]), float(data["height"])


def test_a_file_is_named_for_the_run(anywhere: Page) -> None:
    name = ask(anywhere, "export_rules.js", "fileName", "geo", 'a/b c:"d"', "svg")
    assert name == "geo-a_b_c__d_.svg"


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1000, 500, 2), (16_000, 500, 1), (64_000, 100, 0.25)]
)
def test_a_picture_is_sharp_and_no_longer_than_browsers_draw(
    anywhere: Page, width: int, height: int, scale: float
) -> None:
    drawing = {"width": width, "height": height}
    assert ask(anywhere, "export_rules.js", "pixelScale", drawing) == scale


def test_a_picture_takes_no_more_memory_than_browsers_give(anywhere: Page) -> None:
    scale = ask(anywhere, "export_rules.js", "pixelScale", {"width": 15_000, "height": 15_000})
    assert (15_000 * scale) ** 2 == pytest.approx(120e6)


@pytest.mark.parametrize(
    ("computed", "colour", "opacity"),
    [
        ("rgb(197, 34, 43)", "#c5222b", 1),
        ("rgba(0, 0, 0, 0)", "#000000", 0),
        ("color(srgb 0.5 0.25 1 / 0.5)", "#8040ff", 0.5),
        ("none", "none", 1),
    ],
)
def test_colours_are_written_as_every_viewer_reads_them(
    anywhere: Page, computed: str, colour: str, opacity: float
) -> None:
    found: dict[str, Any] = ask(anywhere, "export_rules.js", "plainColour", computed)
    assert found == {"colour": colour, "opacity": opacity}


def test_the_svg_shows_all_and_needs_nothing_of_this_page(
    page: Page, run_address: str, tmp_path: Path
) -> None:
    open_graph(page, run_address, TILES)
    page.get_by_label("Zoom out").click()
    page.get_by_label("Zoom out").click()
    file = exported(page, "svg", tmp_path)
    assert file.name == "geo_tiles_daily-scheduled__2026-11-20T06_00_00+00_00.svg"
    text = file.read_text()
    root = ET.fromstring(text)  # noqa: S314 - our own file
    assert root.tag == f"{_SVG}svg"
    assert (float(root.attrib["width"]), float(root.attrib["height"])) == size_of(page)
    assert root.findtext(f"{_SVG}title") == f"{geo.GEO.dag_id} · {geo.GEO.run_id}"
    words = {one.text for one in root.iter(f"{_SVG}text")}
    assert words >= {card.task_id for card in build(geo.material()).cards}
    assert words >= {"…/z14/grid.json", "env_vars.PATH_IN"}  # Rows are there at any zoom.
    assert geo.TILES_URI in text
    for foreign in ("var(", "light-dark(", "color-mix(", "<a ", "data-port", "Only what is"):
        assert foreign not in text
    style = root.findtext(f"{_SVG}style") or ""
    assert re.findall(r"url\((?!data:)", style) == []
    assert style.count("url(data:font/woff2;base64,") == 2
    ids = {f"#{one.attrib['id']}" for one in root.iter() if "id" in one.attrib}
    assert {one.attrib["href"] for one in root.iter() if "href" in one.attrib} <= ids
    assert page.locator("[data-graph]").get_attribute("data-detail") == "rows"


def test_the_svg_has_the_trace_and_the_colours_of_the_reader(
    page: Page, run_address: str, tmp_path: Path
) -> None:
    page.emulate_media(color_scheme="dark")
    open_graph(page, run_address, SCENES)
    style = exported(page, "svg", tmp_path).read_text()
    assert 'fill="#0f1317"' in style
    assert "stroke:#929bff;stroke-width:2.25px" in style
    assert "opacity:0.46" in style


def test_a_picture_taken_while_finding_has_no_marks_of_it(
    page: Page, run_address: str, tmp_path: Path
) -> None:
    open_graph(page, run_address)
    page.locator("[data-find]").fill("geo-prod/TILES")
    expect(page.locator(".found-now .ground")).to_have_css("fill", "rgb(255, 233, 168)")
    assert "#ffe9a8" not in exported(page, "svg", tmp_path).read_text()
    expect(page.locator(".found")).to_have_count(4)
    expect(page.locator(".found-now .ground")).to_have_css("fill", "rgb(255, 233, 168)")


def test_the_png_is_twice_as_large_as_the_drawing_and_not_empty(
    page: Page, run_address: str, tmp_path: Path
) -> None:
    open_graph(page, run_address)
    file = exported(page, "png", tmp_path)
    assert file.suffix == ".png"
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = size_of(page)
    assert struct.unpack(">II", data[16:24]) == (int(width * 2), int(height * 2))
    assert len(data) > 100_000


def test_the_menu_closes_by_escape_and_by_a_click_beside_it(page: Page, run_address: str) -> None:
    open_graph(page, run_address, TILES)
    menu, button = page.locator(".export-menu"), page.locator("[data-export] summary")
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    assert "port=out" in page.url
    button.click()
    page.locator("[data-find]").click()
    expect(menu).to_be_hidden()


def test_a_picture_that_cannot_be_drawn_is_said(page: Page, run_address: str) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.toBlob = (done) => done(null)")
    open_graph(page, run_address)
    page.locator("[data-export] summary").click()
    page.locator('[data-export-as="png"]').click()
    expect(page.locator("[data-export-said]")).to_contain_text("The SVG has no such limit")
