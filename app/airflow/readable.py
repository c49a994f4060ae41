"""What a user of Airflow may read, told by Airflow itself.

Who may read a DAG, Airflow tells by listing it. Whether its XComs, logs and so on too, it tells by
what it answers to a question about a run that there is not: 404, or 403 to who may not ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.airflow import payloads
from app.airflow.asking import PAGE_ROWS
from app.airflow.connection import Connection
from app.airflow.versions import V1
from app.model.errors import NotAllowed, NotThere

#: No DAG, run or task is called so.
_NONE = "__xcomtrace__"
_RUN = f"dagRuns/{_NONE}"
_TASK = f"{_RUN}/taskInstances/{_NONE}"
# What our pages show of a DAG, and where it is asked for.
_SHOWN = {
    "task instances": f"{_RUN}/taskInstances",
    "XComs": f"{_TASK}/xcomEntries",
    "logs": f"{_TASK}/logs/1",
}


@dataclass(frozen=True, slots=True)
class Readable:
    """`dag_ids`: None: all there are and will be. `refused`: what may be read of none of them."""

    dag_ids: frozenset[str] | None
    refused: tuple[str, ...] = ()


def readable(at: Connection, *, api: str) -> Readable:
    """What the user may read, in four requests, and one for each hundred DAGs if not all of them.

    Raises LoginFailed when Airflow no longer knows the user, or another AirflowError.
    """
    is_all = _may_ask(at, f"/api/{api}/dags/{_NONE}")
    dag_ids = None if is_all else frozenset(_dag_ids(at, api))
    if dag_ids is not None and not dag_ids:
        return Readable(dag_ids)
    # Users have rights on kinds of things; whether for this DAG or for that one is the same.
    dag_id = _NONE if dag_ids is None else min(dag_ids)
    refused = tuple(_refused(at, f"/api/{api}/dags/{quote(dag_id, safe='')}"))
    code = f"/api/{api}/dagSources/{quote(dag_id, safe='')}"
    return Readable(dag_ids, refused if _may_ask(at, code) else (*refused, "sources"))


def _refused(at: Connection, dag: str) -> Iterator[str]:
    for what, path in _SHOWN.items():
        if not _may_ask(at, f"{dag}/{path}"):
            yield what


def _may_ask(at: Connection, path: str) -> bool:
    try:
        at.body(lambda headers: at.get(path, headers))
    except NotAllowed:
        return False
    except NotThere:
        pass
    return True


def _dag_ids(at: Connection, api: str) -> Iterator[str]:
    """Of DAGs that are no longer in their files too: their runs are still there."""
    all_of_them = {"only_active": "false"} if api == V1 else {"exclude_stale": "false"}
    offset = 0
    while page := _page(at, api, {**all_of_them, "limit": PAGE_ROWS, "offset": offset}):
        yield from page
        offset += len(page)


def _page(at: Connection, api: str, asked: dict[str, str | int]) -> list[str]:
    path = f"/api/{api}/dags?{urlencode(asked)}"
    found = at.whole(lambda headers: at.get(path, headers), payloads.DagPage, what="DAG list")
    return [dag.dag_id for dag in found.dags]
