import json
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from app.graph.build import build
from app.graph.elk import Elk, NotPlaced
from app.graph.layers import in_layers
from app.graph.material import Material
from app.graph.parts import Graph
from app.graph.place import place
from app.graph.placement import Placement, from_json, to_json
from app.graph.sizes import CARD_WIDTH, card_size
from app.graph.structure import elk_graph, ports, source_port, target_port
from app.model.values import Json
from tests.graph import geo
from tests.graph.generated import materials


def check_ends(graph: Graph, placement: Placement) -> None:
    """Every edge begins and ends exactly on the port of its row."""
    at = {
        name: (placement.cards[card.id][0] + x, placement.cards[card.id][1] + y)
        for card in graph.cards
        for name, x, y in ports(card)
    }
    for edge in graph.edges:
        line = placement.edges[edge.id]
        assert line[0] == at[source_port(edge)]
        assert line[-1] == at[target_port(edge)]


def test_every_edge_ends_exactly_on_the_middle_of_its_row(elk: Elk) -> None:
    graph = build(geo.material())
    placement = place(graph, elk)
    assert not placement.is_makeshift
    assert len(placement.edges) == len(graph.edges)
    check_ends(graph, placement)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(material=materials)
def test_any_graph_is_placed_with_every_edge_on_its_rows(elk: Elk, material: Material) -> None:
    graph = build(material)
    placement = place(graph, elk)
    assert not placement.is_makeshift or not graph.cards
    check_ends(graph, placement)


@given(material=materials)
def test_plain_layers_end_every_edge_on_its_rows_too(material: Material) -> None:
    graph = build(material)
    check_ends(graph, in_layers(graph))


def test_edges_run_at_right_angles(elk: Elk) -> None:
    for line in place(build(geo.material()), elk).edges.values():
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line))


def test_a_graph_has_the_same_placement_every_time(elk: Elk) -> None:
    graph = build(geo.material())
    assert place(graph, elk) == place(graph, elk)


def test_cards_do_not_cover_each_other(elk: Elk) -> None:
    graph = build(geo.material())
    boxes = [
        (x, y, x + CARD_WIDTH, y + card_size(card).height)
        for card in graph.cards
        for x, y in [place(graph, elk).cards[card.id]]
    ]
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_a_placement_survives_being_stored(elk: Elk) -> None:
    placement = place(build(geo.material()), elk)
    assert from_json(json.loads(json.dumps(to_json(placement)))) == placement


@pytest.mark.parametrize("stored", [None, [], {}, {"format": 0}, {"format": 1, "size": ["1", 2]}])
def test_what_is_not_a_placement_is_read_as_none(stored: Json) -> None:
    assert from_json(stored) is None


def test_a_missing_engine_gives_plain_layers(tmp_path: Path) -> None:
    graph = build(geo.material())
    placement = place(graph, Elk(tmp_path / "missing.js"))
    assert placement.is_makeshift
    assert placement == in_layers(graph)


def test_running_out_of_time_gives_plain_layers_and_the_engine_works_again(elk: Elk) -> None:
    graph = build(geo.material())
    assert place(graph, elk, seconds=0.0001).is_makeshift
    assert not place(graph, elk).is_makeshift


def test_elk_says_why_it_refuses_a_graph(elk: Elk) -> None:
    graph = elk_graph(build(geo.material()))
    graph["edges"] = [{"id": "e", "sources": ["nowhere"], "targets": ["nowhere"]}]
    with pytest.raises(NotPlaced, match="nowhere"):
        elk.layout(graph, seconds=10)


def test_threads_may_share_one_engine(elk: Elk) -> None:
    graph = build(geo.material())
    expected = place(graph, elk)
    with ThreadPoolExecutor(4) as threads:
        placements = list(threads.map(lambda _: place(graph, elk), range(8)))
    assert placements == [expected] * 8


def test_who_waits_too_long_for_the_engine_gets_plain_layers(elk: Elk) -> None:
    graph = build(geo.material())
    with elk._lock:
        assert place(graph, elk, seconds=0.05).is_makeshift
    assert not place(graph, elk).is_makeshift


def test_no_cards_need_no_engine(tmp_path: Path) -> None:
    assert place(Graph(), Elk(tmp_path / "missing.js")).cards == {}
