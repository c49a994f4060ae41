"""`Proxy`: stands before an Airflow, fake or real, and does to answers what networks do.

What becomes of a request is thrown by dice out of the seed, its path, and how often that path was
asked: the same requests meet the same faults, whatever else is under way.

    with FakeAirflow() as airflow, Proxy(airflow.url, seed=7) as proxy:
        mirror_of(Airflow(proxy.url), store)
"""

import random
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from tests.airflow.serving import Served

#: Addresses of which earlier answers are remembered, and how many of each.
_ADDRESSES = 2_000
_OF_EACH = 4
#: A replica that is further behind than this could not be mirrored (docs/architecture.md).
LAG = timedelta(seconds=100)
_OURS = frozenset({"connection", "transfer-encoding", "content-length"})


class Answer(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def date(self) -> datetime:
        return parsedate_to_datetime(dict(self.headers)["Date"]).astimezone(UTC)

    def dated(self, date: str) -> "Answer":
        headers = tuple((name, date if name == "Date" else text) for name, text in self.headers)
        return self._replace(headers=headers)


class Proxy(Served):
    """`rate`: the part of the requests that something happens to; `kinds`: what may happen."""

    def __init__(
        self, upstream: str, *, seed: int, rate: float = 0.1, kinds: Collection[str] = ()
    ) -> None:
        self.upstream = urlsplit(upstream)
        self.rate = rate
        self.happened: Counter[str] = Counter()  # By kind; "nothing" for the others.
        self._seed = seed
        self._kinds = tuple(kinds) or tuple(DEEDS)
        self._asked: Counter[str] = Counter()
        self._remembered: OrderedDict[str, deque[Answer]] = OrderedDict()
        self._lock = threading.Lock()

    def bound(self) -> type[BaseHTTPRequestHandler]:
        return type("BoundHandler", (_Handler,), {"proxy": self})

    def throws(self, path: str) -> tuple[str, random.Random]:
        """What becomes of this request, and the dice for how exactly."""
        with self._lock:
            self._asked[path] += 1
            nth = self._asked[path]
        dice = random.Random(f"{self._seed} {path} {nth}")  # noqa: S311 - dice, not keys
        kind = dice.choice(self._kinds) if dice.random() < self.rate else "nothing"
        with self._lock:
            self.happened[kind] += 1
        return kind, dice

    def asks(self, command: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """The upstream's own answer, remembered."""
        connection = HTTPConnection(self.upstream.hostname or "", self.upstream.port, timeout=60)
        try:
            connection.request(command, path, body or None, headers)
            response = connection.getresponse()
            answer = Answer(response.status, tuple(response.getheaders()), response.read())
        finally:
            connection.close()
        if command == "GET":
            self._remember(path, answer)
        return answer

    def earlier(self, path: str) -> tuple[Answer, ...]:
        """What this address answered before, the latest answer last."""
        with self._lock:
            return tuple(self._remembered.get(path, ()))

    def _remember(self, path: str, answer: Answer) -> None:
        with self._lock:
            self._remembered.setdefault(path, deque(maxlen=_OF_EACH)).append(answer)
            self._remembered.move_to_end(path)
            if len(self._remembered) > _ADDRESSES:
                self._remembered.popitem(last=False)


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    disable_nagle_algorithm = True
    body = b""

    def do_GET(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind, dice = self.proxy.throws(self.path)
        try:
            DEEDS.get(kind, _passes)(self, dice)
        except (OSError, HTTPException):
            # The Airflow behind it is gone: so are we.
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def asks(self) -> Answer:
        sent = {name: text for name, text in self.headers.items() if name.lower() not in _OURS}
        return self.proxy.asks(self.command, self.path, self.body, sent)

    def gives(self, answer: Answer, *, length: int | None = None) -> None:
        """Send it; with a `length` as if it had so many bytes, and hang up."""
        self.send_response_only(answer.status)
        for name, text in answer.headers:
            if name.lower() not in _OURS:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = self.close_connection or length is not None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: tests read `happened`."""


Deed: TypeAlias = Callable[[_Handler, random.Random], None]


def _passes(handler: _Handler, _dice: random.Random) -> None:
    handler.gives(handler.asks())


def _delays(handler: _Handler, dice: random.Random) -> None:
    threading.Event().wait(dice.uniform(0.005, 0.1))
    handler.gives(handler.asks())


def _cuts_before(handler: _Handler, dice: random.Random) -> None:
    if dice.random() < 0.5:
        handler.asks()
    handler.close_connection = True


def _cuts_amid(handler: _Handler, dice: random.Random) -> None:
    answer = handler.asks()
    half = answer._replace(body=_some(answer.body, dice))
    handler.gives(half, length=len(answer.body) + 1)


def _truncates(handler: _Handler, dice: random.Random) -> None:
    answer = handler.asks()
    handler.gives(answer._replace(body=_some(answer.body, dice)))


def _sends_twice(handler: _Handler, _dice: random.Random) -> None:
    handler.asks()
    handler.gives(handler.asks())


def _is_busy(handler: _Handler, _dice: random.Random) -> None:
    handler.gives(_refusal(handler, 429, ("Retry-After", "1")))


def _fails(handler: _Handler, dice: random.Random) -> None:
    handler.gives(_refusal(handler, dice.choice((500, 502, 503, 504))))


def _does_not_know_us(handler: _Handler, _dice: random.Random) -> None:
    handler.gives(_refusal(handler, 401))


def _shows_a_page(handler: _Handler, _dice: random.Random) -> None:
    date = ("Date", dict(handler.asks().headers)["Date"])
    page = b"<!doctype html><title>Sign in</title>"
    handler.gives(Answer(200, (date, ("Content-Type", "text/html")), page))


def _is_a_stale_cache(handler: _Handler, dice: random.Random) -> None:
    """An answer of any age, which tells its age as caches must."""
    earlier = handler.proxy.earlier(handler.path)
    handler.gives(dice.choice(earlier) if earlier else handler.asks())


def _is_a_late_replica(handler: _Handler, dice: random.Random) -> None:
    """An older state that does not tell that it is one; not older than such a copy may be."""
    earlier, now = handler.proxy.earlier(handler.path), handler.asks()
    recent = [one for one in earlier if one.date >= now.date - LAG]
    handler.gives(dice.choice(recent).dated(dict(now.headers)["Date"]) if recent else now)


DEEDS: dict[str, Deed] = {
    "delays": _delays,
    "cuts before": _cuts_before,
    "cuts amid": _cuts_amid,
    "truncates": _truncates,
    "sends twice": _sends_twice,
    "is busy": _is_busy,
    "fails": _fails,
    "does not know us": _does_not_know_us,
    "shows a page": _shows_a_page,
    "is a stale cache": _is_a_stale_cache,
    "is a late replica": _is_a_late_replica,
}


def _some(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(max(1, len(body)))]


def _refusal(handler: _Handler, status: int, *more: tuple[str, str]) -> Answer:
    # It has Airflow's clock: a proxy of the same house is not an hour away.
    date = ("Date", dict(handler.asks().headers)["Date"])
    return Answer(status, (date, ("Content-Type", "application/json"), *more), b'{"detail": "no"}')
