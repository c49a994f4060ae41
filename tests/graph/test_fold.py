from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.graph.build import build
from app.graph.fold import fold
from app.graph.groups import groups_of
from app.graph.material import Material
from app.graph.parts import Card, Edge, EdgeKind, Graph
from app.graph.structure import ports, source_port, target_port
from app.model.ids import RunKey
from tests.graph import geo, grouped
from tests.graph.generated import materials

MARKETS = 3


def folded(*closed: str, markets: int = MARKETS) -> Graph:
    return fold(build(grouped.material(markets)), frozenset(closed))


def card(graph: Graph, name: str) -> Card:
    return next(one for one in graph.cards if one.id == name)


def between(graph: Graph, source: str, target: str) -> list[Edge]:
    return [one for one in graph.edges if (one.source_card, one.target_card) == (source, target)]


def test_a_folded_group_is_one_card_with_what_comes_in_and_goes_out() -> None:
    graph = folded("market_000")
    group = card(graph, "market_000")
    assert [one.task_id for one in group.members] == [
        f"market_000.{step}" for step in grouped.STEPS
    ]
    assert [(row.of, row.field) for row in group.inputs] == [("fetch", "arguments[0]")]
    assert [(row.of, row.port.path) for row in group.outputs] == [("export", ("uri",))]
    assert len(group.instances) == len(grouped.STEPS)
    assert not any(one.id.startswith("market_000.") for one in graph.cards)


def test_rows_keep_their_ids_so_that_an_address_shows_the_same_port() -> None:
    group = card(folded("market_000"), "market_000")
    assert group.inputs[0].id == "in:market_000.fetch:arguments[0]"
    assert group.outputs[0].id == "out:market_000.export:return_value['uri']"


def test_edges_within_a_group_are_not_drawn_and_those_out_of_it_end_at_its_card() -> None:
    graph = folded("market_000")
    (into,) = between(graph, "plan", "market_000")
    (out,) = between(graph, "market_000", "publish")
    assert into.kind is out.kind is EdgeKind.FLOW
    assert between(graph, "market_000", "market_000") == []


def test_what_is_broken_in_a_group_stays_to_be_seen() -> None:
    group = card(folded("market_002"), "market_002")
    (row,) = group.broken_pulls
    assert (row.of, row.field) == ("score", "env_vars.WEIGHTS")


def test_the_same_mistake_of_many_tasks_is_one_row() -> None:
    problem = grouped.problem()
    assert problem.consumer is not None
    problems = [
        replace(
            problem,
            consumer=replace(
                problem.consumer,
                instance=replace(problem.consumer.instance, task_id=f"market_002.{step}"),
            ),
        )
        for step in grouped.STEPS
    ]
    material = replace(grouped.material(MARKETS), problems=tuple(problems))
    (row,) = card(fold(build(material), {"market_002"}), "market_002").broken_pulls
    assert row.instances == len(grouped.STEPS)


def test_a_group_with_many_inputs_shows_them_by_their_field() -> None:
    material = _in_one_group(grouped.material(9))
    group = card(fold(build(material), {"all"}), "all")
    (row,) = [one for one in group.inputs if one.field == "arguments[0]"]
    assert row.id == "in:all:arguments[0]"
    assert len(row.values) == 9
    (edges,) = [[one for one in fold(build(material), {"all"}).edges if one.target == row.id]]
    assert len(edges) == 9  # One from each of the keys that `plan` gives.


def _in_one_group(material: Material) -> Material:
    """Every market's tasks within `all`."""

    def moved(task_id: str) -> str:
        return f"all.{task_id}" if task_id.startswith("market") else task_id

    return Material(
        run=material.run,
        tasks=tuple(
            replace(
                one, task_id=moved(one.task_id), downstream=frozenset(map(moved, one.downstream))
            )
            for one in material.tasks
        ),
        flows=tuple(
            replace(
                one,
                producer=replace(
                    one.producer,
                    instance=replace(
                        one.producer.instance, task_id=moved(one.producer.instance.task_id)
                    ),
                ),
                consumer=replace(
                    one.consumer,
                    instance=replace(
                        one.consumer.instance, task_id=moved(one.consumer.instance.task_id)
                    ),
                ),
            )
            for one in material.flows
        ),
    )


def test_between_groups_a_dependency_is_drawn_only_where_nothing_flows() -> None:
    graph = folded("market_000", "market_001")
    assert [one.kind for one in between(graph, "market_000", "publish")] == [EdgeKind.FLOW]
    waits = fold(build(replace(grouped.material(MARKETS), flows=())), {"market_000", "market_001"})
    (edge,) = between(waits, "market_000", "publish")
    assert edge.kind is EdgeKind.DEPENDENCY


def test_without_a_group_that_is_there_nothing_changes() -> None:
    graph = build(geo.material())
    assert fold(graph, {"nowhere"}) is graph


@given(materials, st.data())
def test_whatever_is_folded_every_edge_ends_at_a_row_and_no_mistake_is_lost(
    material: Material, data: st.DataObject
) -> None:
    graph = build(material)
    groups = sorted(groups_of(graph.cards))
    closed = data.draw(st.sets(st.sampled_from(groups))) if groups else set()
    left = fold(graph, closed)
    ends = {name for one in left.cards for name, _, _ in ports(one)}
    assert all({source_port(one), target_port(one)} <= ends for one in left.edges)
    assert _mistakes(left) == _mistakes(graph)
    assert len({one.id for one in left.cards}) == len(left.cards)


def _mistakes(graph: Graph) -> set[tuple[str, str]]:
    return {(row.problem.kind, row.field) for one in graph.cards for row in one.problems}


def test_the_run_of_a_folded_card_is_the_run_itself() -> None:
    assert card(folded("market_000"), "market_000").run == RunKey(
        grouped.RUN.dag_id, grouped.RUN.run_id
    )
