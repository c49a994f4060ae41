"""`Replay`: a recorded Airflow that says again what it said, over real HTTP."""

import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler

from tests.airflow.recording.exchanges import Exchange, question
from tests.airflow.recording.neutral import SIGN_IN
from tests.airflow.serving import Served


class Replay(Served):
    """Plays one pass after another; what it was not asked then, it does not know.

    Of a question that was asked several times in a pass each answer is given once, and the last
    one for ever.
    """

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._turns: dict[int, dict[object, deque[Exchange]]] = {}
        for one in exchanges:
            answers = self._turns.setdefault(one.turn, defaultdict(deque))
            answers[question(one.method, one.path, one.sent)].append(one)
        self.turn = 1
        #: Requests that nobody made when it was recorded.
        self.unknown: list[str] = []
        self._lock = threading.Lock()

    def bound(self) -> type[BaseHTTPRequestHandler]:
        return type("BoundHandler", (_Handler,), {"replay": self})

    @property
    def turns(self) -> range:
        return range(1, max(self._turns) + 1)

    def said(self, method: str, path: str, sent: str) -> Exchange | None:
        with self._lock:
            answers = self._turns[self.turn].get(question(method, path, sent))
            if not answers:
                self.unknown.append(f"{method} {path} {sent}")
                return None
            return answers.popleft() if len(answers) > 1 else answers[0]


class _Handler(BaseHTTPRequestHandler):
    replay: Replay
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        # Who signs in is not written down.
        self._answer("" if self.path.partition("?")[0] in SIGN_IN else sent)

    def _answer(self, sent: str) -> None:
        said = self.replay.said(self.command, self.path, sent)
        body = said.body.encode() if said else b"{}"
        self.send_response_only(said.status if said else 404)
        for name, value in (said.headers if said else {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: what it does not know stands in `unknown`."""
