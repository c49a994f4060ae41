"""The one thread in which V8 lives.

On processors with memory protection keys V8 gives its memory to the thread that starts it and to
the threads which that one starts; any other that makes, uses or frees an engine ends the process
with a segmentation fault (seen with mini-racer 0.14.1 on an AMD EPYC; `error 25` in the kernel's
log names the key). Python's garbage collector frees in whichever thread it happens to run. So every
engine is made, kept, used and freed here, and the rest of the process holds tickets for them.
"""

import atexit
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from itertools import count
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from py_mini_racer import MiniRacer

_SECONDS_TO_END = 5.0
Answer = TypeVar("Answer")
#: Makes an engine and readies it.
Make = Callable[[], MiniRacer]


class EngineThread:
    """Does work on engines, one piece after the other; a process may have one of them, `v8()`."""

    def __init__(self) -> None:
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._engines: dict[int, MiniRacer] = {}
        self._numbers = count()
        # A daemon, since it is still needed while the interpreter takes leave of the others.
        self._thread = Thread(target=self._run, name="v8", daemon=True)
        self._thread.start()

    def ticket(self) -> int:
        """A name for an engine that is made when it is first asked for."""
        return next(self._numbers)

    def ask(self, ticket: int, make: Make, use: Callable[[MiniRacer], Answer]) -> "Future[Answer]":
        """What using the engine gives, once its turn has come."""

        def work() -> Answer:
            if ticket not in self._engines:
                self._engines[ticket] = make()
            return use(self._engines[ticket])

        return self._put(work)

    def drop(self, ticket: int, before: Callable[[MiniRacer], None] | None = None) -> None:
        """Frees the engine, if there is one; asking for it again makes another."""

        def work() -> None:
            engine = self._engines.pop(ticket, None)
            if engine is not None:
                if before is not None:
                    before(engine)
                engine.close()

        self._put(work)

    def end(self) -> None:
        """Frees all engines and stops; nothing can be asked afterwards."""
        for ticket in list(self._engines):
            self.drop(ticket)
        self._work.put(None)
        self._thread.join(_SECONDS_TO_END)

    def _put(self, work: Callable[[], Answer]) -> "Future[Answer]":
        future: Future[Answer] = Future()
        self._work.put((work, future))
        return future

    def _run(self) -> None:
        while (item := self._work.get()) is not None:
            work, future = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001  # it is raised where it was asked
                future.set_exception(error)
            del item, work, future


@cache
def v8() -> EngineThread:
    """The process's thread for V8, started when it is first asked for."""
    thread = EngineThread()
    atexit.register(thread.end)
    return thread
