"""Can everything be read that the mirror needs? In plain words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from app.airflow.client import Airflow
from app.airflow.payloads import DagItem, DagRunItem
from app.model.errors import NotThere, XcomtraceError
from app.model.ids import RunKey
from app.refresh import ChosenDags
from app.store.schema import schema_state
from app.store.session import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """What was tried and how it went, one line."""

    ok: bool
    line: str


def check_airflow(airflow: Airflow, chosen: ChosenDags) -> Iterator[Step]:
    """The steps as they are done; what builds on a failed one is left out."""
    version = _tried(lambda: airflow.version().version)
    if isinstance(version, Step):
        yield version
        return
    yield Step(ok=True, line=f"Airflow {version} answers at {airflow.url}")
    yield from _missing(airflow)
    dags = _tried(airflow.dags)
    if isinstance(dags, Step):
        yield dags
        return
    mirrored = tuple(dag for dag in dags if dag.dag_id in chosen)
    yield Step(ok=bool(mirrored), line=_dags_line(len(dags), len(mirrored)))
    if mirrored:
        yield from _definitions(airflow, mirrored)
        yield from _data(airflow)


def _missing(airflow: Airflow) -> Iterator[Step]:
    """What this Airflow does not tell and what that means; nothing is wrong with it."""
    missing = _tried(airflow.missing)
    if isinstance(missing, Step):
        yield missing
        return
    yield from (Step(ok=True, line=line) for line in missing)


def check_database(store: Store) -> Iterator[Step]:
    state = _tried(lambda: schema_state(store))
    if isinstance(state, Step):
        yield state
        return
    line = f"the database answers, its schema is {state}"
    if state in ("empty", "outdated"):
        who = "the next start" if store.engine.dialect.name == "sqlite" else "`xcomtrace migrate`"
        line += f": {who} brings it up to date"
    yield Step(ok=state != "newer", line=line)


def _dags_line(count: int, mirrored: int) -> str:
    if not count:
        return "signed in, but no DAG may be read: give the user a viewer role"
    if not mirrored:
        return f"signed in, but of {count} DAGs none is chosen: look at `dags` and `without_dags`"
    left = "" if mirrored == count else f", {mirrored} of them are mirrored"
    return f"signed in, {count} DAGs may be read{left}"


def _definitions(airflow: Airflow, dags: tuple[DagItem, ...]) -> Iterator[Step]:
    dag_id = dags[0].dag_id
    version = _tried(lambda: airflow.latest_version(dag_id))
    if isinstance(version, Step):
        yield version
        return
    source = _tried(lambda: airflow.source(dag_id, version))
    yield source if isinstance(source, Step) else Step(ok=True, line="DAG sources may be read")


def _data(airflow: Airflow) -> Iterator[Step]:
    run = _tried(lambda: _some_run(airflow))
    if not isinstance(run, DagRunItem):
        yield run or Step(ok=True, line="no DAG has run yet: XComs could not be tried")
        return
    key = RunKey(run.dag_id, run.dag_run_id)
    for what, question in (
        ("task instances", lambda: airflow.task_instances(key)),
        ("XComs", lambda: airflow.xcom_index(key)),
    ):
        answer = _tried(question)
        yield answer if isinstance(answer, Step) else Step(ok=True, line=f"{what} may be read")


def _some_run(airflow: Airflow) -> DagRunItem | None:
    now = airflow.server_time
    if now is None:
        raise NotThere("Airflow answers without a Date header: the proxy in between drops it")
    runs = airflow.past_runs(after=now.replace(year=2015), until=now, offset=0)
    return runs[0] if runs else None


def _tried(question: Callable[[], T]) -> T | Step:
    try:
        return question()
    except XcomtraceError as error:
        return Step(ok=False, line=str(error))
