"""ELK, Eclipse's layout engine, inside V8 inside this process.

elkjs is a web worker; here it finds what it needs of one (`self`, `setTimeout`) and is spoken to
through its exported `Worker`. One engine is kept, because loading it takes a quarter of a second,
and used by one caller at a time, in V8's own thread.
"""

import json
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import finalize

from py_mini_racer import (
    JSEvalException,
    JSOOMException,
    JSTimeoutException,
    MiniRacer,
)

from app.graph.v8 import v8
from app.model.values import Json

# A graph of 2,000 cards stays below it.
_MEMORY_LIMIT = 1_000_000_000  # Bytes.

_SECONDS_TO_END = 5.0
#: Loading the script, which is not the graph's fault.
_SECONDS_TO_START = 1.0

_A_WORKERS_WORLD = """
var self = globalThis;
self.setTimeout = function (run) { run(); return 0; };
self.clearTimeout = function () {};
var module = {exports: {}};
var exports = module.exports;
"""
_DOOR = """
var worker = new module.exports.Worker();
var answer;
worker.onmessage = function (message) { answer = message.data; };
worker.postMessage({cmd: 'register', id: 0, algorithms: ['layered']});
function layout(text) {
  answer = {error: {message: 'ELK gave no answer'}};
  worker.postMessage({
    cmd: 'layout', id: 1, graph: JSON.parse(text), layoutOptions: {}, options: {}
  });
  if (answer.error) throw new Error(String(answer.error.message || answer.error.text));
  return JSON.stringify(answer.data);
}
"""


class NotPlaced(Exception):
    """ELK could not place the graph: it refused it, or time or memory ran out."""


class Elk:
    """The layout engine in `elk-worker.min.js`; safe to share between threads."""

    def __init__(self, script: Path) -> None:
        self._script = script
        self._lock = Lock()
        self._ticket = v8().ticket()
        finalize(self, v8().drop, self._ticket)

    def layout(self, graph: Json, *, seconds: float) -> dict[str, Any]:
        """The graph with a place for everything, as ELK's JSON. Raises NotPlaced."""
        if not self._lock.acquire(timeout=seconds):
            raise NotPlaced("ELK is busy with other graphs")
        try:
            return self._ask(graph, seconds)
        except (JSTimeoutException, JSOOMException) as error:
            # After a broken-off call the engine's state is unknown.
            v8().drop(self._ticket, _settle)
            raise NotPlaced("ELK ran out of time or memory") from error
        except JSEvalException as error:
            raise NotPlaced(str(error).splitlines()[0]) from error
        finally:
            self._lock.release()

    def _ask(self, graph: Json, seconds: float) -> dict[str, Any]:
        call = f"layout({json.dumps(json.dumps(graph))})"
        placed = v8().ask(
            self._ticket,
            partial(_started, self._script),
            lambda engine: str(engine.eval(call, timeout_sec=seconds)),
        )
        try:
            found: dict[str, Any] = json.loads(placed.result(timeout=seconds + _SECONDS_TO_START))
        except FutureTimeoutError as error:
            placed.cancel()
            raise NotPlaced("ELK is busy with other graphs") from error
        return found


def _started(script: Path) -> MiniRacer:
    try:
        text = script.read_text()
    except OSError as error:
        raise NotPlaced(f"{script} is missing: run `make` to fetch it") from error
    engine = MiniRacer()
    engine.set_hard_memory_limit(_MEMORY_LIMIT)
    for part in (_A_WORKERS_WORLD, text, _DOOR):
        engine.eval(part)
    return engine


def _settle(engine: MiniRacer) -> None:
    """Waits for the end of a broken-off call.

    V8 reports it from a thread of its own. Calls end in order, so waiting for another one keeps
    that report from reaching an engine that is closed.
    """
    with suppress(JSEvalException):
        engine.eval("0", timeout_sec=_SECONDS_TO_END)
