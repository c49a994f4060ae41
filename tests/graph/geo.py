"""geo_tiles_daily: a run with everything a graph can show, as in the pictures of the look.

Its pods make map tiles. `build_overviews` names `extarct_tiles`, so it fails in its template and
`publish_stac` never starts.
"""

from typing import Any

from app.graph.material import Material, material_of
from app.model.facts import RunFacts, Task, Try, XCom
from app.model.findings import (
    Analysis,
    Check,
    Evidence,
    Flow,
    Problem,
    ProblemKind,
    Pull,
    Severity,
    Suggestion,
)
from app.model.ids import RunKey
from app.model.values import Json, Path
from tests.build import (
    after,
    make_consumer,
    make_facts,
    make_producer,
    make_run,
    make_task,
    make_try,
    make_xcom,
)

GEO = RunKey("geo_tiles_daily", "scheduled__2026-11-20T06:00:00+00:00")
TILES = 6
TEMPLATE = "{{ ti.xcom_pull(task_ids='extarct_tiles')['tiles_uri'] }}"
TILES_URI = "s3://geo-prod/tiles/2026-11-21/z14/tiles.parquet?v=a31"
SOURCE = f'''\
"""Tiles of every area, each night."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, dag

with DAG("geo_tiles_daily", schedule="0 2 * * *"):
    plan_area = KubernetesPodOperator(task_id="plan_area", do_xcom_push=True)
    extract_tiles = KubernetesPodOperator(
        task_id="extract_tiles",
        do_xcom_push=True,
        arguments=[
            "{{{{ ti.xcom_pull('plan_area')['grid_uri'] }}}}",
            "--overwrite",
            "--zoom",
            "{{{{ ti.xcom_pull('plan_area')['zoom'] }}}}",
        ],
    )
    render_tile = KubernetesPodOperator.partial(
        task_id="render_tile",
        env_vars={{"TILES": "{{{{ ti.xcom_pull('extract_tiles')['tiles_uri'] }}}}"}},
        do_xcom_push=True,
    ).expand(arguments=extract_tiles.output)
    build_overviews = KubernetesPodOperator(
        task_id="build_overviews",
        do_xcom_push=True,
        env_vars={{
            "PATH_IN": "{TEMPLATE}",
            "DEM": "{{{{ ti.xcom_pull('fetch_dem')['dem_uri'] }}}}",
        }},
    )
'''

_GIVEN: dict[str, dict[str, Json]] = {
    "plan_area": {
        "aoi_wkt": "POLYGON ((5.86 47.27, 15.04 47.27, 15.04 55.06, 5.86 55.06))",
        "grid_uri": "s3://geo-prod/plan/2026-11-21/z14/grid.json",
        "zoom": 14,
        "crs": "EPSG:3857",
        "area_km2": 357582.1,
        "cells": 8461,
        "planner": "v3",
    },
    "list_scenes": {
        "scenes_uri": "s3://geo-prod/scenes/2026-11-21/scenes.jsonl",
        "count": 212,
        "cloud_cover": 0.12,
    },
    "fetch_dem": {"dem_uri": "/vsis3/geo-prod/dem/dem_10m.vrt"},
    "extract_tiles": {
        "tile_ids": [f"z14/8461/{5420 + number}" for number in range(TILES)],
        "tiles_uri": TILES_URI,
        "crs": "EPSG:3857",
        "bytes": 88123412,
        "seconds": 231,
        "workers": 16,
    },
    "quality.rows": {"score": {"value": 0.9871}},
}

_AFTER = {
    "plan_area": ("fetch_dem", "extract_tiles", "build_overviews"),
    "list_scenes": ("extract_tiles",),
    "fetch_dem": ("render_tile", "build_overviews"),
    "extract_tiles": ("render_tile", "quality.crs", "quality.rows", "build_overviews"),
    "render_tile": ("publish_stac", "write_report"),
    "build_overviews": ("publish_stac",),
    "quality.crs": ("quality.rows",),
    "quality.rows": ("write_report",),
    "write_report": (),
    "publish_stac": (),
}


def facts() -> RunFacts:
    return make_facts(
        make_run(GEO, state="failed", end=after(848), version_number=31),
        tasks=tuple(_task(name, *following) for name, following in _AFTER.items()),
        tries=tuple(_tries()),
        xcoms=tuple(_xcoms()),
        version_number=31,
        source=SOURCE,
    )


def analysis() -> Analysis:
    return Analysis(flows=tuple(_flows()), problems=(problem(),))


def material() -> Material:
    return material_of(facts(), analysis())


def problem() -> Problem:
    return Problem(
        kind=ProblemKind.UNKNOWN_TASK,
        severity=Severity.ERROR,
        title="build_overviews reads extarct_tiles, which is not a task of this DAG",
        consumer=make_consumer("build_overviews", "env_vars.PATH_IN", run=GEO, spans=()),
        pull=Pull(GEO.dag_id, ("extarct_tiles",), "return_value", ("tiles_uri",), TEMPLATE, 27),
        checks=(
            Check("task exists", ok=False, seen="extarct_tiles"),
            Check("upstream", ok=None),
        ),
        suggestion=Suggestion(
            "did you mean extract_tiles?", TEMPLATE.replace("extarct", "extract")
        ),
        airflow_said="UndefinedError: 'None' has no attribute 'tiles_uri'",
        wrong="extarct_tiles",
    )


def doubt(severity: Severity = Severity.WARNING) -> Problem:
    """A field that got something, about which there is a doubt."""
    return Problem(
        ProblemKind.STALE_VALUE,
        severity,
        "write_report got a value of an earlier try",
        consumer=make_consumer("write_report", "op_kwargs.source", run=GEO),
        pull=Pull(GEO.dag_id, ("extract_tiles",), "return_value", ("tiles_uri",)),
        silent=True,
        suggestion=Suggestion("clear write_report"),
    )


def _task(name: str, *following: str) -> Task:
    python = name == "write_report"
    return make_task(
        name,
        *following,
        operator="PythonOperator" if python else "KubernetesPodOperator",
        is_mapped=name == "render_tile",
        retries=2,
    )


def _tries() -> list[Try]:
    done: dict[str, Any] = {"rendered": {"arguments": []}, "max_tries": 2}
    tries = [
        make_try("plan_area", run=GEO, start=after(1), end=after(39), **done),
        make_try("list_scenes", run=GEO, start=after(1), end=after(73), **done),
        make_try("fetch_dem", run=GEO, start=after(40), end=after(92), **done),
        make_try("extract_tiles", run=GEO, state="failed", start=after(74), end=after(90), **done),
        make_try("extract_tiles", run=GEO, try_number=2, start=after(91), end=after(337), **done),
        make_try("quality.crs", run=GEO, start=after(338), end=after(360), **done),
        make_try("quality.rows", run=GEO, start=after(361), end=after(480), **done),
        make_try("write_report", run=GEO, operator="PythonOperator", end=after(5), **done),
        make_try("publish_stac", run=GEO, try_number=0, state="upstream_failed", max_tries=2),
    ]
    tries += [
        make_try(
            "build_overviews",
            run=GEO,
            try_number=number,
            state="failed",
            start=after(340 + 30 * number),
            end=after(342 + 30 * number),
            max_tries=2,
        )
        for number in (1, 2, 3)
    ]
    for index in range(TILES):
        state = "skipped" if index == TILES - 1 else "success"
        tries.append(make_try("render_tile", run=GEO, map_index=index, state=state, **done))
    return tries


def _xcoms() -> list[XCom]:
    given = [make_xcom(name, value, run=GEO) for name, value in _GIVEN.items()]
    given.append(make_xcom("plan_area", "plan-area-x7", key="pod_name", run=GEO))
    for index in range(TILES - 1):
        tile: Json = {"png_uri": f"s3://geo-prod/png/{index}.png", "bytes": index, "seconds": 3}
        given.append(make_xcom("render_tile", tile, map_index=index, run=GEO))
    return given


def _flows() -> list[Flow]:
    rows = "quality.rows"
    flows = [
        _flow("plan_area", ("aoi_wkt",), "fetch_dem", "env_vars.AOI"),
        _flow("plan_area", ("grid_uri",), "extract_tiles", "arguments[0]"),
        _flow("plan_area", ("zoom",), "extract_tiles", "arguments[3]"),
        _flow("list_scenes", ("scenes_uri",), "extract_tiles", "env_vars.SCENES"),
        _flow("extract_tiles", ("crs",), "quality.crs", "arguments[0]"),
        _flow("extract_tiles", ("tiles_uri",), rows, "env_vars.SRC"),
        _flow("extract_tiles", ("tiles_uri",), "write_report", "op_kwargs.source"),
        _flow(rows, ("score", "value"), "write_report", "op_kwargs.score"),
        _unseen("fetch_dem", ("dem_uri",), "build_overviews", "env_vars.DEM", try_number=3),
        _unseen("plan_area", ("zoom",), "build_overviews", "arguments[1]", try_number=3),
        _unseen("build_overviews", ("cog_uri",), "publish_stac", "arguments[0]", try_number=0),
    ]
    for index in range(TILES):
        flows.append(_tile_flow(("tile_ids", index), "arguments[1]", index))
        flows.append(_tile_flow(("tiles_uri",), "env_vars.TILES", index))
    for index in range(TILES - 1):
        flow = _unseen("render_tile", ("png_uri",), "publish_stac", "arguments[2]", index=index)
        flows.append(flow)
    return flows


def _flow(task_id: str, path: Path, consumer: str, field: str) -> Flow:
    value = _value(task_id, path)
    try_number = 2 if consumer == "extract_tiles" else 1
    return Flow(
        make_producer(task_id, path, run=GEO),
        make_consumer(consumer, field, run=GEO, try_number=try_number, spans=((0, len(value)),)),
        Evidence.CONFIRMED,
        value,
        line=12,
    )


def _tile_flow(path: Path, field: str, index: int) -> Flow:
    value = _value("extract_tiles", path)
    return Flow(
        make_producer("extract_tiles", path, run=GEO),
        make_consumer("render_tile", field, run=GEO, map_index=index, spans=((0, len(value)),)),
        Evidence.CONFIRMED,
        value,
        line=20,
    )


def _unseen(  # noqa: PLR0913 - a flow has two ends of three words each
    task_id: str, path: Path, consumer: str, field: str, *, try_number: int = 0, index: int = -1
) -> Flow:
    return Flow(
        make_producer(task_id, path, run=GEO, map_index=index),
        make_consumer(consumer, field, run=GEO, try_number=try_number, spans=()),
        Evidence.DECLARED,
        "",
        line=28,
    )


def _value(task_id: str, path: Path) -> str:
    value: Json = _GIVEN[task_id]
    for step in path:
        value = value[step]  # type: ignore[index]  # the path is ours
    return str(value)
