"""`Receiver`: a webhook on loopback that keeps what it took, and misbehaves as it is told to."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from tests.airflow.serving import Server


@dataclass(frozen=True, slots=True)
class Received:
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """Answers 200, unless `faults` has a status, headers with it, or "hang" for the next ones."""

    received: list[Received] = field(default_factory=list)
    faults: deque[Any] = field(default_factory=deque)
    hangs: threading.Event = field(default_factory=threading.Event)
    _server: Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}/services/T0P/53CR3T"

    def __enter__(self) -> Self:
        handler = type("Bound", (_Handler,), {"receiver": self})
        self._server = Server.start(handler)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self.hangs.set()
        self._server.end()


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.receiver.faults.popleft() if self.receiver.faults else 200
        self.receiver.received.append(Received(body, dict(self.headers)))
        if fault == "hang":
            self.receiver.hangs.wait(30)
            return
        status, headers = fault if isinstance(fault, tuple) else (fault, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass
