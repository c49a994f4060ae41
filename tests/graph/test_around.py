from app.graph.around import around, busiest, only
from app.graph.build import build
from tests.graph import geo, grouped


def ids(*, depth: int, card: str = "extract_tiles", most: int = 100) -> set[str]:
    return {one.id for one in around(build(geo.material()), card, depth=depth, most=most).cards}


def test_a_step_is_what_it_gets_from_and_what_gets_from_it() -> None:
    near = ids(depth=1)
    assert {"plan_area", "list_scenes", "render_tile", "quality.crs"} <= near
    assert "publish_stac" not in near


def test_siblings_that_share_a_producer_are_not_around_it() -> None:
    assert "fetch_dem" not in ids(depth=1, card="list_scenes") | ids(depth=3, card="list_scenes")


def test_more_steps_show_more_and_the_nearest_come_first() -> None:
    assert ids(depth=1) < ids(depth=2)
    assert ids(depth=5, most=1) == {"extract_tiles"}
    assert ids(depth=2, most=len(ids(depth=1))) == ids(depth=1)


def test_only_edges_between_the_cards_that_are_left_stay() -> None:
    left = only(build(geo.material()), {"plan_area", "extract_tiles"})
    assert {(edge.source_card, edge.target_card) for edge in left.edges} == {
        ("plan_area", "extract_tiles")
    }


def test_the_busiest_card_has_the_most_edges() -> None:
    assert busiest(build(grouped.material(8))) in {"plan", "publish"}
    assert busiest(only(build(geo.material()), ())) == ""
