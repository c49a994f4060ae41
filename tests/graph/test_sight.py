import pytest

from app.graph.build import build
from app.graph.material import Instance, Material
from app.graph.parts import EdgeKind
from app.graph.sight import EVERY, MOST, Choice, Seen, Sight, seen
from tests.build import RUN, make_instance, make_task
from tests.graph import geo, grouped

SCORE = "in:market_002.score:arguments[0]"


def look(markets: int = 3, *, port: str = "", **sight: object) -> Seen:
    asked = Sight(**sight)  # type: ignore[arg-type] # values of the test
    return seen(build(grouped.material(markets)), asked, port=port)


def ids(found: Seen) -> set[str]:
    return {card.id for card in found.graph.cards}


def test_a_small_run_opens_whole_with_its_groups_unfolded() -> None:
    graph = build(geo.material())
    found = seen(graph, Sight())
    assert found.graph is graph
    assert (found.closed, found.focus, found.tasks, found.of) == (frozenset(), "", 10, 10)


def test_a_run_with_more_cards_opens_folded() -> None:
    found = look(60)
    assert ids(found) == {"plan", "publish", "report", *map(grouped.market, range(60))}
    assert found.tasks == found.of == 303


def test_one_too_large_even_so_opens_on_what_is_broken() -> None:
    found = look(200)
    assert (found.focus, found.choice) == ("market_002", Choice.BROKEN)
    assert ids(found) == {"plan", "market_002", "publish", "report"}
    assert found.tasks < found.of


def test_however_large_never_more_cards_than_can_be_placed_at_once() -> None:
    assert len(look(200, focus="plan", depth=3).graph.cards) == MOST
    assert len(look(200, closed=frozenset(), focus="plan", depth=9).graph.cards) == MOST


def test_it_is_all_there_for_whoever_asks() -> None:
    assert len(look(60, closed=frozenset(), is_whole=True).graph.cards) == 303


def test_what_is_asked_for_is_folded() -> None:
    found = look(closed=frozenset({"market_001", "nowhere"}))
    assert found.closed == {"market_001"}
    assert "market_001" in ids(found)
    assert "market_002.score" in ids(found)


def test_all_that_are_there_are_folded_where_all_are_asked_for() -> None:
    found = look(closed=EVERY)
    assert found.closed == set(map(grouped.market, range(3)))
    assert ids(found) == {"plan", "publish", "report", *found.closed}


@pytest.mark.parametrize(
    ("state", "choice"), [("failed", Choice.FAILED), ("success", Choice.BUSIEST)]
)
def test_where_nothing_is_broken_it_opens_on_what_failed_or_else_where_most_comes_together(
    state: str, choice: Choice
) -> None:
    hub = make_task("hub", *(f"t{n}" for n in range(MOST)))
    last = Instance(make_instance("t9"), 1, state)
    found = seen(build(Material(RUN, tasks=(hub,), instances=(last,))), Sight())
    assert (found.focus, found.choice) == ("t9" if state == "failed" else "hub", choice)


def test_the_chosen_port_is_never_folded_away() -> None:
    found = look(60, port=SCORE)
    assert "market_002.score" in ids(found)
    assert "market_001" in ids(found)
    assert "market_002.score" in ids(look(closed=frozenset({"market_002"}), port=SCORE))


def test_the_chosen_port_is_there_whatever_is_focused_or_filtered() -> None:
    assert "market_002.score" in ids(look(focus="report", depth=1, port=SCORE))
    assert "market_002.score" in ids(look(operator="PythonOperator", port=SCORE))
    assert "market_002.score" in ids(look(200, port=SCORE))


def test_around_a_task_all_else_is_left_out() -> None:
    found = look(focus="market_001.clean", depth=1)
    assert ids(found) == {"market_001.fetch", "market_001.clean", "market_001.join"}
    assert found.choice is None


def test_around_a_task_of_a_folded_group_is_around_the_group() -> None:
    found = look(focus="market_001.clean", depth=1, closed=frozenset({"market_001"}))
    assert ids(found) == {"plan", "market_001", "publish"}


def test_a_task_that_is_not_there_is_no_focus() -> None:
    assert len(look(focus="nothing").graph.cards) == 18


def test_tasks_are_filtered_by_state_operator_and_key() -> None:
    assert ids(look(state="failed")) == {"market_002.score"}
    assert ids(look(operator="PythonOperator")) == {"report"}
    assert ids(look(key="ROWS")) == {
        f"{grouped.market(n)}.{step}" for n in range(3) for step in ("fetch", "score")
    }
    assert look(state="none").graph.cards == ()


def test_only_data_flows_leave_out_what_merely_waits() -> None:
    found = look(is_data_only=True)
    assert "report" not in ids(found)
    assert not any(edge.kind is EdgeKind.DEPENDENCY for edge in found.graph.edges)
