from app.lineage.provenance.followed import Followed, followed
from app.model.findings import Evidence
from app.model.leaves import Leaf
from tests.lineage.provenance.places import VALUE, gave, got, read

INSIDE = f"--in={VALUE}"


def follow(
    taken: Leaf, *spans: tuple[int, int], evidence: Evidence = Evidence.CONFIRMED
) -> Followed:
    flows = [
        read(gave("extract", n), taken, spans=(span,), evidence=evidence)
        for n, span in enumerate(spans)
    ]
    return followed(taken.at, taken.text, field="arguments[0]", flows=flows)


def test_what_the_one_flow_brought_is_followed() -> None:
    found = follow(got("load", text=INSIDE), (5, 34))
    assert (found.text, found.span, len(found.pieces)) == (VALUE, (5, 34), 1)


def test_two_flows_that_brought_the_same_stretch_are_followed_as_one() -> None:
    assert follow(got("load", text=INSIDE), (5, 34), (5, 34)).text == VALUE


def test_of_a_field_made_of_several_pieces_the_whole_is_followed() -> None:
    found = follow(got("load", text=f"{VALUE} 128"), (30, 33), (0, 29))
    assert found.text == f"{VALUE} 128"
    assert [piece.span for piece in found.pieces] == [(0, 29), (30, 33)]


def test_a_field_into_which_nothing_is_known_to_flow_is_followed_whole() -> None:
    assert follow(got("load", text=INSIDE)).text == INSIDE
    assert follow(got("load", text=INSIDE), (5, 99)).text == INSIDE
    assert follow(got("load", text=INSIDE), (5, 34), evidence=Evidence.CONTRADICTED).pieces == ()


def test_flows_into_other_places_say_nothing() -> None:
    taken, other = got("load", text=INSIDE), got("load", text=INSIDE, try_number=2)
    flows = [read(gave("extract"), other, spans=((5, 34),))]
    assert followed(taken.at, taken.text, field="arguments[0]", flows=flows).text == INSIDE


def test_what_was_given_is_followed_whole() -> None:
    given_ = gave("extract", "uri")
    assert followed(given_.at, VALUE, field="", flows=[]).text == VALUE
