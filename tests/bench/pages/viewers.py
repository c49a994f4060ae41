"""Open pages that listen for changes: what each costs the server, and how soon each is told."""

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from app.model.ids import RunKey
from app.store.numbers import run_numbers
from app.store.runs import note_changed
from app.store.session import Store
from app.web import links
from tests.bench.pages.figures import Figure, Line, times
from tests.bench.pages.serving import Server

_KILOBYTES = 50  # Of memory for each viewer; issue 6.
_LONGEST = 20.0  # Seconds until all were told.
_BETWEEN = 0.37  # Seconds between changes: none comes at the same moment of the hub's second.
_EVENT = b"event: change"


def of_viewers(
    server: Server, store: Store, run: RunKey, *, viewers: int, changes: int
) -> Iterator[Line]:
    """On a server that has not done much yet: what it freed would hide what viewers take."""
    with _listening(server, 1) as first:
        _all_hear(first, b"retry:")
        before = server.resident()
        with _listening(server, viewers) as streams:
            _all_hear(streams, b"retry:")
            each = (server.resident() - before) / viewers / 1000
            yield Figure(f"memory for each of {viewers} viewers", each, "kB", _KILOBYTES)
            delays = [one for _ in range(changes) for one in _told(store, run, streams)]
            yield times(f"from a write to {viewers} viewers", delays)


def _told(store: Store, run: RunKey, streams: list[socket.socket]) -> list[float]:
    """Milliseconds from a change that was stored until each stream had it."""
    time.sleep(_BETWEEN)
    with store.writing() as session:
        numbers = run_numbers(session, deployment_pk=1, runs=[run])
        note_changed(session, deployment_pk=1, runs=numbers)
    began = time.perf_counter()
    return [1000 * (at - began) for at in _all_hear(streams, _EVENT)]


def _all_hear(streams: list[socket.socket], text: bytes) -> list[float]:
    """The moments at which each stream got the text."""
    heard: list[float] = []
    with selectors.DefaultSelector() as waiting:
        for stream in streams:
            waiting.register(stream, selectors.EVENT_READ, bytearray())
        end = time.perf_counter() + _LONGEST
        while len(heard) < len(streams):
            assert time.perf_counter() < end, f"{len(heard)} of {len(streams)} heard {text!r}"
            for key, _ in waiting.select(1.0):
                assert isinstance(key.fileobj, socket.socket)
                key.data.extend(key.fileobj.recv(65_536))
                if text in key.data:
                    heard.append(time.perf_counter())
                    waiting.unregister(key.fileobj)
    return heard


@contextmanager
def _listening(server: Server, count: int) -> Iterator[list[socket.socket]]:
    host = urlsplit(server.address)
    request = f"GET {links.live()} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode()
    with ExitStack() as stack:
        streams = []
        for _ in range(count):
            stream = stack.enter_context(socket.create_connection((host.hostname, host.port)))
            stream.sendall(request)
            streams.append(stream)
        yield streams
