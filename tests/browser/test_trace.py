"""The browser's own trace: the one of the server for the chosen row, worked out for any row."""

import re
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.graph.build import build
from app.graph.fold import fold
from app.graph.fold_ways import row_ways
from app.graph.parts import Graph
from app.graph.trace import trace
from tests.browser.test_run_page import open_graph
from tests.browser.test_view import anywhere, ask
from tests.graph import geo, grouped

__all__ = ["anywhere"]  # The fixture that `ask` needs.

TILES = "out:extract_tiles:return_value['tiles_uri']"
BROKEN = "bad:build_overviews:env_vars.PATH_IN:unknown_task:extarct_tiles"


def flow(source: str, target: str, kind: str = "flow") -> dict[str, str]:
    return {
        "id": source + target,
        "kind": kind,
        "source": f"out:{source}",
        "target": f"in:{target}",
        "sourceCard": source,
        "targetCard": target,
    }


CHAIN = [flow(*pair) for pair in ("ab", "bc", "cd", "de", "ef")]


@pytest.mark.parametrize(
    ("row", "lit", "second", "far"),
    [
        ("out:c", ["cd"], ["bc", "de"], ["ab", "ef"]),
        ("in:b", ["ab"], ["bc"], ["cd", "de", "ef"]),
        ("out:gone", [], [], []),
        ("", [], [], []),
    ],
)
def test_a_trace_goes_on_to_both_ends_of_the_graph(
    anywhere: Page, row: str, lit: list[str], second: list[str], far: list[str]
) -> None:
    expected = {"lit": lit, "second": second, "far": far}
    assert ask(anywhere, "trace.js", "traceOf", [*CHAIN, flow("b", "x", "dependency")], row) == (
        expected
    )


def test_siblings_are_not_on_a_trace(anywhere: Page) -> None:
    found = ask(anywhere, "trace.js", "traceOf", [*CHAIN, flow("b", "x")], "out:c")
    assert "bx" not in [*found["second"], *found["far"]]


def test_what_only_should_have_got_the_value_gave_nothing_because_of_it(anywhere: Page) -> None:
    edges = [flow("a", "b", "meant"), flow("b", "c")]
    found = ask(anywhere, "trace.js", "traceOf", edges, "out:a")
    assert found == {"lit": ["ab"], "second": [], "far": []}


def test_a_circle_over_runs_ends(anywhere: Page) -> None:
    edges = [flow("a", "b"), flow("b", "c"), flow("c", "a")]
    found = ask(anywhere, "trace.js", "traceOf", edges, "out:a")
    assert sorted(found["second"]) == ["bc", "ca"]


@pytest.mark.parametrize(
    "graph",
    [build(geo.material()), fold(build(grouped.material(3)), {"market_001", "market_002"})],
    ids=["pods", "folded TaskGroups"],
)
def test_browser_and_server_trace_every_row_alike(anywhere: Page, graph: Graph) -> None:
    ways = {row: list(others) for card in graph.cards for row, others in row_ways(card).items()}
    edges = [_as_drawn(asdict(edge)) for edge in graph.edges]
    rows = {end for edge in graph.edges for end in (edge.source, edge.target)}
    for row in sorted(rows):
        here, there = trace(graph, row), ask(anywhere, "trace.js", "traceOf", edges, row, ways)
        for name, ids in there.items():
            assert set(ids) == getattr(here, name), (row, name)


def _as_drawn(edge: dict[str, Any]) -> dict[str, str]:
    cards = {"sourceCard": edge["source_card"], "targetCard": edge["target_card"]}
    return {name: edge[name] for name in ("id", "kind", "source", "target")} | cards


def test_a_click_lights_all_that_lies_before_and_after(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    row = page.locator('[data-port="in:fetch_dem:env_vars.AOI"]')
    row.click()
    expect(page.locator(".edge.flow.lit")).to_have_count(1)
    expect(page.locator(".edge.second:not(.far)")).to_have_attribute(
        "data-target", "in:build_overviews:env_vars.DEM"
    )
    expect(page.locator(".edge.second.far")).to_have_attribute(
        "data-target", "in:publish_stac:arguments[0]"
    )
    expect(page.locator('[data-card="publish_stac"]')).to_have_class(re.compile(r"\blit\b"))
    expect(page.locator('[data-card="list_scenes"]')).not_to_have_class(re.compile(r"\blit\b"))
    weak, strong = (
        page.locator(css).evaluate("one => getComputedStyle(one).stroke")
        for css in (".edge.second.far", ".edge.second:not(.far)")
    )
    assert weak != strong


# What is lit of the graph, and how.
_LIT = """
() => Object.fromEntries(
  [...document.querySelectorAll('[data-graph] :is(.lit, .second, .selected)')].map((one) => [
    one.dataset.edge ?? one.dataset.port ?? one.dataset.card, [...one.classList].sort().join(' '),
  ]))
"""


@pytest.mark.parametrize("port", [TILES, BROKEN])
def test_the_page_and_a_click_light_the_same(page: Page, run_address: str, port: str) -> None:
    open_graph(page, run_address, port)
    by_server = page.evaluate(_LIT)
    page.locator(f'[data-port="{port}"]').click()
    page.locator(".run-panel").hover()
    assert page.evaluate(_LIT) == by_server
