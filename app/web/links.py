"""Every URL of ours, as functions; the routes, templates and tests use them and nothing else.

A run id may contain `/`, `+`, `:` and spaces, so it always comes last in a path (the API's
`/flows` and `/try` aside) and everything is quoted. Airflow forbids `/` in DAG and task ids.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from app.model.findings import Producer
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey
from app.model.leaves import LeafAddress, Place
from app.model.values import Path
from app.web.text import address

# The routes these functions fill.
DAG_ROUTE = "/deployments/{deployment}/dags/{dag_id}"
RUN_ROUTE = DAG_ROUTE + "/runs/{run_id:path}"
TASK_INSTANCE_ROUTE = DAG_ROUTE + "/tasks/{task_id}/runs/{run_id:path}"
HISTORY_ROUTE = DAG_ROUTE + "/tasks/{task_id}/history/{run_id:path}"
TRY_ROUTE = DAG_ROUTE + "/try"
CONTRACT_ROUTE = DAG_ROUTE + "/contracts/{task_id}"
COMPARE_ROUTE = DAG_ROUTE + "/compare"
VALUE_ROUTE = "/value"
PROBLEM_ROUTE = "/problems/{number}"
ACKNOWLEDGE_ROUTE = PROBLEM_ROUTE + "/acknowledge"
MUTE_ROUTE = PROBLEM_ROUTE + "/mute"
REOPEN_ROUTE = PROBLEM_ROUTE + "/reopen"
STATIC_ROUTE = "/static/{version}/{path:path}"
API = "/api/v1"
SIGN_IN = "/sign-in"
SIGN_IN_BACK = SIGN_IN + "/back"
SIGN_OUT = "/sign-out"

# A page of a large run has the same ids in thousands of links. Longer texts, which somebody typed
# in, come once: quoting them anew keeps them out of memory.
_SHORT = 200


def overview(**query: object) -> str:
    return f"/{_query(query)}"


def dags(**query: object) -> str:
    return f"/dags{_query(query)}"


def sign_in_elsewhere(*, onward: str) -> str:
    """To the provider of sign-ins, and then to the page `onward`."""
    return f"{SIGN_IN}/oidc{_query({'onward': onward})}"


def bar(*, tab: str) -> str:
    """The bar on top of the pages of a tab, alone."""
    return f"/bar{_query({'tab': tab})}"


def status() -> str:
    return "/status"


def alive() -> str:
    """Whether the process lives."""
    return "/healthz"


def ready() -> str:
    """Whether the store answers and is of our version."""
    return "/readyz"


def metrics() -> str:
    """What Prometheus asks for."""
    return "/metrics"


def design() -> str:
    """What the pages are made of: colours, type, marks."""
    return "/design"


def live(*, after: int | None = None) -> str:
    """The stream of changes, from the number `after` on."""
    return f"/live{_query({'after': after})}"


def dag(*, deployment: str, dag_id: str, **query: object) -> str:
    return f"/deployments/{_quoted(deployment)}/dags/{_quoted(dag_id)}{_query(query)}"


def contract(*, deployment: str, dag_id: str, task_id: str, place: str = "") -> str:
    """What the task gives, learned from its runs; `place`: opened at that key or path."""
    at = f"{dag(deployment=deployment, dag_id=dag_id)}/contracts/{_quoted(task_id)}"
    return f"{at}#{_quoted(place)}" if place else at


def run(*, deployment: str, run: RunKey, **query: object) -> str:
    """The run page; `query` holds its own parameters (tab, port, ...), None left out."""
    at = dag(deployment=deployment, dag_id=run.dag_id)
    return f"{at}/runs/{_quoted(run.run_id)}{_query(query)}"


def task_instance(
    *,
    deployment: str,
    instance: TaskInstanceKey,
    try_number: int | None = None,
    view: str | None = None,
) -> str:
    """The task instance page, at its latest try unless `try_number` says another."""
    at = dag(deployment=deployment, dag_id=instance.dag_id)
    index = None if instance.map_index == NOT_MAPPED else instance.map_index
    query = _query({"map_index": index, "try": try_number, "view": view})
    return f"{at}/tasks/{_quoted(instance.task_id)}/runs/{_quoted(instance.run_id)}{query}"


def history(*, deployment: str, instance: TaskInstanceKey, at: datetime | None = None) -> str:
    """The history of a task instance, opened at the version that stood then, else at the last."""
    index = None if instance.map_index == NOT_MAPPED else instance.map_index
    query = _query({"map_index": index, "at": at and _moment(at)})
    at_dag = dag(deployment=deployment, dag_id=instance.dag_id)
    return f"{at_dag}/tasks/{_quoted(instance.task_id)}/history/{_quoted(instance.run_id)}{query}"


def tryout(  # noqa: PLR0913 - each may be chosen beforehand
    *,
    deployment: str,
    dag_id: str,
    run_id: str | None = None,
    task_id: str | None = None,
    map_index: int = NOT_MAPPED,
    field: str | None = None,
    template: str | None = None,
    problem: int | None = None,
) -> str:
    """The page on which templates are tried; `problem`: with its correction."""
    query = _query(
        {
            "run_id": run_id,
            "task_id": task_id,
            "map_index": None if map_index == NOT_MAPPED else map_index,
            "field": field,
            "template": template,
            "problem": problem,
        }
    )
    return f"{dag(deployment=deployment, dag_id=dag_id)}/try{query}"


def value(at: LeafAddress, **query: object) -> str:
    """The page of one value, where it came from and where it went; `query`: its own parameters.

    Its address tells where the value stands, and not the value: addresses land in logs.
    """
    return f"{VALUE_ROUTE}{_leaf(at, query)}"


def value_in(at: LeafAddress, path: Path) -> str:
    """The page of what stands at the path in the XCom or field of that address."""
    return value(replace(at, path=path))


def given_value(*, deployment: str, producer: Producer, **query: object) -> str:
    """The page of the value that a flow read, in the version of the producer's try."""
    at = producer.instance
    given = {
        "deployment": deployment,
        **_instance(at, producer.try_number or None),
        "in": Place.XCOM.value,
        "name": producer.key,
        "path": _path(producer.path),
    }
    return f"{VALUE_ROUTE}{_query({**given, **query})}"


def got_value(
    *, deployment: str, instance: TaskInstanceKey, try_number: int, field: str, path: Path
) -> str:
    """The page of what a try got in a template field, at the path in it."""
    got = {
        "deployment": deployment,
        **_instance(instance, try_number),
        "in": Place.FIELD.value,
        "name": field,
        "path": _path(path),
    }
    return f"{VALUE_ROUTE}{_query(got)}"


def api_value(at: LeafAddress, **query: object) -> str:
    return f"{API}/value{_leaf(at, query)}"


def search(**query: object) -> str:
    """The page of a search: `q` is it, `older` the number to go on below, `shown` how many."""
    return f"/search{_query(query)}"


def search_help() -> str:
    """What can be searched for, and how it is written."""
    return "/search/help"


def compare(  # noqa: PLR0913 - each may be left to the page
    *,
    deployment: str,
    dag_id: str,
    left: str | None = None,
    right: str | None = None,
    only: str | None = None,
    task: str | None = None,
) -> str:
    """The page of two runs; without `left` the last good one before `right`, the newest."""
    query = _query({"left": left, "right": right, "only": only, "task": task})
    return f"{dag(deployment=deployment, dag_id=dag_id)}/compare{query}"


def problems(**filters: object) -> str:
    """The inbox; filters that are None or empty are left out."""
    return f"/problems{_query(filters)}"


def problem(number: int) -> str:
    return f"/problems/{number}"


def problem_kinds(kind: str = "") -> str:
    """What every kind of problem means, opened at the one that is given."""
    return f"/problems/kinds{f'#{kind}' if kind else ''}"


def acknowledge(number: int) -> str:
    return f"{problem(number)}/acknowledge"


def mute(number: int) -> str:
    return f"{problem(number)}/mute"


def reopen(number: int) -> str:
    return f"{problem(number)}/reopen"


def static(version: str, path: str) -> str:
    return f"/static/{version}/{path}"


def api_dags(*, deployment: str) -> str:
    return f"{API}/{_quoted(deployment)}/dags"


def api_runs(*, deployment: str, dag_id: str) -> str:
    return f"{api_dags(deployment=deployment)}/{_quoted(dag_id)}/runs"


def api_dag_problems(*, deployment: str, dag_id: str) -> str:
    return f"{api_dags(deployment=deployment)}/{_quoted(dag_id)}/problems"


def api_contracts(*, deployment: str, dag_id: str) -> str:
    return f"{api_dags(deployment=deployment)}/{_quoted(dag_id)}/contracts"


def api_flows(*, deployment: str, run: RunKey) -> str:
    at = api_runs(deployment=deployment, dag_id=run.dag_id)
    return f"{at}/{_quoted(run.run_id)}/flows"


def api_history(*, deployment: str, instance: TaskInstanceKey) -> str:
    """Every version of what a task instance got and gave."""
    runs = api_runs(deployment=deployment, dag_id=instance.dag_id)
    index = None if instance.map_index == NOT_MAPPED else instance.map_index
    at = f"{runs}/{_quoted(instance.run_id)}/tasks/{_quoted(instance.task_id)}/history"
    return f"{at}{_query({'map_index': index})}"


def api_compare(*, deployment: str, dag_id: str, left: str | None, right: str | None) -> str:
    at = f"{api_dags(deployment=deployment)}/{_quoted(dag_id)}/compare"
    return f"{at}{_query({'left': left, 'right': right})}"


def api_try(*, deployment: str, run: RunKey) -> str:
    at = api_runs(deployment=deployment, dag_id=run.dag_id)
    return f"{at}/{_quoted(run.run_id)}/try"


def api_problems(**filters: object) -> str:
    return f"{API}/problems{_query(filters)}"


def api_groups(**filters: object) -> str:
    return f"{API}/problems/groups{_query(filters)}"


def api_search(**query: object) -> str:
    return f"{API}/search{_query(query)}"


def api_suggestions() -> str:
    """What a search that is being typed may become; asked with `q` and `at`."""
    return f"{API}/search/suggestions"


def api_status() -> str:
    return f"{API}/status"


def airflow(base: str) -> str | None:
    """Airflow's own pages; None when its address is not one a browser can open."""
    return address(base) if base.startswith(("http://", "https://")) else None


def airflow_dag(*, base: str, dag_id: str) -> str | None:
    """The DAG in Airflow's own pages; None as for `airflow`."""
    home = airflow(base)
    return None if home is None else f"{home.rstrip('/')}/dags/{_quoted(dag_id)}"


def airflow_run(*, base: str, run: RunKey) -> str | None:
    """The run in Airflow's own pages; None as for `airflow`."""
    at = airflow_dag(base=base, dag_id=run.dag_id)
    return None if at is None else f"{at}/runs/{_quoted(run.run_id)}"


def airflow_task_instance(*, base: str, instance: TaskInstanceKey) -> str | None:
    """The task instance in Airflow's own pages; None as for a run."""
    at = airflow_run(base=base, run=instance.run)
    if at is None:
        return None
    mapped = "" if instance.map_index == NOT_MAPPED else f"/mapped/{instance.map_index}"
    return f"{at}/tasks/{_quoted(instance.task_id)}{mapped}"


def _quoted(part: str) -> str:
    return _short_quoted(part) if len(part) <= _SHORT else _newly_quoted(part)


def _newly_quoted(part: str) -> str:
    # Lone surrogates are legal in JSON, and so in ids we are given; a URL cannot carry them.
    return quote(part, safe="", errors="replace")


_short_quoted = lru_cache(maxsize=8192)(_newly_quoted)


def _leaf(at: LeafAddress, query: dict[str, object]) -> str:
    place = {
        "deployment": at.deployment,
        **_instance(at.instance, at.try_number or None),
        "in": at.place.value,
        "name": at.name,
        "path": _path(at.path),
        "time": at.time.isoformat(),
    }
    return _query({**place, **query})


def _instance(at: TaskInstanceKey, try_number: int | None) -> dict[str, object]:
    index = None if at.map_index == NOT_MAPPED else at.map_index
    named = {"dag_id": at.dag_id, "run_id": at.run_id, "task_id": at.task_id}
    return {**named, "map_index": index, "try": try_number}


def _path(path: Path) -> str | None:
    return json.dumps(path, separators=(",", ":")) if path else None


def _moment(at: datetime) -> str:
    # To the microsecond, as XComs are told apart by it.
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _query(values: dict[str, object]) -> str:
    given = {name: value for name, value in values.items() if value not in (None, "")}
    pairs = (f"{name}={_quoted(str(value)).replace('%20', '+')}" for name, value in given.items())
    return f"?{'&'.join(pairs)}" if given else ""
