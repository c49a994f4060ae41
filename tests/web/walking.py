"""Every address of the sample that there is, as somebody who sees everything finds them."""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote, unquote, urlencode

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.testclient import TestClient

from app.web import links
from app.web.app import ROUTERS
from tests.web.addresses import PAGES
from tests.web.sample import churn_run, geo_run, orders_run
from tests.web.test_every_link import is_followed, shortened

_DAGS = {
    "geo_tiles_daily": ("prod-eu", geo_run().run_id, "extract_tiles"),
    "churn_training": ("prod-eu", churn_run().run_id, "train_model"),
    "orders_export": ("prod-us", orders_run().run_id, "notify"),
    "model_cards": ("prod-us", "none", "none"),
    "no_such_dag": ("prod-us", "none", "none"),
}
#: What is searched for: what DAGs share, what each has alone, and what comes of its names.
_SEARCHES = (
    "s3", "return_value", "2026", "-s3", "in:env", "key:*", "dag:*", "dag:orders_export",
    "deployment:prod-us", "task:notify", "state:failed", "None", "rows>1", '"14"', "churn",
    "orders",
)  # fmt: skip
_TYPED = ("", "d", "dag:", "dag:o", "task:", "key:", "path:", "run:", "deployment:", "ch", "or")


def addresses(client: TestClient) -> tuple[str, ...]:
    """What links lead to, the JSON, and what people type; each once."""
    return tuple(dict.fromkeys((*PAGES, *_linked(client), *_json(), *_typed())))


def get_routes() -> frozenset[str]:
    """The addresses of all routes that are read."""
    return frozenset(route.path for route in _ROUTES if "GET" in (route.methods or ()))


def route_at(address: str) -> str:
    """The route that answers an address."""
    scope = {"type": "http", "method": "GET", "path": unquote(address.partition("?")[0])}
    return next(
        (route.path for route in _ROUTES if route.matches(scope)[0] is Match.FULL), "no route"
    )


_ROUTES = tuple(
    route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)
)


def _linked(client: TestClient) -> Iterator[str]:
    seen = {links.overview()}
    waiting = deque(seen)
    while waiting:
        address = waiting.popleft()
        yield address
        found = re.findall(r'(?:href|src|hx-get)="(/[^"#]*)', client.get(address).text)
        new = {shortened(unescape(one)) for one in found if is_followed(unescape(one))} - seen
        seen |= new
        waiting.extend(sorted(new))


def _json() -> Iterator[str]:
    for dag_id, (deployment, run_id, task_id) in _DAGS.items():
        at = f"{links.API}/{deployment}/dags"
        run = f"{at}/{dag_id}/runs/{quote(run_id, safe='')}"
        yield at
        for what in ("runs", "problems", "contracts", "compare"):
            yield f"{at}/{dag_id}/{what}"
        yield f"{run}/flows"
        yield f"{run}/tasks/{task_id}/history"
        yield f"{links.API}/problems?dag_id={dag_id}"
        yield f"{links.API}/problems/groups?deployment={deployment}&dag_id={dag_id}"
        place = {"deployment": deployment, "dag_id": dag_id, "run_id": run_id, "task_id": task_id}
        yield f"{links.API}/value?{urlencode({**place, 'key': 'return_value'})}"
    for what in ("problems", "problems/groups", "status", "openapi.json"):
        yield f"{links.API}/{what}"


def _typed() -> Iterator[str]:
    for one in _SEARCHES:
        yield links.search(q=one)
        yield f"{links.API}/search?{urlencode({'q': one})}"
    for one in _TYPED:
        yield f"{links.API}/search/suggestions?{urlencode({'q': one, 'at': len(one)})}"
    for number in range(1, 12):
        yield links.problem(number)
