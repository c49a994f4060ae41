"""The benchmark of the run page measures what it says; how long it takes is not looked at here."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.lineage.analyze import analyze
from app.lineage.source.declare import declare
from app.model.findings import Evidence, ProblemKind
from tests.bench.__main__ import as_table
from tests.bench.pages.asking import answers
from tests.bench.pages.browsing import Limits, limits_of
from tests.bench.pages.figures import Figure, times
from tests.bench.pages.filling import Kept
from tests.bench.pages.mapped import mapped_facts
from tests.bench.pages.measures import Sizes, _filled, _store, measured
from tests.bench.pages.serving import Server, served
from tests.bench.pages.viewers import of_viewers
from tests.bench.pages.world import facts_of, pods, source_of
from tests.bench.search.measures import Latency

SMALL = Sizes(
    tasks=(20,),
    instances=3,
    whole_from=20,
    requests=1,
    first_views=1,
    loads=1,
    seconds=0.3,
    rows=2,
    viewers=3,
    changes=1,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kept]:
    """A store's file and a run in it."""
    file = tmp_path_factory.mktemp("pages") / "pages.sqlite"
    with _store(file) as store:
        return file, _filled(store, SMALL)[0].kept


def test_the_source_of_a_run_is_read_wholly() -> None:
    assert declare(source_of(100)).problem is None


def test_all_that_tasks_got_is_followed_and_a_few_pulls_are_broken() -> None:
    made = pods(500)
    got = [one for one in made if one.state != "skipped" and not any(p.named for p in one.pulls)]
    analysis = analyze(facts_of(500))
    assert len(analysis.flows) == sum(len(pod.pulls) for pod in got)
    assert {flow.evidence for flow in analysis.flows} == {Evidence.CONFIRMED}
    assert [one.kind for one in analysis.problems] == [ProblemKind.UNKNOWN_TASK] * 3


def test_a_run_has_groups_and_every_state() -> None:
    made = pods(1_000)
    assert len({pod.task_id for pod in made}) == 1_000
    assert "group_07.load_3" in {pod.task_id for pod in made}
    states = Counter(pod.state for pod in made)
    assert set(states) == {"success", "failed", "skipped", "running", "up_for_retry"}
    assert states["success"] > 900


def test_every_instance_of_the_mapped_task_got_its_own() -> None:
    flows = analyze(mapped_facts(20)).flows
    assert {flow.consumer.instance.map_index for flow in flows} == {*range(20), -1}


@pytest.fixture(scope="module")
def server(filled: tuple[Path, Kept]) -> Iterator[Server]:
    with served(filled[0]) as server:
        yield server


def test_bytes_are_those_that_were_sent(filled: tuple[Path, Kept], server: Server) -> None:
    _, kept = filled
    plain, sent = (server.ask(kept.address, is_compressed=one) for one in (False, True))
    assert plain.size > 5 * sent.size
    assert server.cpu() > 0
    server.rest()
    (page,) = [
        one
        for one in answers(server, kept, name="20 tasks", rounds=1)
        if isinstance(one, Figure) and one.name == "20 tasks: the page, as sent"
    ]
    assert page.value * 1000 == pytest.approx(sent.size, abs=100)
    assert page.more == f"{plain.size / 1000:,.0f} kB plain"


def test_every_viewer_is_told_of_every_change(filled: tuple[Path, Kept], server: Server) -> None:
    file, kept = filled
    with _store(file) as store:
        memory, delay = of_viewers(server, store, kept.run, viewers=5, changes=2)
    assert (memory.unit, memory.limit) == ("kB", 50)  # type: ignore[union-attr]
    assert "10 in all" in delay.more  # type: ignore[union-attr]


def test_the_95th_of_a_hundred_is_held_against_the_limit() -> None:
    figure = times("frames", [float(one) for one in range(101)], 90)
    assert (figure.value, figure.more) == (95, "50.0 in the middle, 101 in all")
    _, slow, light, many = as_table([figure, Figure("page", 99, "kB", 100), Figure("nodes", 7, "")])
    assert slow.split()[:4] == ["95.0", "ms", "90", "ms"]
    assert slow.endswith("frames (50.0 in the middle, 101 in all) (!)")
    assert light.endswith("page")
    assert many.split() == ["7", "nodes"]


def test_paint_and_bytes_are_limited_up_to_a_thousand_tasks() -> None:
    assert limits_of(1_000) == Limits(painted=500, frame=32, bytes=100, script=40)
    assert limits_of(2_000) == Limits(frame=32, script=40)


@pytest.mark.browser
def test_it_runs_at_small_sizes_and_names_the_limits_of_the_issue() -> None:
    found = list(measured(SMALL))
    latencies = [one for one in found if isinstance(one, Latency)]
    figures = [one for one in found if isinstance(one, Figure)]
    assert {one.limit for one in latencies if one.limit} == {2.0}
    assert {one.limit for one in figures if one.limit} == {500, 32, 100, 40, 50}
    whole = [one for one in found if one.name.startswith("20 tasks, all drawn")]
    assert {one.limit for one in whole} == {None}
    assert all(one.wall.p50 > 0 for one in latencies)
    assert all(one.value > 0 for one in figures)
    assert len({one.name for one in found}) == len(found)
