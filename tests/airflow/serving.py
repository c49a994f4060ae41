"""The HTTP side of a FakeAirflow."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

#: What a misbehaving answer does instead of answering.
Fault: TypeAlias = Callable[["Handler"], None]


class Answering(Protocol):
    now: datetime
    users: dict[str, str] | None
    tokens: set[str]

    def receives(self, path: str) -> Fault | None: ...

    def has_answered(self) -> None: ...

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]: ...


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


class Handler(BaseHTTPRequestHandler):
    airflow: Answering
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two would wait for each other's acknowledgement.
    wbufsize = 65_536
    disable_nagle_algorithm = True

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
        fields = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = self.airflow.receives(self.path)
        try:
            if fault is not None:
                fault(self)
            elif self.path != "/auth/token":
                self.send(404, {"detail": "Not Found"})
            elif (self.airflow.users or {}).get(fields["username"]) != fields["password"]:
                self.send(401, {"detail": "Invalid credentials"})
            else:
                token = f"token-{len(self.airflow.tokens) + 1}"
                self.airflow.tokens.add(token)
                self.send(201, {"access_token": token})
        finally:
            self.airflow.has_answered()

    def answer(self) -> None:
        """The right answer."""
        if not self._is_let_in():
            self.send(401, {"detail": "Not authenticated"})
            return
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        self.send(*self.airflow.answer(parts.path, query))

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

    def _is_let_in(self) -> bool:
        if self.airflow.users is None or self.path == "/api/v2/version":
            return True
        return self.headers.get("Authorization", "").removeprefix("Bearer ") in self.airflow.tokens

    def date_time_string(self, timestamp: float | None = None) -> str:
        _ = timestamp
        return super().date_time_string(self.airflow.now.timestamp())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: tests read `requests`."""
