"""A proxy before a real Airflow that writes down every exchange, in neutral words."""

import http.client
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler

from tests.airflow.recording.exchanges import Exchange
from tests.airflow.recording.neutral import neutral
from tests.airflow.serving import Served

_KEPT = ("Content-Type", "Date", "Location", "Set-Cookie")
_NOT_PASSED_ON = {"accept-encoding", "connection"}


class Proxy(Served):
    """Answers on a port of its own with what the Airflow on `port` says."""

    def __init__(self, port: int, *, replaced: Mapping[str, str]) -> None:
        self.port = port
        self.turn = 1
        self.exchanges: list[Exchange] = []
        self._replaced = replaced
        self._lock = threading.Lock()

    def bound(self) -> type[BaseHTTPRequestHandler]:
        return type("BoundHandler", (_Handler,), {"proxy": self})

    def write_down(self, exchange: Exchange) -> None:
        with self._lock:
            self.exchanges.append(neutral(exchange, self._replaced))


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))

    def _pass_on(self, sent: bytes) -> None:
        answer, body = self._asked(sent)
        headers = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.proxy.write_down(
            Exchange(
                self.proxy.turn,
                self.command,
                self.path,
                sent.decode(),
                answer.status,
                headers,
                body.decode(),
            )
        )

    def _asked(self, sent: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        # Not packed: what is written down is text.
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in _NOT_PASSED_ON
        }
        at = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=60)
        try:
            at.request(self.command, self.path, body=sent or None, headers=headers)
            answer = at.getresponse()
            return answer, answer.read()
        finally:
            at.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""
