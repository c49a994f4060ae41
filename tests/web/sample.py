"""A store as a small company's would look: three DAGs, a history, and what goes wrong there.

`geo_tiles_daily` reads a mistyped task id and fails, `churn_training` gets the text None and is
green, `orders_export` writes an empty return.json that two other tasks wait for.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.lineage.explain.causes import with_causes
from app.model.facts import Dag, DagVersion, Run, Task, Try, XCom, XComKey
from app.model.findings import (
    Analysis,
    Check,
    Consumer,
    Evidence,
    Flow,
    Problem,
    ProblemKind,
    Producer,
    Pull,
    Severity,
    Suggestion,
)
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey
from app.model.values import Json, Path
from app.refresh.indexing import index_some
from app.refresh.learning import learn_runs
from app.store.dags import write_dags, write_version
from app.store.deployments import ensure_deployment, note_failure, note_pass
from app.store.findings import write_analysis
from app.store.runs import note_visits, write_runs
from app.store.session import Store, WriteSession
from app.store.tries import write_tries
from app.store.xcoms import mark_gone, write_xcoms

NOW = datetime(2026, 11, 21, 8, 20, tzinfo=UTC)
_GEO_SOURCE = '''\
"""Tiles of every area, each night."""

from datetime import datetime

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

with DAG("geo_tiles_daily", schedule="0 2 * * *", start_date=datetime(2026, 1, 1)) as dag:
    plan_area = KubernetesPodOperator(
        task_id="plan_area",
        image="registry.geo/planner:4.2",
        do_xcom_push=True,
    )
    list_scenes = KubernetesPodOperator(task_id="list_scenes", image="registry.geo/scenes:4.2")

    extract_tiles = KubernetesPodOperator(
        task_id="extract_tiles",
        image="registry.geo/tiler:4.2",
        arguments=[
            "--grid={{ ti.xcom_pull('plan_area')['grid_uri'] }}",
            "extract", "--out={{ params.bucket }}/tiles/{{ ds }}",
            "--zoom={{ ti.xcom_pull('plan_area')['zoom'] }}",
        ],
        env_vars={"SCENES": "{{ ti.xcom_pull('list_scenes')['scenes_uri'] }}"},
        do_xcom_push=True,
        retries=2,
    )
    build_overviews = KubernetesPodOperator(
        task_id="build_overviews",
        image="registry.geo/overviews:4.2",
        env_vars={
            "PATH_IN": "{{ ti.xcom_pull(task_ids='extarct_tiles')['tiles_uri'] }}",
            "ZOOM": "{{ ti.xcom_pull(task_ids='plan_area')['zoom'] }}",
        },
    )
    [plan_area, list_scenes] >> extract_tiles >> build_overviews
'''
_POD = "KubernetesPodOperator"
_TILES = "s3://geo-prod/tiles/2026-11-21/z14/tiles.parquet?v=a31"


def fill(store: Store) -> None:
    """Put it all in, through the doors that a pass uses."""
    with store.writing() as session:
        eu = ensure_deployment(session, name="prod-eu", url="http://airflow.eu.example:8080")
        us = ensure_deployment(session, name="prod-us", url="http://airflow.us.example:8080")
        _geo_tiles(session, eu)
        _churn(session, eu)
        _orders(session, us)
        for pk, version in ((eu, "3.3.2"), (us, "3.3.2")):
            note_pass(
                session,
                deployment_pk=pk,
                watermark=NOW - timedelta(seconds=5),
                at=NOW - timedelta(seconds=4),
                seconds=0.8,
                requests=412,
                values=230,
                airflow_version=version,
            )
        while index_some(session):
            pass
    for pk in (eu, us):
        learn_runs(store, deployment_pk=pk, most=100)


def break_off(store: Store) -> None:
    """The Airflow of prod-us stops answering."""
    with store.writing() as session:
        us = ensure_deployment(session, name="prod-us", url="http://airflow.us.example:8080")
        note_failure(
            session,
            deployment_pk=us,
            at=NOW,
            error="Airflow does not answer at http://airflow.us.example:8080: connection refused; "
            "check XCOMTRACE_AIRFLOW_URL",
        )


def export_orders_again(store: Store) -> None:
    """Another run of orders_export, in which the same goes wrong."""
    with store.writing() as session:
        us = ensure_deployment(session, name="prod-us", url="http://airflow.us.example:8080")
        _orders_run(session, us, RunKey("orders_export", "again"), NOW - timedelta(minutes=21))


def geo_run(days_ago: int = 0) -> RunKey:
    day = datetime(2026, 11, 21, 2, tzinfo=UTC) - timedelta(days=days_ago)
    return RunKey("geo_tiles_daily", f"scheduled__{day:%Y-%m-%dT%H:%M:%S}+00:00")


def orders_run() -> RunKey:
    return RunKey("orders_export", "manual__2026-11-21T07:40:00/eu+1")


def churn_run() -> RunKey:
    return RunKey("churn_training", "scheduled__2026-11-21T08:00:00+00:00")


def _geo_tiles(session: WriteSession, pk: int) -> None:
    dag = Dag(
        "geo_tiles_daily",
        "geo_tiles_daily",
        "0 2 * * *",
        fileloc="geo/tiles.py",
        latest_version=31,
        tags=("geo", "nightly"),
    )
    tasks = (
        _task("plan_area", "extract_tiles", "build_overviews"),
        _task("list_scenes", "extract_tiles"),
        _task("extract_tiles", "build_overviews"),
        _task("build_overviews", "publish_stac"),
        _task("publish_stac"),
    )
    write_dags(session, deployment_pk=pk, dags=[dag])
    version = DagVersion(dag.dag_id, 31, source=_GEO_SOURCE, tasks=tasks)
    write_version(session, deployment_pk=pk, version=version)
    for days_ago in range(26, -1, -1):
        _geo_tiles_run(session, pk, days_ago)


def _geo_tiles_run(session: WriteSession, pk: int, days_ago: int) -> None:
    key, broken = geo_run(days_ago), days_ago < 2
    start = NOW.replace(hour=2, minute=0) - timedelta(days=days_ago)
    minutes = 14 - 3 * (days_ago % 4) + (0 if not broken else -4)
    state = "failed" if broken or days_ago == 20 else "success"
    run = _run(key, state, start, minutes * 60.0, version=31)
    write_runs(session, deployment_pk=pk, runs=[run])
    write_tries(session, deployment_pk=pk, tries=_geo_tries(key, start, broken=broken))
    xcoms = _geo_xcoms(key, start)
    write_xcoms(session, deployment_pk=pk, xcoms=xcoms)
    mark_gone(
        session,
        deployment_pk=pk,
        run=key,
        present=frozenset(xcom.at for xcom in xcoms[:-1]),
        at=start + timedelta(hours=1),
    )
    analysis = Analysis(_geo_flows(key), (_geo_problem(key),) if broken else ())
    _analysed(session, pk, key, analysis, start + timedelta(minutes=14))
    if days_ago > 0:
        for _ in range(3):
            note_visits(session, deployment_pk=pk, runs=[key], at=start + timedelta(hours=1))


def _geo_tries(key: RunKey, start: datetime, *, broken: bool) -> list[Try]:
    rendered: dict[str, Json] = {
        "arguments": [
            "--grid=s3://geo-plan/2026-11-21/z14/grid.json",
            "extract",
            "--out=s3://geo-prod/tiles/2026-11-21",
            "--zoom=14",
        ],
        "env_vars": {
            "SCENES": "s3://geo-plan/2026-11-21/scenes.jsonl",
            "GDAL_CACHEMAX": "2048",
            "AWS_TOKEN": "***",
        },
        "image": "registry.geo/tiler:4.2",
        "cmds": [],
        "labels": {},
    }
    extract = _try(key, "extract_tiles", "failed", start, 90, 41)
    again = _try(key, "extract_tiles", "success", start, 145, 246, number=2)
    last = "failed" if broken else "success"
    return [
        _try(key, "plan_area", "success", start, 4, 38),
        _try(key, "list_scenes", "success", start, 4, 72),
        extract,
        replace(again, rendered=rendered, max_tries=2, hostname="worker-1"),
        replace(
            _try(key, "build_overviews", last, start, 400, 2, number=3 if broken else 1),
            rendered=None if broken else {"env_vars": {"PATH_IN": _TILES, "ZOOM": "14"}},
        ),
        _try(key, "publish_stac", "upstream_failed", start, 403, 0, number=0)
        if broken
        else _try(key, "publish_stac", "success", start, 403, 0),
    ]


def _geo_xcoms(key: RunKey, start: datetime) -> list[XCom]:
    tiles: Json = {
        "tiles_uri": _TILES,
        "tile_ids": [f"z14/8461/{5420 + n}" for n in range(12)],
        "crs": "EPSG:3857",
        "stats": {"rows": 128, "empty": 3, "bytes": 81_230_112, "skipped": None},
        "bbox": [5.86, 47.27, 15.04, 55.06],
        "took_s": 243.8,
    }
    plan: Json = {
        "grid_uri": "s3://geo-plan/2026-11-21/z14/grid.json",
        "zoom": 14,
        "aoi_wkt": "POLYGON ((5.86 47.27, 15.04 47.27, 15.04 55.06, 5.86 55.06, 5.86 47.27))",
    }
    scenes: Json = {"scenes_uri": "s3://geo-plan/2026-11-21/scenes.jsonl", "scenes": 41}
    old: Json = {"tiles_uri": _TILES.replace("a31", "9f0")}
    return [
        _xcom(key, "plan_area", plan, start, 42),
        _xcom(key, "list_scenes", scenes, start, 76),
        _xcom(key, "extract_tiles", tiles, start, 391),
        _xcom(key, "extract_tiles", "extract-tiles-x7k2p", start, 391, name="pod_name"),
        _xcom(key, "extract_tiles", old, start, 130),
    ]


def _geo_flows(key: RunKey) -> tuple[Flow, ...]:
    grid = "s3://geo-plan/2026-11-21/z14/grid.json"
    scenes = "s3://geo-plan/2026-11-21/scenes.jsonl"
    return (
        _flow(key, "plan_area", ("grid_uri",), "extract_tiles", "arguments[0]", grid, 20, at=7),
        _flow(key, "plan_area", ("zoom",), "extract_tiles", "arguments[3]", "14", 22, at=7),
        _flow(
            key,
            "list_scenes",
            ("scenes_uri",),
            "extract_tiles",
            "env_vars.SCENES",
            scenes,
            24,
            at=0,
        ),
        replace(
            _flow(
                key,
                "plan_area",
                ("zoom",),
                "build_overviews",
                "env_vars.ZOOM",
                "14",
                33,
                at=0,
                number=3,
            ),
            evidence=Evidence.DECLARED,
        ),
    )


def _geo_problem(key: RunKey) -> Problem:
    template = "{{ ti.xcom_pull(task_ids='extarct_tiles')['tiles_uri'] }}"
    return Problem(
        ProblemKind.UNKNOWN_TASK,
        Severity.ERROR,
        "build_overviews reads a task that does not exist",
        consumer=Consumer(_instance(key, "build_overviews"), 3, "env_vars.PATH_IN"),
        pull=Pull(key.dag_id, ("extarct_tiles",), "return_value", ("tiles_uri",), template, 32),
        checks=(
            Check("task exists", ok=False, seen="no task has this id"),
            Check("is upstream", ok=None),
            Check("ran in this run", ok=None),
            Check("pushed return_value", ok=None),
            Check("key tiles_uri present", ok=None),
            Check("value is not null", ok=None),
        ),
        suggestion=Suggestion(
            "did you mean extract_tiles?", template.replace("extarct", "extract")
        ),
        airflow_said="UndefinedError: 'None' has no attribute 'tiles_uri'",
        wrong="extarct_tiles",
    )


def _churn(session: WriteSession, pk: int) -> None:
    key = churn_run()
    start = NOW.replace(hour=8, minute=0)
    dag = Dag(key.dag_id, key.dag_id, "@hourly", fileloc="ml/churn.py", latest_version=4)
    write_dags(session, deployment_pk=pk, dags=[dag])
    write_runs(session, deployment_pk=pk, runs=[_run(key, "success", start, 1100, version=4)])
    tries = [_try(key, t, "success", start, 4, 300) for t in ("features.prepare", "train_model")]
    write_tries(session, deployment_pk=pk, tries=tries)
    template = "--features={{ ti.xcom_pull('prepare', key='feature_uri') }}"
    problem = Problem(
        ProblemKind.MISSING_GROUP_PREFIX,
        Severity.ERROR,
        "train_model got the text None, and is green",
        consumer=Consumer(_instance(key, "train_model"), 1, "arguments[4]", ((11, 15),)),
        pull=Pull(key.dag_id, ("prepare",), "feature_uri", (), template, 88),
        silent=True,
        checks=(Check("task exists", ok=False, seen="only features.prepare"),),
        suggestion=Suggestion(
            "did you mean features.prepare?", template.replace("'prepare'", "'features.prepare'")
        ),
        wrong="prepare",
    )
    late = Problem(
        ProblemKind.NOT_UPSTREAM,
        Severity.WARNING,
        "train_model may run before the task it reads",
        consumer=Consumer(_instance(key, "train_model"), 1, "env_vars.STATS"),
        pull=Pull(key.dag_id, ("stats",), "return_value", (), "{{ ti.xcom_pull('stats') }}", 90),
        suggestion=Suggestion("stats >> train_model"),
        wrong="stats",
    )
    _analysed(session, pk, key, Analysis((), (problem, late)), start + timedelta(minutes=20))


def _orders(session: WriteSession, pk: int) -> None:
    dag_id = orders_run().dag_id
    dag = Dag(dag_id, dag_id, "*/20 * * * *", fileloc="orders.py", latest_version=1)
    write_dags(session, deployment_pk=pk, dags=[dag, Dag("model_cards", "model_cards")])
    _orders_run(session, pk, orders_run(), NOW - timedelta(minutes=41))


def _orders_run(session: WriteSession, pk: int, key: RunKey, start: datetime) -> None:
    write_runs(session, deployment_pk=pk, runs=[_run(key, "running", start, None)])
    export = _instance(key, "export_orders")
    tries = [
        _try(key, "export_orders", "failed", start, 2, 30),
        _try(key, "load_orders", "running", start, 40, None),
        _try(key, "check_orders", None, start, 40, None),
        *(_try(key, "notify", state, start, 50, 3, index=n) for n, state in _NOTIFIED),
    ]
    write_tries(session, deployment_pk=pk, tries=tries)
    cause = Problem(
        ProblemKind.EMPTY_RETURN_JSON,
        Severity.ERROR,
        "export_orders wrote an empty return.json",
        producer=Producer(export, 1, "return_value"),
        suggestion=Suggestion("write JSON to /airflow/xcom/return.json before the pod ends"),
        airflow_said="xcom result file is empty.",
        wrong="xcom result file is empty",
    )
    victims = tuple(
        Problem(
            ProblemKind.PRODUCER_FAILED,
            Severity.ERROR,
            f"{task} reads export_orders, which failed",
            consumer=Consumer(_instance(key, task), 1, "env_vars.SRC"),
            pull=Pull(key.dag_id, ("export_orders",), "return_value", ("path",)),
            root=TryKey(export, 1),
        )
        for task in ("load_orders", "check_orders")
    )
    _analysed(session, pk, key, Analysis((), (cause, *victims)), start + timedelta(minutes=1))


_NOTIFIED: tuple[tuple[int, str | None], ...] = ((0, "success"), (1, "up_for_retry"), (2, None))


def _analysed(
    session: WriteSession, pk: int, run: RunKey, analysis: Analysis, at: datetime
) -> None:
    write_analysis(
        session,
        deployment_pk=pk,
        run=run,
        analysis=replace(analysis, problems=with_causes(analysis.problems)),
        engine_version=1,
        structure_hash=None,
        at=at,
    )


def _task(task_id: str, *downstream: str) -> Task:
    return Task(task_id, _POD, ("arguments", "env_vars"), frozenset(downstream))


def _run(
    key: RunKey, state: str, start: datetime, seconds: float | None, *, version: int = 1
) -> Run:
    end = None if seconds is None else start + timedelta(seconds=seconds)
    return Run(key, state, "scheduled", start, start, start, start, end, version)


def _instance(key: RunKey, task_id: str, index: int = NOT_MAPPED) -> TaskInstanceKey:
    return TaskInstanceKey(key.dag_id, key.run_id, task_id, index)


def _try(  # noqa: PLR0913, PLR0917 - the facts of a try, in the order of a sentence
    key: RunKey,
    task_id: str,
    state: str | None,
    start: datetime,
    at: float,
    seconds: float | None,
    *,
    number: int = 1,
    index: int = NOT_MAPPED,
) -> Try:
    began = start + timedelta(seconds=at)
    ended = None if seconds is None else began + timedelta(seconds=seconds)
    at_key = TryKey(_instance(key, task_id, index), number)
    return Try(at_key, state, _POD, began, ended, start, version_number=31)


def _xcom(  # noqa: PLR0913 - the facts of an XCom
    key: RunKey,
    task_id: str,
    value: Json,
    start: datetime,
    at: float,
    *,
    name: str = "return_value",
) -> XCom:
    pushed = XComKey(_instance(key, task_id), name, start + timedelta(seconds=at))
    return XCom(pushed, value, size=len(str(value)))


def _flow(  # noqa: PLR0913, PLR0917 - the facts of a flow, in the order of a sentence
    key: RunKey,
    producer: str,
    path: Path,
    consumer: str,
    field: str,
    value: str,
    line: int,
    *,
    at: int,
    number: int = 2,
) -> Flow:
    return Flow(
        Producer(_instance(key, producer), 1, "return_value", path),
        Consumer(_instance(key, consumer), number, field, ((at, at + len(value)),)),
        Evidence.CONFIRMED,
        value,
        line=line,
    )
