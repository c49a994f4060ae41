from app.graph.build import build
from app.graph.trace import Trace, traces
from tests.graph import geo

TILES = "out:extract_tiles:return_value['tiles_uri']"


def ends(ids: tuple[str, ...]) -> set[tuple[str, str]]:
    graph = build(geo.material())
    return {(e.source_card, e.target_card) for e in graph.edges if e.id in ids}


def trace_of(row: str) -> Trace:
    return traces(build(geo.material()))[row]


def test_an_output_lights_where_it_went_and_where_it_should_have_gone() -> None:
    assert ends(trace_of(TILES).lit) == {
        ("extract_tiles", "render_tile"),
        ("extract_tiles", "quality.rows"),
        ("extract_tiles", "write_report"),
        ("extract_tiles", "build_overviews"),
    }


def test_what_its_producer_got_is_the_second_degree() -> None:
    assert ends(trace_of(TILES).second) == {
        ("plan_area", "extract_tiles"),
        ("list_scenes", "extract_tiles"),
    }


def test_an_input_lights_where_it_came_from_alone() -> None:
    trace = trace_of("in:write_report:op_kwargs.source")
    assert ends(trace.lit) == {("extract_tiles", "write_report")}


def test_a_broken_pull_lights_what_was_meant() -> None:
    row = "bad:build_overviews:env_vars.PATH_IN:unknown_task:extarct_tiles"
    assert ends(trace_of(row).lit) == {("extract_tiles", "build_overviews")}
