from app.graph.build import build
from app.graph.sizes import card_size
from app.web.run_light import Light
from app.web.run_rows import DrawnRow, draw_row
from tests.graph import geo


def row(name: str) -> DrawnRow:
    slots = [(slot, card) for card in build(geo.material()).cards for slot in card_size(card).slots]
    slot, card = next((slot, card) for slot, card in slots if slot.row.id == name)
    return draw_row(slot, card, href=f"#{name}", light=Light())


def test_a_value_shows_its_telling_end_beside_its_field() -> None:
    shown = row("in:extract_tiles:arguments[0]")
    assert (shown.name, shown.value) == ("arguments[0]", "…/z14/grid.json")


def test_mapped_instances_show_how_many_values_there_are() -> None:
    assert row("in:render_tile:arguments[1]").value == "6 values"


def test_a_field_that_was_not_rendered_says_so_in_our_words() -> None:
    shown = row("in:publish_stac:arguments[0]")
    assert (shown.value, shown.is_said) == ("not rendered", True)
