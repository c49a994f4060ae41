from hypothesis import given

from app.graph.build import build
from app.graph.layers import in_layers
from app.graph.material import Material
from app.web.run_drawing import Drawing, Links, draw
from tests.graph import geo
from tests.graph.generated import materials

LINKS = Links(port=lambda row: f"#{row}", card=lambda card: f"#{card.id}")
TILES = "out:extract_tiles:return_value['tiles_uri']"


def drawing(port: str = "") -> Drawing:
    graph = build(geo.material())
    return draw(graph, in_layers(graph), links=LINKS, port=port)


def test_mapped_instances_are_counted_by_their_states() -> None:
    (card,) = [one for one in drawing().cards if one.id == "render_tile"]
    assert card.subtitle == "Pod · 5 done, 1 skipped"
    assert len(card.shares) == 2


def test_it_opens_on_the_chosen_card_or_else_on_what_is_broken() -> None:
    assert drawing().focus == "build_overviews"
    assert drawing(TILES).focus == "extract_tiles"


def test_what_is_lit_is_drawn_last() -> None:
    last = drawing(TILES).branches[-1].edges
    assert {edge.css for edge in last} <= {"meant lit", "flow lit"}


def test_edges_from_one_port_are_drawn_together() -> None:
    for branches in drawing().branches:
        assert len({edge.source or edge.source_card for edge in branches.edges}) == 1


@given(material=materials)
def test_any_graph_can_be_drawn_and_no_row_outgrows_its_card(material: Material) -> None:
    graph = build(material)
    drawn = draw(graph, in_layers(graph), links=LINKS)
    assert len(drawn.cards) == len(graph.cards)
    assert sum(len(one.edges) for one in drawn.branches) == len(graph.edges)
    for card in drawn.cards:
        assert all(len(one.name) + len(one.value) <= 30 for one in card.rows)
        assert all(one.y + one.height <= card.height for one in card.rows)
