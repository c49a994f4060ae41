from time import perf_counter

from app.graph.build import build
from app.graph.parts import Edge, EdgeKind, Graph
from app.graph.trace import Trace, trace
from tests.graph import geo

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
