"""The stream over a real server: test clients read answers only when they are whole."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
import uvicorn

from app.store.session import Store
from app.web.hub import Hub
from tests.web.conftest import make_app
from tests.web.test_hub import change, latest


@dataclass(frozen=True)
class Served:
    base: str
    server: uvicorn.Server
    thread: threading.Thread
    hub: Hub

    def stop(self) -> None:
        """As main.py does it at SIGTERM: end the streams, then the server."""
        self.hub.stop()
        self.server.should_exit = True
        self.thread.join(10)
        assert not self.thread.is_alive()


@contextmanager
def served(store: Store) -> Iterator[Served]:
    app = make_app(store)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        running = Served(base, server, thread, app.state.parts.hub)
        yield running
        running.stop()


def first_data(address: str, headers: dict[str, str]) -> dict[str, str]:
    with httpx2.stream("GET", address, headers=headers, timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        assert "content-encoding" not in answer.headers
        for line in answer.iter_lines():
            if line.startswith("data:"):
                found: dict[str, str] = json.loads(line.removeprefix("data:"))
                return found
    return {}


def test_an_open_page_hears_of_a_change(empty_store: Store) -> None:
    change(empty_store, "r1")
    seen = latest(empty_store)
    with served(empty_store) as running:
        threading.Timer(0.3, change, (empty_store, "r2")).start()
        data = first_data(f"{running.base}/live?after={seen}", {"Accept-Encoding": "gzip"})
    assert data == {"deployment": "default", "dag_id": "d", "run_id": "r2"}


def test_a_browser_that_comes_back_is_told_what_it_missed(empty_store: Store) -> None:
    change(empty_store, "r1")
    seen = latest(empty_store)
    change(empty_store, "r2")
    with served(empty_store) as running:
        # What the browser says of itself counts more than the address it first came with.
        data = first_data(f"{running.base}/live?after=0", {"Last-Event-ID": str(seen)})
    assert data["run_id"] == "r2"


def test_the_server_stops_while_a_page_listens(empty_store: Store) -> None:
    with (
        served(empty_store) as running,
        httpx2.stream("GET", f"{running.base}/live", timeout=20) as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines) == "retry: 2000"
        running.stop()
        assert list(lines) == [""]
