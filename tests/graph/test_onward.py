"""Tasks of other runs that got what the run gave, in the run's graph."""

from app.graph.build import build
from app.graph.material import Material
from app.graph.onward import MOST
from app.graph.parts import Card, Edge, Graph
from app.graph.sight import Sight, seen
from app.graph.structure import structure_hash
from app.model.findings import OnwardFlow
from app.model.ids import RunKey
from app.model.values import Path
from tests.build import RUN, make_consumer, make_flow, make_instance, make_producer, make_xcom

OTHER = RunKey("report", "r1")


def onward(
    run: RunKey = OTHER,
    field: str = "arguments[0]",
    *,
    path: Path = ("key1",),
    runs: int = 1,
    state: str = "success",
    **consumer: int,
) -> OnwardFlow:
    """What the task `draw` of another run got."""
    flow = make_flow(make_producer(path=path), make_consumer("draw", field, run=run, **consumer))
    return OnwardFlow(flow, runs, state, is_rendered=True)


def graph_of(*flows: OnwardFlow) -> Graph:
    return build(Material(RUN, onward=flows))


def foreign(graph: Graph) -> dict[str, Card]:
    return {card.id: card for card in graph.cards if card.is_foreign}


def into(graph: Graph, card: str) -> list[Edge]:
    return [edge for edge in graph.edges if edge.target_card == card]


def dags(number: int) -> tuple[OnwardFlow, ...]:
    """As many DAGs whose runs read the same key, the newest first."""
    return tuple(onward(RunKey(f"zone_{n}", "r1")) for n in range(number))


def test_a_task_of_another_run_has_a_card_with_the_field_that_got_the_value() -> None:
    graph = graph_of(onward(state="failed"))
    card = foreign(graph)["report/draw"]
    assert (card.name, card.run) == ("draw", OTHER)
    assert [one.state for one in card.instances] == ["failed"]
    (row,) = card.inputs
    assert (row.field, row.values, row.is_rendered) == ("arguments[0]", ("alpha",), True)
    (edge,) = into(graph, "report/draw")
    assert (edge.source, edge.target) == ("out:extract:return_value['key1']", row.id)


def test_a_key_that_only_another_run_reads_is_read() -> None:
    xcom = make_xcom("extract", {"key1": "alpha", "key2": 2})
    graph = build(Material(RUN, xcoms=(xcom,), onward=(onward(),)))
    (card,) = (card for card in graph.cards if not card.is_foreign)
    assert card.unread == 1


def test_several_runs_of_a_task_share_a_card_that_is_the_newest_one() -> None:
    newest, before = RunKey("report", "r9"), RunKey("report", "r8")
    graph = graph_of(onward(newest, runs=4, state="running"), onward(before, "env_vars.A", runs=4))
    (card,) = foreign(graph).values()
    assert (card.run, card.runs) == (newest, 4)
    assert [one.state for one in card.instances] == ["running"]
    assert [row.field for row in card.inputs] == ["arguments[0]", "env_vars.A"]
    assert all(row.is_rendered for row in card.inputs)


def test_a_later_run_of_the_same_dag_is_another_run() -> None:
    graph = graph_of(onward(RunKey(RUN.dag_id, "later")))
    assert set(foreign(graph)) == {f"{RUN.dag_id}/draw"}


def test_instances_of_a_mapped_consumer_share_a_card() -> None:
    graph = graph_of(*(onward(map_index=n) for n in range(3)))
    (card,) = foreign(graph).values()
    assert card.is_mapped
    assert [one.key.map_index for one in card.instances] == [0, 1, 2]
    assert len(into(graph, card.id)) == 1


def test_of_many_consumers_the_newest_have_a_card_and_the_rest_one_together() -> None:
    graph = graph_of(*dags(MOST + 7))
    cards = foreign(graph)
    (rest,) = (card for card in cards.values() if card.more)
    assert set(cards) - {rest.id} == {f"zone_{n}/draw" for n in range(MOST)}
    assert (rest.more, rest.name) == (7, "and 7 more")
    (edge,) = into(graph, rest.id)
    assert len(edge.flows) == 7
    assert edge.source == "out:extract:return_value['key1']"
    assert graph.cards[-1] == rest


def test_a_consumer_that_has_a_card_has_it_for_all_that_it_got() -> None:
    also = [onward(RunKey("zone_6", "r1"), path=("key2",)), onward(RunKey("zone_6", "r1"))]
    graph = graph_of(*dags(6), *also)
    assert len(into(graph, "zone_6/draw")) == 2


def test_how_many_more_there_are_changes_no_placement() -> None:
    many, more = graph_of(*dags(20)), graph_of(*dags(30))
    assert structure_hash(many) == structure_hash(more)
    assert structure_hash(many) != structure_hash(graph_of(*dags(3)))


def test_they_are_no_tasks_of_the_run() -> None:
    looked = seen(graph_of(*dags(3)), Sight())
    assert (looked.tasks, looked.of, len(looked.graph.cards)) == (1, 1, 4)


def test_a_state_that_is_asked_for_is_that_of_the_runs_own_tasks() -> None:
    graph = graph_of(onward(state="failed"))
    assert seen(graph, Sight(state="failed")).graph.cards == ()


def test_they_are_found_by_their_fields_and_looked_around() -> None:
    graph = graph_of(onward(field="env_vars.PATH"), *dags(2))
    assert {card.id for card in seen(graph, Sight(key="path")).graph.cards} == {"report/draw"}
    around = seen(graph, Sight(focus="report/draw", depth=1)).graph
    assert {card.id for card in around.cards} == {"report/draw", "extract"}


def test_a_folded_group_leads_to_them() -> None:
    flow = make_flow(make_producer("g.extract"), make_consumer("draw", run=OTHER))
    named = [make_flow(make_producer("g.extract"), make_consumer("g.load"))]
    graph = build(Material(RUN, flows=tuple(named), onward=(OnwardFlow(flow),)))
    folded = seen(graph, Sight(closed=frozenset({"g"}))).graph
    (edge,) = into(folded, "report/draw")
    assert edge.source_card == "g"


def test_a_task_that_both_gives_and_gets_elsewhere_has_a_card_for_each() -> None:
    given = make_flow(make_producer("draw", run=OTHER), make_consumer("extract"))
    graph = build(Material(RUN, flows=(given,), onward=(onward(),)))
    assert set(foreign(graph)) == {"report/r1/draw", "report/draw"}


def test_what_an_instance_gave_leads_on_from_its_own_card() -> None:
    flow = make_flow(make_producer("extract", map_index=1), make_consumer("draw", run=OTHER))
    material = Material(RUN, onward=(OnwardFlow(flow),), unfolded=frozenset({"extract"}))
    graph = build(material)
    (edge,) = into(graph, "report/draw")
    assert edge.source_card == "extract[1]"
    assert make_instance("extract", map_index=1) == edge.flows[0].producer.instance
