"""All that xcomtrace tells of what it mirrored, to whomever it tells it."""

import json
import re
import subprocess
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2
from pydantic import SecretStr
from typer.testing import CliRunner

from app import main
from app.__main__ import cli
from app.demo import recording
from app.demo.record import Choice
from app.notify.notifier import Notifier
from app.notify.sending import Sender
from app.notify.webhook import Style, Webhook
from app.settings import Settings
from app.store import tables as t
from app.store.deployments import ensure_deployment
from app.store.session import Store
from app.web.app import ROUTERS
from tests.notify.receiving import Receiver
from tests.postgres import find_programs
from tests.secrets.leaking import DAG_ID, TASKS, source
from tests.web.test_live import first_data, served

PASSES = 4
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# Addresses of one page that are asked for, in whatever view.
_ALIKE = 6
# Of what stands in no link: the JSON of each thing, and searches.
_QUERIES = ("hunter", "key:return_value", "task:make", "path:password", "***", "in:field")


def mirror(settings: Settings, store: Store) -> None:
    with store.writing() as session:
        ensure_deployment(session, name="default", url=settings.airflow_url or "")
        session.execute(t.deployment.update().values(began_at=_LONG_AGO))
    with main.airflow_of(settings) as airflow:
        mirror = main.mirror_of(settings, airflow, store)
        for _ in range(PASSES):
            mirror.refresh()


def webhooks(store: Store) -> Iterator[bytes]:
    """What webhooks are told of the problems."""
    with Receiver() as receiver:
        hooks = [Webhook(style.value, receiver.url, style=style) for style in Style]
        notifier = Notifier(store, hooks, Sender("1"), now=_later)
        for _ in range(3):
            notifier.one_round()
        notifier.stop()
        for one in receiver.received:
            yield one.body + repr(one.headers).encode()


def pages(store: Store) -> dict[str, bytes]:
    """Every page that links lead to, every JSON answer, the stream: heads and bodies."""
    found: dict[str, bytes] = {}
    with served(store) as running, httpx2.Client(base_url=running.base, timeout=60) as client:
        waiting, alike = deque(["/", *_addresses()]), dict[str, int]()
        while waiting:
            address = waiting.popleft()
            shape = re.sub(r"\d+", "0", urlsplit(address).path)
            if address in found or alike.setdefault(shape, 0) >= _ALIKE:
                continue
            alike[shape] += 1
            answer = client.get(address)
            assert answer.status_code < 500, address
            found[address] = f"{answer.status_code} {answer.headers}".encode() + answer.content
            if "text/html" in answer.headers["content-type"]:
                links = re.findall(r'(?:href|src|hx-get)="(/[^"#]*)', answer.text)
                waiting += [unescape(link) for link in links if not link.startswith("/static")]
        tried = client.post(
            f"/api/v1/default/dags/{DAG_ID}/runs/r1/try",
            json={"task_id": "use", "template": "{{ ti.xcom_pull(task_ids='make') }}"},
        )
        found["try"] = tried.content
        told = first_data(f"{running.base}/live?after=0", {})
        found["/live"] = json.dumps(told).encode()
    return found


def _later() -> datetime:
    """When news has settled."""
    return datetime.now(UTC) + timedelta(hours=1)


def unseen(addresses: Iterator[str]) -> set[str]:
    """Routes to read from that none of these addresses leads to."""
    seen = {urlsplit(address).path for address in addresses}
    routes = [route for router in ROUTERS for route in router.routes]
    paths = {route.path for route in routes if "GET" in (getattr(route, "methods", None) or ())}  # type: ignore[attr-defined]
    return {path for path in paths if not any(_pattern(path).fullmatch(one) for one in seen)}


def command_line(settings: Settings, folder: Path) -> str:
    """What commands print, and what a recording holds."""
    file = folder / "leaking.py"
    file.write_text(source())
    recorded = folder / "recording.json"
    main.record_to(recorded, settings, Choice())
    assert recording.read(recorded).runs
    asked = [
        ["search", query, "--format", style] for query in _QUERIES for style in ("table", "json")
    ]
    asked += [["flows", str(file)], ["lint", str(file)], ["settings"]]
    environ = {"XCOMTRACE_DATABASE_URL": settings.database_url}
    said = [CliRunner().invoke(cli, arguments, env=environ).output for arguments in asked]
    return "\n".join((*said, recorded.read_text()))


def dumped(database_url: str) -> bytes:
    """Every table of a PostgreSQL, as its own program writes them down."""
    program = find_programs() / "pg_dump"
    done = subprocess.run([program, database_url], capture_output=True, check=True)  # noqa: S603 - PostgreSQL's own
    return done.stdout


def settings_for(url: str, database_url: str, **more: str) -> Settings:
    secret = {name: SecretStr(value) for name, value in more.items() if name == "mask_key"}
    return Settings(airflow_url=url, database_url=database_url, **{**more, **secret})  # type: ignore[arg-type]


def _addresses() -> Iterator[str]:
    of_dag = f"/api/v1/default/dags/{DAG_ID}"
    yield from (
        "/problems",
        "/search",
        "/status",
        "/api/v1/openapi.json",
        "/api/v1/status",
        "/metrics",
        "/healthz",
        "/readyz",
    )
    yield from ("/api/v1/problems", "/api/v1/problems/groups", "/api/v1/default/dags")
    yield from (f"{of_dag}/{name}" for name in ("runs", "problems", "contracts"))
    yield from (f"{of_dag}/runs/{run}/flows" for run in ("r1", "r2"))
    yield f"{of_dag}/compare?left=r1&right=r2"
    for task_id in TASKS:
        yield f"{of_dag}/runs/r2/tasks/{task_id}/history"
        yield f"/deployments/default/dags/{DAG_ID}/tasks/{task_id}/history/r2"
    yield from (f"/api/v1/search/suggestions?q={quote(word)}" for word in ("ghp", "key:", "task:m"))
    for query in _QUERIES:
        yield f"/search?q={quote(query)}"
        yield f"/api/v1/search?q={quote(query)}&limit=200"


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)(:path)?\}", lambda one: ".+" if one[2] else "[^/]+", path))
