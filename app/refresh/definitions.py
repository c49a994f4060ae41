"""DAGs, and the source and tasks of each of their versions, read once."""

from collections.abc import Iterable
from dataclasses import replace

from app.airflow.client import Airflow
from app.airflow.payloads import TaskItem
from app.ingest.dags import dag_from, version_from
from app.ingest.masking import Masking
from app.lineage.source.declare import declare
from app.model.errors import AirflowError, NotAllowed, NotThere
from app.model.facts import Dag, DagVersion
from app.refresh.chosen import ChosenDags
from app.refresh.report import Troubles

_NOT_KEPT = "its source is not kept: XCOMTRACE_KEEP_VALUES is structure"


def read_dags(
    airflow: Airflow, *, known: frozenset[tuple[str, int]], chosen: ChosenDags
) -> tuple[Dag, ...]:
    """Every chosen DAG that Airflow lists, with the newest of the versions known so far."""
    latest = _newest(known)
    return tuple(
        dag_from(item, latest_version=latest.get(item.dag_id))
        for item in airflow.dags()
        if item.dag_id and item.dag_id in chosen
    )


def read_versions(
    airflow: Airflow, wanted: Iterable[tuple[str, int]], *, troubles: Troubles, masking: Masking
) -> tuple[DagVersion, ...]:
    """These versions of DAGs, those that could be read; the others are asked for again."""
    found = (
        _version(airflow, *each, troubles=troubles, masking=masking) for each in sorted(wanted)
    )
    return tuple(version for version in found if version is not None)


def read_latest(
    airflow: Airflow, dag_ids: Iterable[str], *, troubles: Troubles, masking: Masking
) -> tuple[DagVersion, ...]:
    """The newest version of each of these DAGs; a DAG without one is left out."""
    found = []
    for dag_id in dag_ids:
        try:
            number = airflow.latest_version(dag_id)
        except AirflowError as error:
            troubles.bear(error, of=None)
            continue
        version = number and _version(airflow, dag_id, number, troubles=troubles, masking=masking)
        found += [version] if version else []
    return tuple(found)


def read_current(
    airflow: Airflow, dag_id: str, *, troubles: Troubles, masking: Masking
) -> DagVersion:
    """The DAG as it is now, numbered 0: for an Airflow that keeps no versions.

    Raises AirflowError when it cannot be read at all.
    """
    try:
        tasks = airflow.tasks(dag_id)
    except (NotThere, NotAllowed) as error:
        troubles.bear(error, of=None)
        tasks = ()
    source, problem = _source(airflow, dag_id, None, troubles=troubles)
    version = version_from(dag_id, 0, source=source, tasks=tasks, masking=masking)
    return replace(version, problem=problem or _why_nothing(version.source, source))


def new_versions(
    airflow: Airflow, *, known: frozenset[tuple[str, int]], troubles: Troubles
) -> tuple[tuple[str, int], ...]:
    """The newest versions of DAGs that have older ones here: what their next runs will be of."""
    newest = _newest(known)
    try:
        made = airflow.newest_versions()
    except AirflowError as error:
        troubles.bear(error, of=None)
        return ()
    found = _newest((one.dag_id, one.version_number or 0) for one in made)
    return tuple(
        (dag_id, number)
        for dag_id, number in found.items()
        if dag_id in newest and number > newest[dag_id]
    )


def _newest(versions: Iterable[tuple[str, int]]) -> dict[str, int]:
    latest: dict[str, int] = {}
    for dag_id, number in versions:
        latest[dag_id] = max(number, latest.get(dag_id, number))
    return latest


def _version(
    airflow: Airflow, dag_id: str, number: int, *, troubles: Troubles, masking: Masking
) -> DagVersion | None:
    try:
        source, problem = _source(airflow, dag_id, number, troubles=troubles)
        tasks = _tasks(airflow, dag_id, number)
    except AirflowError as error:
        troubles.bear(error, of=None)
        return None
    version = version_from(dag_id, number, source=source, tasks=tasks, masking=masking)
    return replace(version, problem=problem or _why_nothing(version.source, source))


def _source(
    airflow: Airflow, dag_id: str, number: int | None, *, troubles: Troubles
) -> tuple[str | None, str | None]:
    """The source, or why there is none: we may not read it, or Airflow no longer has it."""
    try:
        return airflow.source(dag_id, number), None
    except (NotThere, NotAllowed) as error:
        troubles.bear(error, of=None)
        return None, str(error)


def _why_nothing(kept: str | None, source: str | None) -> str | None:
    """Why the source tells nothing; None when it does, or was not to be had."""
    if kept is None:
        return None if source is None else _NOT_KEPT
    return declare(kept).problem or None


def _tasks(airflow: Airflow, dag_id: str, number: int) -> tuple[TaskItem, ...]:
    """The version's tasks, none when they are no longer to be had.

    Airflow tells the tasks of the newest version without saying which that is; they are this
    version's when it was the newest both before and after.
    """
    try:
        if airflow.latest_version(dag_id) != number:
            return ()
        tasks = airflow.tasks(dag_id)
        return tasks if airflow.latest_version(dag_id) == number else ()
    except (NotThere, NotAllowed):
        return ()
