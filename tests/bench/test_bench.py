"""The benchmarks measure what they say; how long it takes is not looked at here."""

import json
from pathlib import Path

import pytest

from app.flows import claims
from app.lineage.analyze import analyze
from app.lineage.source.declare import declare
from app.model.findings import Evidence
from tests.bench.__main__ import as_json, as_table, measured
from tests.bench.airflow_import import import_times, with_start
from tests.bench.long_file import long_file
from tests.bench.measures import Ratio, Row, Sizes
from tests.bench.runs import facts_of
from tests.bench.sources import by_loop, sources_of, task_id, written_out
from tests.bench.timing import Timing, best_of, forget

SMALL = Sizes(lines=150, pods=50, rounds=1, files=2)


def test_every_pull_of_the_generated_runs_is_followed() -> None:
    for source in (written_out(50), by_loop(50)):
        analysis = analyze(facts_of(50, source))
        assert len(analysis.flows) == 150
        assert {flow.evidence for flow in analysis.flows} == {Evidence.CONFIRMED}
        assert analysis.problems == ()


def test_written_out_and_in_a_loop_the_pods_pull_the_same() -> None:
    def pulls(source: str) -> list[tuple[str, ...]]:
        told = claims("", source)
        return sorted(
            (one["consumer_task"], one["field"], *one["producer_task_ids"]) for one in told
        )

    assert pulls(written_out(50)) == pulls(by_loop(50))


def test_the_tasks_of_a_run_are_in_the_order_of_their_pulls() -> None:
    downstream = {task.task_id: task.downstream for task in facts_of(60, None).tasks}
    for number in range(1, 61):
        above = {task_id(one) for one in sources_of(number)}
        assert {one for one, below in downstream.items() if task_id(number) in below} == above


def test_the_long_file_is_as_long_as_asked_and_wholly_read() -> None:
    text = long_file(300)
    assert 300 <= text.count("\n") < 420
    assert declare(text).problem is None
    told = claims("", text)
    assert {one["status"] for one in told} == {"resolved"}
    assert {one["kind"] for one in told} == {"jinja", "python", "xcomarg"}


def test_every_round_is_prepared_anew() -> None:
    done: list[str] = []
    timing = best_of(2, lambda: done.append("action"), lambda: done.append("prepare"))
    assert done == ["prepare", "action"] * 2
    assert timing.wall > 0


def test_a_forgotten_source_is_read_again() -> None:
    text = written_out(1)
    assert declare(text) is declare(text)
    before = declare(text)
    forget()
    assert declare(text) is not before


def test_it_runs_at_small_sizes_and_names_the_limits_of_the_issue() -> None:
    found = [one for one in measured(SMALL, airflow=False) if isinstance(one, Row)]
    assert {one.limit for one in found if one.limit} == {0.05, 1.0, 0.3}
    assert all(one.time.wall > 0 for one in found)


def test_the_table_marks_what_is_too_slow() -> None:
    rows: list[Row | Ratio] = [
        Row("fast", Timing(0.01, 0.01), 0.05),
        Row("slow", Timing(0.2, 0.1), 0.05),
        Ratio("beside Airflow", 3.0, 2.0),
    ]
    _, fast, slow, ratio = as_table(rows)
    assert fast.endswith("fast")
    assert slow.endswith("slow (!)")
    assert ratio.split() == ["3.0x", "2.0x", "beside", "Airflow"]


def test_each_line_of_the_json_is_a_measurement() -> None:
    (line,) = as_json([Row("fast", Timing(0.01, 0.02), 0.05)])
    assert json.loads(line) == {"name": "fast", "time": {"wall": 0.01, "cpu": 0.02}, "limit": 0.05}


@pytest.mark.lab
def test_the_real_airflow_imports_the_generated_files(tmp_path: Path) -> None:
    texts = {
        "loop": by_loop(25),
        "written": written_out(3),
        "long": long_file(100),
        "wrong": "1 / 0",
    }
    files = [tmp_path / f"{name}.py" for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text)
    *good, wrong = import_times(files, 1)
    assert wrong is None
    assert all(one and one.wall > 0 for one in good)
    assert with_start(files[0], 1).cpu > 0.1


def test_make_bench_runs_it() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    assert "-m tests.bench\n" in makefile.partition("\nbench: ")[2]
