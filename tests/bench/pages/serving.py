"""The server under measurement: a process of its own, so that its time and memory are its own."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.commands import running

# Seconds that it may go on working after an answer, and in which it is looked whether it does.
_LONGEST_WORK = 120.0
_GLANCE = 0.5
# Of one processor.
_IDLE = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    seconds: float  # Until its last byte.
    size: int  # Of its body, as sent.


@dataclass(frozen=True, slots=True)
class Server:
    address: str
    pid: int

    def ask(self, path: str, *, is_compressed: bool = True) -> Answer:
        """One request on a connection of its own, as the first one of a browser."""
        host = urlsplit(self.address)
        connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=120)
        began = time.perf_counter()
        connection.request(
            "GET", path, headers={"Accept-Encoding": "gzip"} if is_compressed else {}
        )
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        connection.close()
        return Answer(answer.status, took, len(body))

    def cpu(self) -> float:
        """Seconds that its threads have spent on a processor; those of ended threads are lost."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def resident(self) -> int:
        """Bytes of its memory that are in RAM."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        (line,) = [one for one in lines if one.startswith("VmRSS:")]
        return 1024 * int(line.split()[1])

    def rest(self) -> None:
        """Waits until it does next to nothing: it may still be placing a graph."""
        end = time.monotonic() + _LONGEST_WORK
        while time.monotonic() < end:
            before = self.cpu()
            time.sleep(_GLANCE)
            if self.cpu() - before < _IDLE * _GLANCE:
                return


@contextmanager
def served(database: Path) -> Iterator[Server]:
    """`xcomtrace serve --no-poll` over the SQLite file, ready to answer."""
    with running(
        "serve",
        "--no-poll",
        "--port=0",
        home=database.parent,
        database_url=f"sqlite:///{database}",
    ) as started:
        yield Server(started.address, started.process.pid)
        started.end()
