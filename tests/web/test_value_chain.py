"""Cards of the drawing: none covers another, lines end at cards; pure."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.provenance.chain import chain_of
from app.web.value_chain import BETWEEN, WIDTH, Drawing, drawing
from tests.build import RUN
from tests.lineage.provenance.places import gave, got, of, read


def drawn(steps: int, readers: int) -> Drawing:
    """A value that `steps` tasks pass on, and so many read in the end."""
    leaves, flows = [gave("t0", "uri", at=1)], []
    for step in range(1, steps + 1):
        taken, on = got(f"t{step}", at=step * 10), gave(f"t{step}", "uri", at=step * 10 + 5)
        flows.append(read(leaves[-1], taken))
        leaves += [taken, on]
    ends = [got(f"end{n}", at=steps * 10 + 20 + n) for n in range(readers)]
    flows += [read(leaves[-1], one) for one in ends]
    return drawing(chain_of(of(leaves[0], *leaves[1:], *ends, flows=tuple(flows))), own=RUN)


@settings(max_examples=25)
@given(st.integers(0, 9), st.integers(0, 9))
def test_cards_stand_apart_within_the_drawing(steps: int, readers: int) -> None:
    found = drawn(steps, readers)
    for one in found.cards:
        assert 0 <= one.x <= found.width - WIDTH
        assert 0 <= one.y <= found.height - one.height
    for n, one in enumerate(found.cards):
        for other in found.cards[n + 1 :]:
            is_beside = abs(one.x - other.x) >= WIDTH + BETWEEN
            assert is_beside or one.y + one.height < other.y or other.y + other.height < one.y
    ends = {(line.end_x, line.end_y) for line in found.lines}
    lefts = {card.x for card in found.cards}
    assert all(x in lefts for x, _ in ends)


def test_what_does_not_fit_is_said_to_be_left_out() -> None:
    found = drawn(1, 9)
    assert len(found.cards) == 8
    assert found.cut == "3 more tasks not drawn; the list below has all"
    assert drawn(1, 3).cut == ""


def test_a_card_tells_what_its_task_got_and_gave() -> None:
    card = drawn(1, 1).cards[1]
    assert [(row.sign, row.name) for row in card.rows] == [
        ("got", "arguments[0]"),
        ("gave", "uri"),
    ]
    assert card.below == "06:00:10 UTC"


def test_places_of_one_task_that_look_alike_in_short_are_named_whole() -> None:
    whole, part, taken = gave("t", name="rows"), gave("t", "rows"), got("end")
    found = chain_of(of(taken, whole, part, flows=(read(whole, taken), read(part, taken))))
    names = {row.name for card in drawing(found, own=RUN).cards for row in card.rows}
    assert names >= {"rows", "return_value.rows"}


def test_the_chosen_card_is_marked() -> None:
    assert [card.is_chosen for card in drawn(1, 1).cards] == [True, False, False]
