"""The HTTP side of a FakeAirflow."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

#: What a misbehaving answer does instead of answering.
Fault: TypeAlias = Callable[["Handler"], None]


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Answering(Protocol):
    now: datetime
    #: The status for whoever is not let in.
    refusal: int

    def receives(self, path: str) -> Fault | None: ...

    def has_answered(self) -> None: ...

    def lets_in(self, headers: Any, path: str) -> bool: ...

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer: ...

    def posted(self, path: str, body: bytes) -> Answer: ...


class Server(ThreadingHTTPServer):
    """Answers on a free loopback port, in threads of its own, from `start` to `end`."""

    daemon_threads = True

    @classmethod
    def start(cls, handler: type[BaseHTTPRequestHandler]) -> Self:
        server = cls(("127.0.0.1", 0), handler)
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return server

    def end(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are part of the tests."""


class Served:
    """What answers at `url` while its block runs."""

    _server: Server | None = None

    def bound(self) -> type[BaseHTTPRequestHandler]:
        """The handler of its requests, which knows it."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._server = Server.start(self.bound())
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.end()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"


class Handler(BaseHTTPRequestHandler):
    airflow: Answering
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two would wait for each other's acknowledgement.
    wbufsize = 65_536
    disable_nagle_algorithm = True
    posted = b""

    def do_GET(self) -> None:
        fault = self.airflow.receives(self.path)
        try:
            if fault is not None:
                fault(self)
            else:
                self.answer()
        finally:
            self.airflow.has_answered()

    def do_POST(self) -> None:
        self.posted = self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def answer(self) -> None:
        """The right answer."""
        parts = urlsplit(self.path)
        if not self.airflow.lets_in(self.headers, parts.path):
            self.send(self.airflow.refusal, {"detail": "Not authenticated"})
            return
        if self.command == "POST":
            answer = self.airflow.posted(parts.path, self.posted)
        else:
            query = parse_qs(parts.query, keep_blank_values=True)
            answer = self.airflow.answer(parts.path, query)
        self.send(answer.status, answer.body, kind=answer.kind, headers=answer.headers)

    def send(
        self,
        status: int,
        body: Any,
        *,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def date_time_string(self, timestamp: float | None = None) -> str:
        _ = timestamp
        return super().date_time_string(self.airflow.now.timestamp())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: tests read `requests`."""
