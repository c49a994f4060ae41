"""What a server of API v1 can do: asked of its own description, not looked up by its version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.airflow.connection import Connection
from app.airflow.decoding import decoded
from app.airflow.versions import numbers
from app.model.errors import BadAnswer, LoginFailed, NotAirflow, NotAllowed, NotThere

_RUNS = "/dags/{dag_id}/dagRuns"
_INSTANCES = "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances"
_TRIES = _INSTANCES + "/{task_id}/tries"
_VALUE = _INSTANCES + "/{task_id}/xcomEntries/{xcom_key}"

_NO_VERSIONS = (
    "it keeps no versions of DAGs: xcomtrace numbers what it sees, and a run from before its first"
    " look is shown with the source of then"
)
# What the lack of a feature means.
_WITHOUT = {
    "filters_changes": "it cannot list the runs that changed: of a run that is over, what is set"
    " by hand is not noticed",
    "batches_by_run": "it puts a run's tasks in no order: of more than 10,000 some may be missing",
    "tells_tries": "it does not tell earlier tries: those that were seen in time are known",
    "gives_native_values": "it tells values as Python prints them: 42 cannot be told from its text",
    "maps_xcoms": "it does not tell the XComs of mapped tasks apart: they are not read",
}


@dataclass(frozen=True, slots=True)
class Features:
    """What came to API v1 in the course of time."""

    filters_changes: bool  # Runs by when they changed.
    batches_by_run: bool  # Task instances of one run as one page.
    limits_batches: bool  # Such a page is cut unless a limit is named.
    #: Earlier tries; and of an instance that waits, the number of the try that it waits for.
    tells_tries: bool
    gives_native_values: bool  # XComs as JSON, not as Python prints them.
    maps_xcoms: bool  # XComs of mapped tasks, each with its index.


def read_features(at: Connection, *, version: str) -> Features:
    """What this server can do; where it does not describe itself, what its version could."""
    try:
        body = at.body(lambda headers: at.get("/api/v1/openapi.json", headers))
        return described(decoded(body.data, dict, what="description of its API"))
    except (NotThere, NotAllowed, NotAirflow, BadAnswer, LoginFailed):
        return by_version(version)


def missing(features: Features) -> tuple[str, ...]:
    """What is not told, and what that means; a sentence each."""
    return (_NO_VERSIONS, *(_WITHOUT[name] for name in _WITHOUT if not getattr(features, name)))


def described(openapi: Mapping[str, Any]) -> Features:
    """What an OpenAPI description tells."""
    form = set(_at(openapi, "components", "schemas", "ListTaskInstanceForm", "properties"))
    value = set(_parameters(openapi, _VALUE))
    return Features(
        filters_changes="updated_at_gte" in set(_parameters(openapi, _RUNS)),
        batches_by_run="dag_run_ids" in form,
        limits_batches="page_limit" in form,
        tells_tries=bool(_at(openapi, "paths", _TRIES)),
        gives_native_values="stringify" in value,
        maps_xcoms="map_index" in value,
    )


def by_version(version: str) -> Features:
    """Read in the descriptions that 2.6.3, 2.8.4, 2.9.3, 2.10.5 and 2.11.2 bring along."""
    known = numbers(version)
    return Features(
        filters_changes=known >= (2, 6),
        batches_by_run=known >= (2, 8, 4),
        limits_batches=known >= (2, 10),
        tells_tries=known >= (2, 10),
        gives_native_values=known >= (2, 10),
        maps_xcoms=known >= (2, 8, 4),
    )


def _parameters(openapi: Mapping[str, Any], path: str) -> Iterator[str]:
    """The names of a path's parameters, those of its GET included."""
    item = _at(openapi, "paths", path)
    for one in (*item.get("parameters", ()), *_at(item, "get").get("parameters", ())):
        reference = one.get("$ref", "") if isinstance(one, dict) else ""
        named = _at(openapi, *reference.removeprefix("#/").split("/")) if reference else one
        yield str(named.get("name", "")) if isinstance(named, dict) else ""


def _at(value: Any, *steps: str) -> dict[str, Any]:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
