from hypothesis import given
from hypothesis import strategies as st

from app.graph.build import build
from app.graph.layers import in_layers
from app.graph.material import Material
from app.web.run_drawing import Drawing, DrawnRow, Links, draw, ending
from tests.graph import geo
from tests.graph.generated import materials

LINKS = Links(port=lambda row: f"#{row}", card=lambda card: f"#{card.id}")
TILES = "out:extract_tiles:return_value['tiles_uri']"


def drawing(port: str = "") -> Drawing:
    graph = build(geo.material())
    return draw(graph, in_layers(graph), links=LINKS, port=port)


def row(name: str, port: str = "") -> DrawnRow:
    rows = (one for card in drawing(port).cards for one in card.rows)
    return next(one for one in rows if one.id == name)


def test_a_value_shows_its_telling_end_beside_its_field() -> None:
    shown = row("in:extract_tiles:arguments[0]")
    assert (shown.name, shown.value) == ("arguments[0]", "…/z14/grid.json")


def test_mapped_instances_show_how_many_values_there_are() -> None:
    assert row("in:render_tile:arguments[1]").value == "6 values"
    (card,) = [one for one in drawing().cards if one.id == "render_tile"]
    assert card.subtitle == "Pod · 5 done, 1 skipped"
    assert len(card.shares) == 2


def test_a_field_that_was_not_rendered_says_so_in_our_words() -> None:
    shown = row("in:publish_stac:arguments[0]")
    assert (shown.value, shown.is_said) == ("not rendered", True)


def test_it_opens_on_the_chosen_card_or_else_on_what_is_broken() -> None:
    assert drawing().focus == "build_overviews"
    assert drawing(TILES).focus == "extract_tiles"


def test_what_is_lit_is_drawn_last() -> None:
    last = drawing(TILES).branches[-1].edges
    assert {edge.css for edge in last} <= {"meant lit", "flow lit"}


def test_edges_from_one_port_are_drawn_together() -> None:
    for branches in drawing().branches:
        assert len({edge.source or edge.source_card for edge in branches.edges}) == 1


@given(name=st.text(), room=st.integers(1, 40))
def test_a_cut_name_keeps_its_end_and_its_room(name: str, room: int) -> None:
    cut = ending(name, room)
    assert len(cut) <= room
    assert name.endswith(cut.removeprefix("…"))


@given(material=materials)
def test_any_graph_can_be_drawn_and_no_row_outgrows_its_card(material: Material) -> None:
    graph = build(material)
    drawn = draw(graph, in_layers(graph), links=LINKS)
    assert len(drawn.cards) == len(graph.cards)
    assert sum(len(one.edges) for one in drawn.branches) == len(graph.edges)
    for card in drawn.cards:
        assert all(len(one.name) + len(one.value) <= 30 for one in card.rows)
        assert all(one.y + one.height <= card.height for one in card.rows)
