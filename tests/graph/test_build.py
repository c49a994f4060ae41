import time
from dataclasses import replace
from typing import Any

from hypothesis import given

from app.graph.build import build
from app.graph.material import Instance, Material
from app.graph.parts import Card, Edge, EdgeKind, Graph
from app.graph.sizes import card_size
from app.model.findings import Evidence, Flow, ProblemKind, Severity, Suggestion
from app.model.ids import RunKey
from tests.build import (
    RUN,
    make_consumer,
    make_flow,
    make_instance,
    make_problem,
    make_producer,
    make_task,
    make_xcom,
)
from tests.graph import geo
from tests.graph.generated import materials


def card(graph: Graph, name: str) -> Card:
    return next(one for one in graph.cards if one.id == name)


def between(graph: Graph, source: str, target: str) -> list[Edge]:
    return [e for e in graph.edges if (e.source_card, e.target_card) == (source, target)]


def flow_material(*flows: Flow, **more: Any) -> Material:
    return Material(RUN, flows=flows, **more)


def test_a_key_that_is_read_has_a_port_and_an_edge_into_its_field() -> None:
    graph = build(geo.material())
    (edge,) = between(graph, "plan_area", "fetch_dem")
    assert edge.kind is EdgeKind.FLOW
    assert edge.source == "out:plan_area:return_value['aoi_wkt']"
    assert edge.target == "in:fetch_dem:env_vars.AOI"


def test_keys_nobody_reads_are_counted_and_pod_names_are_not_among_them() -> None:
    assert card(build(geo.material()), "plan_area").unread == 4


def test_a_value_read_whole_leaves_no_key_unread() -> None:
    flow = make_flow(make_producer("extract", ()), make_consumer())
    graph = build(flow_material(flow, xcoms=(make_xcom("extract", {"a": 1, "b": 2}),)))
    assert card(graph, "extract").unread == 0


def test_mapped_instances_share_one_card_and_one_edge() -> None:
    graph = build(geo.material())
    assert len(card(graph, "render_tile").instances) == geo.TILES
    fields = [row.field for row in card(graph, "render_tile").inputs]
    assert fields == ["arguments[1]", "env_vars.TILES"]
    sources = [edge.source for edge in between(graph, "extract_tiles", "render_tile")]
    assert "out:extract_tiles:return_value['tile_ids'][*]" in sources


def test_a_mistyped_task_is_a_broken_row_with_an_edge_from_what_was_meant() -> None:
    graph = build(geo.material())
    (row,) = card(graph, "build_overviews").broken_pulls
    assert row.field == "env_vars.PATH_IN"
    assert row.reads == "extarct_tiles"
    (edge,) = between(graph, "extract_tiles", "build_overviews")
    assert edge.kind is EdgeKind.MEANT
    assert edge.source == "out:extract_tiles:return_value['tiles_uri']"
    assert edge.target == row.id


def test_what_was_meant_has_a_port_even_when_nobody_else_reads_it() -> None:
    problem = make_problem(suggestion=Suggestion("did you mean extract?"))
    graph = build(flow_material(tasks=(make_task("extract"),), problems=(problem,)))
    assert [row.port.path for row in card(graph, "extract").outputs] == [("key1",)]


def test_nobody_knows_what_an_unlike_name_meant() -> None:
    graph = build(flow_material(problems=(make_problem(),)))
    assert graph.edges == ()
    assert len(card(graph, "load").broken_pulls) == 1


def test_a_failed_push_stands_with_the_outputs_of_its_pod() -> None:
    problem = make_problem(
        ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES,
        consumer=None,
        pull=None,
        producer=make_producer("extract"),
    )
    (row,) = card(build(flow_material(problems=(problem,))), "extract").broken_pushes
    assert row.field == "return.json"


def test_what_is_only_good_to_know_is_not_drawn_broken() -> None:
    problem = make_problem(severity=Severity.INFO)
    assert card(build(flow_material(problems=(problem,))), "load").broken_pulls == ()


def test_what_looks_wrong_marks_the_field_that_got_it() -> None:
    for severity in (Severity.WARNING, Severity.INFO):
        doubtful = replace(geo.material(), problems=(geo.doubt(severity),))
        report = card(build(doubtful), "write_report")
        (mark,) = report.marks
        assert mark.on == mark.port == "in:write_report:op_kwargs.source"
        assert (report.broken_pulls, report.problems) == ((), (mark,))
        without = card(build(replace(doubtful, problems=())), "write_report")
        assert card_size(report) == card_size(without)


def test_a_warning_about_a_field_that_got_nothing_has_a_row_of_its_own() -> None:
    problem = make_problem(severity=Severity.WARNING)
    (row,) = card(build(flow_material(problems=(problem,))), "load").broken_pulls
    assert not row.is_error


def test_an_error_has_a_row_of_its_own_even_where_the_field_got_something() -> None:
    wrong = replace(geo.material(), problems=(geo.doubt(Severity.ERROR),))
    report = card(build(wrong), "write_report")
    assert len(report.broken_pulls) == 1
    assert report.marks == ()


def test_the_same_mistake_in_mapped_instances_is_one_row() -> None:
    problems = [make_problem(consumer=make_consumer(map_index=n)) for n in range(3)]
    (row,) = card(build(flow_material(problems=tuple(problems))), "load").broken_pulls
    assert row.instances == 3


def test_a_dependency_is_drawn_only_where_nothing_else_joins_the_cards() -> None:
    graph = build(geo.material())
    (edge,) = between(graph, "fetch_dem", "render_tile")
    assert edge.kind is EdgeKind.DEPENDENCY
    kinds = {one.kind for one in between(graph, "plan_area", "extract_tiles")}
    assert kinds == {EdgeKind.FLOW}


def test_a_field_with_several_flows_shows_the_worst_evidence() -> None:
    flows = [
        make_flow(make_producer(path=(key,)), evidence=evidence)
        for key, evidence in (("a", Evidence.CONFIRMED), ("b", Evidence.CONTRADICTED))
    ]
    (row,) = card(build(flow_material(*flows)), "load").inputs
    assert row.evidence is Evidence.CONTRADICTED


def test_flows_into_an_earlier_try_are_not_drawn() -> None:
    material = geo.material()
    old = make_flow(
        make_producer("plan_area", ("planner",), run=geo.GEO),
        make_consumer("extract_tiles", "arguments[9]", run=geo.GEO, try_number=1),
    )
    graph = build(replace(material, flows=(*material.flows, old)))
    assert "arguments[9]" not in [row.field for row in card(graph, "extract_tiles").inputs]


def test_a_value_of_another_dag_comes_from_a_card_of_its_own() -> None:
    other = RunKey("other", "manual__1")
    graph = build(flow_material(make_flow(make_producer("give", run=other))))
    foreign = card(graph, "other/manual__1/give")
    assert foreign.is_foreign
    assert foreign.task_id == "give"
    assert foreign.run == other


def test_many_paths_into_one_field_share_a_port() -> None:
    flows = [make_flow(make_producer(path=("rows", f"key{n}"))) for n in range(20)]
    graph = build(flow_material(*flows))
    assert [row.port.path for row in card(graph, "extract").outputs] == [("rows",)]


def test_producers_stand_before_their_consumers() -> None:
    names = [one.id for one in build(geo.material()).cards]
    assert names.index("plan_area") < names.index("extract_tiles") < names.index("render_tile")


@given(material=materials)
def test_any_material_gives_a_graph_whose_edges_end_at_its_rows(material: Material) -> None:
    graph = build(material)
    cards = {one.id for one in graph.cards}
    rows = {slot.row.id for one in graph.cards for slot in card_size(one).slots}
    for edge in graph.edges:
        assert {edge.source_card, edge.target_card} <= cards
        if edge.kind is not EdgeKind.DEPENDENCY:
            assert {edge.source, edge.target} <= rows


@given(material=materials)
def test_the_order_of_the_material_does_not_matter(material: Material) -> None:
    turned = replace(
        material,
        tasks=material.tasks[::-1],
        instances=material.instances[::-1],
        xcoms=material.xcoms[::-1],
    )
    assert build(turned) == build(material)


def unfolded() -> Graph:
    return build(replace(geo.material(), unfolded=frozenset({"render_tile"})))


def test_the_instances_of_an_unfolded_task_have_a_card_each() -> None:
    tiles = [card for card in unfolded().cards if card.task_id == "render_tile"]
    assert [card.id for card in tiles] == [f"render_tile[{index}]" for index in range(geo.TILES)]
    assert all(card.is_instance and not card.is_mapped for card in tiles)
    assert [len(card.instances) for card in tiles] == [1] * geo.TILES
    assert not any(card.id == "render_tile" for card in unfolded().cards)


def test_an_instance_shows_what_it_got_and_gave_itself() -> None:
    card = next(one for one in unfolded().cards if one.id == "render_tile[3]")
    assert [(row.field, row.values) for row in card.inputs] == [
        ("arguments[1]", ("z14/8461/5423",)),
        ("env_vars.TILES", (geo.TILES_URI,)),
    ]
    assert [row.values for row in card.outputs] == [("s3://geo-prod/png/3.png",)]


def test_what_an_unfolded_task_waits_for_each_of_its_instances_waits_for() -> None:
    waits = [
        edge.target_card
        for edge in build(
            replace(geo.material(), flows=(), unfolded=frozenset({"render_tile"}))
        ).edges
        if edge.source_card == "fetch_dem"
    ]
    assert waits == ["build_overviews", *(f"render_tile[{n}]" for n in range(geo.TILES))]


def test_of_two_unfolded_tasks_instances_of_one_index_wait_for_each_other() -> None:
    tasks = (make_task("a", "b", is_mapped=True), make_task("b", is_mapped=True))
    instances = tuple(
        Instance(make_instance(name, map_index=index), 1, "success")
        for name in ("a", "b")
        for index in range(3)
    )
    graph = build(Material(RUN, tasks, instances, unfolded=frozenset({"a", "b"})))
    assert [(one.source_card, one.target_card) for one in graph.edges] == [
        (f"a[{index}]", f"b[{index}]") for index in range(3)
    ]


def test_thousands_of_mapped_instances_take_no_longer_each_than_a_few() -> None:
    many = 6_000
    flows = tuple(
        make_flow(
            make_producer("split", ("parts", index)),
            make_consumer("load", map_index=index),
        )
        for index in range(many)
    ) + tuple(
        make_flow(
            make_producer("load", ("rows",), map_index=index),
            make_consumer("sum", map_index=index),
        )
        for index in range(many)
    )
    xcoms = tuple(make_xcom("load", {"rows": 1}, map_index=index) for index in range(many))
    began = time.thread_time()
    graph = build(flow_material(*flows, xcoms=xcoms))
    # Going through all of them for each took a minute.
    assert time.thread_time() - began < 8
    (row,) = card(graph, "load").inputs
    assert len(row.values) == many
