import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from app.model.facts import RunFacts
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.session import Store
from app.web import links
from tests.build import (
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_producer,
    make_run,
    make_try,
    make_xcom,
)
from tests.graph import geo

TILES = "out:extract_tiles:return_value['tiles_uri']"
SCENES = "in:extract_tiles:env_vars.SCENES"
BROKEN = "bad:build_overviews:env_vars.PATH_IN:unknown_task:extarct_tiles"

# Where each edge begins and ends, and where the ports are that it names; px of the drawing.
_ENDS = """
() => [...document.querySelectorAll('[data-edge]')].map((edge) => {
  const line = edge;
  const middle = (port) => {
    const row = document.querySelector(`[data-port="${CSS.escape(port)}"]`);
    const card = row?.closest('[data-card]').transform.baseVal.consolidate().matrix;
    const mark = row?.querySelector('.port').getBBox();
    const moved = row?.querySelector('.port').transform.baseVal.consolidate()?.matrix;
    return row && [card.e + (moved?.e ?? 0) + mark.x + mark.width / 2,
                   card.f + (moved?.f ?? 0) + mark.y + mark.height / 2];
  };
  const point = (at) => { const p = line.getPointAtLength(at); return [p.x, p.y]; };
  return {
    css: edge.getAttribute('class'), source: edge.dataset.source, target: edge.dataset.target,
    begins: point(0), ends: point(line.getTotalLength()),
    from: middle(edge.dataset.source), to: middle(edge.dataset.target),
  };
})
"""


def small_facts(run: RunKey) -> RunFacts:
    """A run in which `extract` gave something and `load` ran after it."""
    return make_facts(
        make_run(run, state="running"),
        tries=(make_try("extract", run=run), make_try("load", run=run, rendered={"arguments": []})),
        xcoms=(make_xcom("extract", {"key1": "alpha"}, run=run),),
    )


def open_graph(page: Page, address: str, port: str = "") -> None:
    page.goto(f"{address}?tab=graph" + (f"&port={port}" if port else ""))


def test_the_good_keys_edge_is_drawn_into_its_env_var(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    edges = page.evaluate(_ENDS)
    (edge,) = [one for one in edges if one["target"] == SCENES]
    assert edge["source"] == "out:list_scenes:return_value['scenes_uri']"
    assert edge["ends"] == pytest.approx(edge["to"], abs=0.6)


def test_every_edge_ends_at_the_middle_of_its_port(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    edges = [one for one in page.evaluate(_ENDS) if one["source"]]
    assert len(edges) == 15
    for edge in edges:
        assert edge["ends"] == pytest.approx(edge["to"], abs=0.6)
        # A should-have-been edge leaves 4 px above the port, to have a lane of its own.
        above = 4 if "meant" in edge["css"] else 0
        assert edge["begins"][1] == pytest.approx(edge["from"][1] - above, abs=0.6)


@pytest.mark.parametrize("port", [TILES, SCENES])
def test_the_words_of_the_selected_row_stand_out_from_its_ground(
    page: Page, run_address: str, port: str
) -> None:
    open_graph(page, run_address)
    row = page.locator(f'[data-port="{port}"]')
    row.click()
    expect(row).to_have_class(re.compile("selected"))
    for part in (".name", ".value"):
        expect(row.locator(part)).to_have_css("fill", "rgb(255, 255, 255)")
    expect(row.locator(".ground")).to_have_css("fill", "rgb(68, 80, 217)")


def test_the_mistyped_pull_is_a_red_ghost_with_its_correction(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    ghost = page.locator(".row.broken")
    expect(ghost).to_contain_text("env_vars.PATH_IN")
    expect(ghost).to_contain_text("reads extarct_tiles")
    expect(ghost).to_contain_text("did you mean extract_tiles?")
    assert (
        ghost.locator(".name").evaluate("one => getComputedStyle(one).fill") == "rgb(197, 34, 43)"
    )
    expect(page.locator(".edge.meant")).to_have_count(1)


def test_a_click_lights_the_trace_and_tells_about_the_value(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    page.locator(f'[data-port="{TILES}"]').click()
    expect(page.locator(".edge.flow.lit")).to_have_count(3)
    expect(page.locator(".edge.second")).to_have_count(5)
    expect(page.locator("#run-panel")).to_contain_text(geo.TILES_URI)
    expect(page.locator("#run-panel")).to_contain_text("Should have gone to")
    assert "port=out" in page.url


def test_what_one_sees_is_in_the_url(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    page.locator(f'[data-port="{TILES}"]').click()
    page.reload()
    expect(page.locator(f'.row.selected[data-port="{TILES}"]')).to_have_count(1)
    page.go_back()
    expect(page.locator(".is-tracing")).to_have_count(0)
    expect(page.locator("#run-panel")).to_contain_text("1 broken")


def test_hovering_shows_a_trace_and_leaving_brings_the_chosen_one_back(
    page: Page, run_address: str
) -> None:
    open_graph(page, run_address, TILES)
    page.locator('[data-port="in:fetch_dem:env_vars.AOI"]').hover()
    expect(page.locator(".edge.lit")).to_have_count(1)
    page.locator(".run-panel").hover()
    expect(page.locator(f'.row.selected[data-port="{TILES}"]')).to_have_count(1)


def test_the_keyboard_lights_and_opens_a_trace_and_escape_ends_it(
    page: Page, run_address: str
) -> None:
    open_graph(page, run_address)
    port = page.locator(f'[data-port="{TILES}"]')
    port.focus()
    expect(page.locator(".edge.flow.lit")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator("#run-panel h2")).to_contain_text("tiles_uri")
    page.keyboard.press("Escape")
    expect(page.locator("#run-panel")).to_contain_text("1 broken")
    assert "port" not in page.url


def test_a_trace_that_was_ended_is_lit_again_by_pointing_at_it(
    page: Page, run_address: str
) -> None:
    open_graph(page, run_address)
    port = page.locator(f'[data-port="{TILES}"]')
    port.click()
    page.keyboard.press("Escape")
    expect(page.locator(".is-tracing")).to_have_count(0)
    page.locator(".run-panel").hover()
    port.hover()
    expect(page.locator(".edge.flow.lit")).to_have_count(3)


def test_what_comes_under_a_resting_pointer_lights_up_when_that_moves(
    page: Page, run_address: str
) -> None:
    page.set_viewport_size({"width": 1100, "height": 900})
    open_graph(page, run_address)
    box = page.locator(f'[data-port="{TILES}"]').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] - 20, box["y"] + 10)
    page.locator("[data-scene]").evaluate("one => one.scrollBy(40, 0)")
    expect(page.locator(f'[data-port="{TILES}"]:hover')).to_be_attached()
    expect(page.locator(".is-tracing")).to_have_count(0)
    page.mouse.move(box["x"] - 19, box["y"] + 10)
    expect(page.locator(f'[data-port="{TILES}"].selected')).to_be_attached()


def test_dragging_moves_the_graph_and_opens_nothing(page: Page, run_address: str) -> None:
    page.set_viewport_size({"width": 1100, "height": 640})
    open_graph(page, run_address)
    scene = page.locator("[data-scene]")
    before = scene.evaluate("one => [one.scrollLeft, one.scrollTop]")
    box = page.locator(f'[data-port="{BROKEN}"]').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] - 20, steps=4)
    page.mouse.up()
    after = scene.evaluate("one => [one.scrollLeft, one.scrollTop]")
    assert after == [before[0] + 40, before[1] + 30]
    assert "port" not in page.url
    assert page.evaluate("getSelection().toString()") == ""


def test_what_is_pressed_has_the_focus(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    port = page.locator(f'[data-port="{TILES}"]')
    port.hover()
    page.mouse.down()
    expect(port).to_be_focused()
    page.mouse.up()
    page.mouse.click(*ground(page))
    expect(page.locator("[data-scene]")).to_be_focused()


def ground(page: Page) -> tuple[float, float]:
    """Where the scene shows nothing: its lower left corner, right of the scale."""
    box = page.locator("[data-scene]").bounding_box()
    assert box is not None
    return box["x"] + 3, box["y"] + box["height"] / 2


def test_zooming_keeps_the_point_under_the_pointer(page: Page, run_address: str) -> None:
    page.set_viewport_size({"width": 1100, "height": 720})
    open_graph(page, run_address)
    port = page.locator(f'[data-port="{TILES}"] .port')
    before = port.bounding_box()
    assert before is not None
    page.mouse.move(before["x"], before["y"])
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    expect(page.locator("[data-zoom-text]")).not_to_have_text("100 %")
    after = port.bounding_box()
    assert after is not None
    assert after["x"] == pytest.approx(before["x"], abs=3)
    assert after["y"] == pytest.approx(before["y"], abs=3)


def test_a_graph_that_was_scaled_while_one_zoomed_is_laid_out_in_the_same_place(
    page: Page, run_address: str
) -> None:
    page.set_viewport_size({"width": 1100, "height": 720})
    open_graph(page, run_address)
    drawing, port = page.locator(".drawing"), page.locator(f'[data-port="{TILES}"] .port')
    before = port.bounding_box()
    assert before is not None
    page.mouse.move(before["x"], before["y"])
    page.keyboard.down("Control")
    for _ in range(2):
        page.mouse.wheel(0, 60)
    page.keyboard.up("Control")
    scaled = port.bounding_box()
    assert scaled is not None
    expect(drawing).not_to_have_class("drawing is-gliding")
    assert drawing.evaluate("one => getComputedStyle(one).transform") == "none"
    zoom = page.locator("[data-graph]").evaluate(
        "one => one.width.baseVal.value / one.dataset.width"
    )
    assert 0.6 < zoom < 0.8
    after = port.bounding_box()
    assert after is not None
    assert (after["x"], after["y"]) == pytest.approx((scaled["x"], scaled["y"]), abs=2)


def test_fitting_shows_the_whole_graph(page: Page, run_address: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 640})
    open_graph(page, run_address)
    page.get_by_label("Fit the graph").click()
    scene = page.locator("[data-scene]")
    assert scene.evaluate("one => one.scrollWidth <= one.clientWidth + 1")


def test_only_what_is_broken_can_be_shown(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    page.get_by_role("button", name="Broken").click()
    expect(page.locator(".edge.meant")).to_be_visible()
    expect(page.locator(".edge.dependency").first).to_be_hidden()


def test_a_change_of_the_mirror_is_drawn_and_nothing_one_looks_at_moves(
    page: Page, store: Store
) -> None:
    run = RunKey("changing", "manual__1")
    first = make_flow(make_producer(run=run), make_consumer(run=run))
    second = make_flow(make_producer(path=("key2",), run=run), make_consumer("more", run=run))
    facts = small_facts(run)
    keep(store, facts, Analysis(flows=(first,)))
    page.set_viewport_size({"width": 700, "height": 500})
    open_graph(page, links.run(deployment="default", run=run), "in:load:arguments[0]")
    page.get_by_label("Zoom in").click()
    scene = page.locator("[data-scene]")
    scene.evaluate("one => one.scrollTo(40, 30)")
    at = scene.evaluate("one => [one.scrollLeft, one.scrollTop]")
    page.wait_for_timeout(1500)  # The hub has noticed that somebody listens.

    keep(store, facts, Analysis(flows=(first, second)))

    expect(page.locator('[data-port="in:more:arguments[0]"]')).to_have_count(1, timeout=8000)
    expect(page.locator('.row.selected[data-port="in:load:arguments[0]"]')).to_have_count(1)
    expect(page.locator("[data-zoom-text]")).to_have_text("125 %")
    assert scene.evaluate("one => [one.scrollLeft, one.scrollTop]") == at


def test_everything_works_without_javascript(
    browser: Browser, address: str, run_address: str
) -> None:
    context = browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto(run_address)
    expect(page.locator(".row.broken")).to_contain_text("did you mean extract_tiles?")
    page.locator(f'[data-port="{TILES}"]').click()
    expect(page.locator(".edge.flow.lit")).to_have_count(3)
    expect(page.locator("#run-panel")).to_contain_text("Went to")
    page.get_by_role("link", name="Flow table").click()
    expect(page.locator(".block").first).to_contain_text("build_overviews")
    context.close()


def test_a_phone_shows_the_flow_table_first_and_never_scrolls_sideways(
    page: Page, run_address: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(run_address)
    expect(page.locator(".stage")).to_be_hidden()
    expect(page.locator(".block").first).to_contain_text("did you mean extract_tiles?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("scheme", "ground"), [("light", 247), ("dark", 17)])
def test_the_page_is_light_or_dark_as_the_reader_likes(
    page: Page, run_address: str, scheme: Literal["light", "dark"], ground: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    open_graph(page, run_address, TILES)
    colour = page.locator(".stage").evaluate("one => getComputedStyle(one).backgroundColor")
    assert abs(int(colour.split(",")[1]) - ground) <= 4


def test_a_port_leads_to_its_page_where_htmx_did_not_load(
    browser: Browser, address: str, run_address: str
) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.route("**/htmx.min.js", lambda route: route.abort())
    open_graph(page, run_address)
    page.locator(f'[data-port="{TILES}"]').click()
    expect(page.locator("#run-panel h2")).to_contain_text("tiles_uri")
    context.close()


def test_a_run_without_findings_says_so(page: Page, store: Store) -> None:
    run = RunKey("quiet", "manual__1")
    keep(store, small_facts(run), Analysis())
    open_graph(page, links.run(deployment="default", run=run))
    expect(page.locator("#run-panel")).to_contain_text("Nothing is broken")
    expect(page.locator(".edge.dependency").first).to_be_attached()


def test_what_a_pod_wrote_is_text_and_never_runs(page: Page, store: Store) -> None:
    run, evil = RunKey("hostile", "a/b c+d:e"), "<img src=x onerror=document.title='run'>"
    flow = make_flow(
        make_producer(path=(evil, 'it\'s "quoted"'), run=run),
        make_consumer(field=f"env_vars.{evil}", run=run),
        value=evil,
    )
    keep(store, small_facts(run), Analysis(flows=(flow,)))
    for tab in ("graph", "table", "problems", "source"):
        page.goto(links.run(deployment="default", run=run, tab=tab))
        expect(page.locator("img")).to_have_count(0)
    open_graph(page, links.run(deployment="default", run=run))
    page.locator("a.row.output").click()
    expect(page.locator(".row.selected")).to_have_count(1)
    expect(page.locator("#run-panel h2")).to_contain_text("onerror")
    expect(page.locator("#run-panel img")).to_have_count(0)
    assert "hostile" in page.title()
