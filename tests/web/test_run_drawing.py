from dataclasses import replace

from hypothesis import given

from app.graph.build import build
from app.graph.fold import fold
from app.graph.layers import in_layers
from app.graph.material import Material
from app.model.findings import Problem, ProblemKind, Pull, Suggestion
from app.web.run_drawing import Drawing, DrawnCard, Links, draw
from tests.build import make_consumer
from tests.graph import geo, grouped
from tests.graph.generated import materials

LINKS = Links(
    port=lambda row: f"#{row}",
    card=lambda card: f"#{card.id}",
    focus=lambda card: f"?{card.id}",
    fold=lambda group: f"?fold={group}",
    unfold=lambda card: "?unfold" if card.is_mapped else "",
)
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


def test_a_task_of_a_group_can_have_it_folded_and_a_folded_one_shows_a_square_for_each() -> None:
    graph = build(grouped.material(3))
    cards = {card.id: card for card in draw(graph, in_layers(graph), links=LINKS).cards}
    assert cards["market_001.join"].fold_href == "?fold=market_001"
    assert cards["plan"].fold_href == ""
    folded = fold(graph, {"market_002"})
    cards = {card.id: card for card in draw(folded, in_layers(folded), links=LINKS).cards}
    group = cards["market_002"]
    assert group.is_folder
    assert [one.css for one in group.squares] == ["success"] * 3 + ["failed", "success"]
    assert len({(one.x, one.y) for one in group.squares}) == 5
    assert (group.count, group.subtitle) == ("5", "TaskGroup · 4 done, 1 failed")
    assert group.rows[0].name == "score.env_vars.WEIGHTS"


def test_a_large_graph_does_without_shadows_and_fading() -> None:
    large = build(grouped.material(40))
    assert draw(large, in_layers(large), links=LINKS).css == "is-large"
    assert drawing().css == ""


def test_so_many_tasks_are_told_by_their_shares() -> None:
    graph = build(grouped.material(3))
    tasks = tuple(replace(graph.cards[0], id=f"g.{n}", task_id=f"g.{n}") for n in range(100))
    folded = fold(replace(graph, cards=tasks, edges=()), {"g"})
    (card,) = draw(folded, in_layers(folded), links=LINKS).cards
    assert card.squares == ()
    assert card.shares


def doubtful(*problems: Problem) -> dict[str, DrawnCard]:
    graph = build(replace(geo.material(), problems=problems))
    return {card.id: card for card in draw(graph, in_layers(graph), links=LINKS).cards}


def test_a_card_says_how_many_problems_it_has_and_how_bad_the_worst_is() -> None:
    cards = doubtful(geo.doubt(), geo.problem())
    report, overviews = cards["write_report"], cards["build_overviews"]
    assert (report.badge and report.badge.label) == "1 problem, warning"
    assert (overviews.badge and overviews.badge.label) == "1 problem, error"
    assert "is-broken" in overviews.css
    assert "is-broken" not in report.css
    assert cards["plan_area"].badge is None


def test_the_badge_stands_beside_the_count_of_a_mapped_task() -> None:
    consumer = make_consumer("render_tile", "env_vars.TILES", run=geo.GEO, map_index=1)
    card = doubtful(replace(geo.doubt(), consumer=consumer))["render_tile"]
    assert card.badge is not None
    assert card.badge.x < 206 - 7 * len(card.count)


def test_a_suspicious_field_is_marked_and_says_why() -> None:
    rows = {row.id: row for row in doubtful(geo.doubt())["write_report"].rows}
    row = rows["in:write_report:op_kwargs.source"]
    assert row.badge == "warning"
    assert "got a value of an earlier try" in row.title
    assert row.name_x > rows["in:write_report:op_kwargs.score"].name_x


def test_advice_too_long_for_a_row_is_cut_at_its_end() -> None:
    advice = "name the task to read from: ti.xcom_pull(task_ids='extract_tiles')"
    problem = replace(
        geo.problem(), kind=ProblemKind.NO_TASK_IDS, wrong="", suggestion=Suggestion(advice)
    )
    problem = replace(problem, pull=Pull(geo.GEO.dag_id, (), "return_value"))
    (row,) = [one for one in doubtful(problem)["build_overviews"].rows if one.kind == "broken"]
    assert row.lines[2].endswith("…")
    assert advice.startswith(row.lines[2][:-1].rstrip())
    assert row.lines[3] == ""


def test_it_opens_on_an_error_before_a_doubt() -> None:
    graph = build(replace(geo.material(), problems=(geo.doubt(), geo.problem())))
    assert draw(graph, in_layers(graph), links=LINKS).focus == "build_overviews"


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
