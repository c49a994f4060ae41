"""Runs of one DAG, a day apart: `extract` gives a URI with the run's date, `load` reads it."""

from datetime import timedelta
from typing import Any

from app.model.facts import RunFacts
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.model.values import Json
from tests.build import (
    RUN,
    START,
    make_consumer,
    make_facts,
    make_flow,
    make_producer,
    make_run,
    make_task,
    make_try,
    make_xcom,
)

URI = "s3://tiles/{}/z14.parquet"


def day(number: int) -> RunKey:
    return RunKey(RUN.dag_id, f"scheduled__2026-11-{20 + number}T06:00:00+00:00")


def facts_of(number: int, *, uri: Json = URI, state: str = "success", **more: Any) -> RunFacts:
    """`extract` gives a URI with the run's date, `load` reads it."""
    run, at = day(number), START + timedelta(days=number)
    given = uri.format(f"2026-11-{20 + number}") if isinstance(uri, str) else uri

    def attempt(task_id: str, arguments: list[Json], state: str = "success") -> Any:
        return make_try(
            task_id,
            run=run,
            state=state,
            start=at + timedelta(seconds=5),
            end=at + timedelta(seconds=9),
            rendered={"arguments": arguments},
        )

    defaults: dict[str, Any] = {
        "tasks": (make_task("extract", "load"), make_task("load"), make_task("aside")),
        "tries": (
            attempt("extract", ["--all"]),
            attempt("load", ["--in", "None" if given is None else given], state),
            attempt("aside", ["--mode=full" if number < 2 else "--mode=quick"]),
        ),
        "xcoms": (
            make_xcom("extract", {"tiles_uri": given, "rows": 3}, run=run, seconds=8),
            make_xcom("extract", f"extract-{number}abcdef", run=run, key="pod_name", seconds=8),
        ),
    }
    run_facts = make_run(
        run,
        state=state,
        run_after=at,
        logical_date=at,
        queued_at=at,
        start=at,
        end=at + timedelta(minutes=1),
        version_number=more.get("version_number", 1),
    )
    return make_facts(run_facts, **{**defaults, **more})


def analysis_of(number: int, **more: Any) -> Analysis:
    flow = make_flow(
        make_producer("extract", ("tiles_uri",), run=day(number)),
        make_consumer("load", "arguments[1]", run=day(number)),
    )
    return Analysis(**{"flows": (flow,), **more})
