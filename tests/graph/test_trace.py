from time import perf_counter

from hypothesis import assume, given

from app.graph.build import build
from app.graph.fold import fold
from app.graph.material import Material
from app.graph.parts import Edge, EdgeKind, Graph
from app.graph.trace import Trace, trace
from tests.build import RUN, make_consumer, make_flow, make_producer
from tests.graph import geo
from tests.graph.generated import materials

TILES = "out:extract_tiles:return_value['tiles_uri']"


def ends(ids: frozenset[str]) -> set[tuple[str, str]]:
    graph = build(geo.material())
    return {(e.source_card, e.target_card) for e in graph.edges if e.id in ids}


def trace_of(row: str) -> Trace:
    return trace(build(geo.material()), row)


def flow(source: str, target: str, *, kind: EdgeKind = EdgeKind.FLOW) -> Edge:
    """From the only output of a card to the only input of another."""
    rows = (f"out:{source}", f"in:{target}")
    return Edge(f"{source}{target}", kind, source, target, *rows)


def test_an_output_lights_where_it_went_and_where_it_should_have_gone() -> None:
    assert ends(trace_of(TILES).lit) == {
        ("extract_tiles", "render_tile"),
        ("extract_tiles", "quality.rows"),
        ("extract_tiles", "write_report"),
        ("extract_tiles", "build_overviews"),
    }


def test_what_its_producer_got_and_its_consumers_gave_is_the_second_degree() -> None:
    assert ends(trace_of(TILES).second) == {
        ("plan_area", "extract_tiles"),
        ("list_scenes", "extract_tiles"),
        ("render_tile", "publish_stac"),
        ("quality.rows", "write_report"),
    }


def test_an_input_lights_where_it_came_from_alone() -> None:
    traced = trace_of("in:write_report:op_kwargs.source")
    assert ends(traced.lit) == {("extract_tiles", "write_report")}


def test_a_broken_pull_lights_what_was_meant() -> None:
    row = "bad:build_overviews:env_vars.PATH_IN:unknown_task:extarct_tiles"
    assert ends(trace_of(row).lit) == {("extract_tiles", "build_overviews")}
    assert ("build_overviews", "publish_stac") in ends(trace_of(row).second)


def test_a_trace_goes_on_to_both_ends_of_the_graph_and_to_no_siblings() -> None:
    chain = [flow(*pair) for pair in ("ab", "bc", "cd", "de", "ef")]
    traced = trace(Graph(edges=(*chain, flow("b", "x"), flow("y", "e"))), "out:c")
    assert traced.lit == {"cd"}
    assert traced.second == {"bc", "de"}
    assert traced.far == {"ab", "ef"}


def test_a_task_that_only_should_have_got_the_value_gave_nothing_because_of_it() -> None:
    edges = (flow("a", "b", kind=EdgeKind.MEANT), flow("b", "c"))
    assert trace(Graph(edges=edges), "out:a") == Trace(lit=frozenset({"ab"}))


def test_a_circle_over_runs_ends() -> None:
    edges = (flow("a", "b"), flow("b", "c"), flow("c", "a"))
    assert trace(Graph(edges=edges), "out:a") == Trace(frozenset({"ab"}), frozenset({"bc", "ca"}))


def test_a_row_without_an_edge_has_no_trace() -> None:
    edges = (flow("a", "b"), Edge("d0", EdgeKind.DEPENDENCY, "b", "c"))
    assert trace(Graph(edges=edges), "out:gone") == trace(Graph(edges=edges), "") == Trace()


def lanes() -> Graph:
    """A TaskGroup with two tasks that have nothing to do with each other, and one after the first.

    begin → g.a → g.c → left, begin → g.b → right
    """
    pairs = (("begin", "g.a"), ("g.a", "g.c"), ("g.c", "left"), ("begin", "g.b"), ("g.b", "right"))
    flows = [
        make_flow(make_producer(one, (other,)), make_consumer(other, "arguments[0]"))
        for one, other in pairs
    ]
    return fold(build(Material(RUN, flows=tuple(flows))), {"g"})


def lit(graph: Graph, row: str) -> tuple[set[str], set[str], set[str]]:
    """The rows where the edges of its trace end."""
    traced = trace(graph, row)
    targets = {edge.id: edge.target for edge in graph.edges}
    return (
        {targets[one] for one in traced.lit},
        {targets[one] for one in traced.second},
        {targets[one] for one in traced.far},
    )


def test_through_a_folded_group_a_trace_follows_what_is_joined_in_it() -> None:
    got, other = "in:g.a:arguments[0]", "in:g.b:arguments[0]"
    left, right = "in:left:arguments[0]", "in:right:arguments[0]"
    assert lit(lanes(), got) == ({got}, {left}, set())
    assert lit(lanes(), "out:begin:return_value['g.b']") == ({other}, {right}, set())
    assert lit(lanes(), "out:g.b:return_value['right']") == ({right}, {other}, set())
    assert lit(lanes(), left) == ({left}, {got}, set())


@given(materials)
def test_folding_lights_no_more_than_what_the_tasks_of_a_group_would(material: Material) -> None:
    whole = build(material)
    folded = fold(whole, {"group"})
    rows = {row.id for card in folded.cards for row in card.rows}
    # Where many rows of a group are put together their traces are too.
    assume(rows <= {row.id for card in whole.cards for row in card.rows})
    for row in rows:
        assert _pairs(folded, row) <= _pairs(whole, row)


def _pairs(graph: Graph, row: str) -> set[tuple[str, str]]:
    """Ends of all edges of the trace."""
    traced = trace(graph, row)
    ids = traced.lit | traced.second | traced.far
    return {(edge.source, edge.target) for edge in graph.edges if edge.id in ids}


def test_a_trace_through_three_thousand_edges_is_a_matter_of_milliseconds() -> None:
    names = [str(number) for number in range(1000)]
    edges = tuple(
        flow(names[number], names[number + step])
        for number in range(990)
        for step in (1, 4, 9)
        if number + step < len(names)
    )
    begun = perf_counter()
    traced = trace(Graph(edges=edges), "out:500")
    assert len(traced.far) > 2000
    assert perf_counter() - begun < 0.5
