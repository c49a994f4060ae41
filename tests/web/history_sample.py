"""A run in which what was read changed since, every way it may; `history` is its DAG.

`plan` gave a value, was cleared and gave another after `tiles` had read the first; somebody changed
`scenes` by hand; `drop` was deleted by hand; `same` ran again and gave the same; `wait` is a
deferred sensor that rendered twice.
"""

from datetime import UTC, datetime, timedelta

from app.model.facts import DagVersion, Task, Try, XCom, XComKey
from app.model.findings import (
    Analysis,
    Consumer,
    Evidence,
    Flow,
    Problem,
    ProblemKind,
    Producer,
    Severity,
    Suggestion,
)
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey
from app.model.values import Json, Path
from app.store.dags import write_version
from app.store.deployments import ensure_deployment
from app.store.findings import write_analysis
from app.store.runs import write_runs
from app.store.session import Store, WriteSession
from app.store.tries import write_tries
from app.store.xcoms import mark_gone, write_xcoms
from tests.build import make_run

DEPLOYMENT = "prod-eu"
RUN = RunKey("history", "scheduled__2026-11-21T02:00:00+00:00")
START = datetime(2026, 11, 21, 2, tzinfo=UTC)
TILES = 3

_GRID = "s3://geo-plan/2026-11-21/z14/grid.json"
_OLD: Json = {
    "grid_uri": _GRID,
    "zoom": 14,
    "tiles": ["z14/8461/5420", "z14/8461/5421"],
    "took_s": 12.5,
}
_NEW: Json = {
    "grid_uri": "s3://geo-plan/2026-11-21-r2/z14/grid.json",
    "zoom": 14,
    "tiles": ["z14/8461/5420"],
    "crs": "EPSG:3857",
}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def instance(task_id: str, map_index: int = NOT_MAPPED) -> TaskInstanceKey:
    return TaskInstanceKey(RUN.dag_id, RUN.run_id, task_id, map_index)


def fill_history(store: Store) -> None:
    with store.writing() as session:
        pk = ensure_deployment(session, name=DEPLOYMENT, url="http://airflow.eu.example:8080")
        tasks = tuple(map(Task, ("plan", "scenes", "drop", "same", "wait", "tiles")))
        write_version(session, deployment_pk=pk, version=DagVersion("history", 1, None, tasks))
        run = make_run(RUN, run_after=START, start=START, end=at(400))
        write_runs(session, deployment_pk=pk, runs=[run])
        write_tries(session, deployment_pk=pk, tries=[_deferred()], at=at(40))
        write_tries(session, deployment_pk=pk, tries=_tries(), at=at(90))
        write_xcoms(session, deployment_pk=pk, xcoms=_xcoms())
        _mark_gone(session, pk)
        write_analysis(
            session,
            deployment_pk=pk,
            run=RUN,
            analysis=Analysis(_flows(), (_problem(),)),
            engine_version=1,
            structure_hash=None,
            at=at(500),
        )


def _try(  # noqa: PLR0913 - most by keyword, each a thing that some test is about
    task_id: str,
    start: float,
    end: float | None,
    rendered: dict[str, Json] | None = None,
    *,
    state: str = "success",
    number: int = 1,
    map_index: int = NOT_MAPPED,
) -> Try:
    return Try(
        TryKey(instance(task_id, map_index), number),
        state,
        operator="KubernetesPodOperator",
        start=at(start),
        end=None if end is None else at(end),
        version_number=1,
        rendered=rendered,
    )


def _deferred() -> Try:
    return _try("wait", 5, None, {"deadline": "2026-11-21T02:10"}, state="deferred")


def _tries() -> list[Try]:
    area: dict[str, Json] = {"arguments": ["--area=eu", "--zoom=14"], "env_vars": {"MODE": "full"}}
    again: dict[str, Json] = {
        "arguments": ["--area=eu", "--zoom=14"],
        "env_vars": {"MODE": "repair", "R": "2"},
    }
    tiles = [
        _try("tiles", 30, 60, {"arguments": [_GRID, "14"]}, map_index=index)
        for index in range(TILES)
    ]
    return [
        _try("plan", 1, 10, area),
        _try("plan", 100, 110, again, number=2),
        _try("scenes", 1, 10),
        _try("drop", 1, 10),
        _try("same", 1, 10),
        _try("same", 100, 110, number=2),
        _try("wait", 5, 90, {"deadline": "2026-11-21T02:15"}),
        *tiles,
    ]


def _xcom(task_id: str, value: Json, seconds: float, key: str = "return_value") -> XCom:
    return XCom(XComKey(instance(task_id), key, at(seconds)), value, size=len(str(value)))


def _xcoms() -> list[XCom]:
    return [
        _xcom("plan", _OLD, 9),
        _xcom("plan", "plan-x7k2p", 9.5, "pod_name"),
        _xcom("plan", _NEW, 109),
        _xcom("plan", "plan-m2c9d", 109.5, "pod_name"),
        _xcom("scenes", {"uri": "s3://scenes/41", "scenes": 41}, 9),
        _xcom("scenes", {"uri": "s3://scenes/42", "scenes": 41}, 200),
        _xcom("drop", {"mask": "s3://masks/1"}, 9),
        _xcom("same", {"crs": "EPSG:3857"}, 9),
        _xcom("same", {"crs": "EPSG:3857"}, 109),
    ]


def _mark_gone(session: WriteSession, pk: int) -> None:
    """Airflow has the newest of each, but for what somebody deleted."""
    newest = {(one.at.instance, one.at.key): one.at for one in _xcoms()}
    present = {key for key in newest.values() if key.instance.task_id != "drop"}
    mark_gone(session, deployment_pk=pk, run=RUN, present=frozenset(present), at=at(300))


def _flow(task_id: str, path: Path, field: str, value: str, index: int) -> Flow:
    consumer = Consumer(instance("tiles", index), 1, field, ((0, len(value)),))
    producer = Producer(instance(task_id), 1, "return_value", path)
    return Flow(producer, consumer, Evidence.CONFIRMED, value)


def _flows() -> tuple[Flow, ...]:
    each = (
        (
            _flow("plan", ("grid_uri",), "arguments[0]", _GRID, index),
            _flow("plan", ("zoom",), "arguments[1]", "14", index),
            _flow("scenes", ("uri",), "env_vars.SCENES", "s3://scenes/41", index),
            _flow("drop", ("mask",), "env_vars.MASK", "s3://masks/1", index),
            _flow("same", ("crs",), "env_vars.CRS", "EPSG:3857", index),
        )
        for index in range(TILES)
    )
    return tuple(flow for flows in each for flow in flows)


def _problem() -> Problem:
    return Problem(
        ProblemKind.STALE_VALUE,
        Severity.WARNING,
        "tiles has an old value of plan, which ran again after it",
        consumer=Consumer(instance("tiles", 0), 1, "arguments[0]"),
        silent=True,
        suggestion=Suggestion("clear tiles, so that it reads plan again"),
    )
