"""V8 in its one thread, asked from all others: a second such thread would end the process."""

import gc
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from queue import SimpleQueue
from threading import Event, Thread, get_ident

import pytest
from py_mini_racer import JSEvalException, MiniRacer

from app.graph.v8 import v8


def in_threads(work: Callable[[], object], count: int) -> list[object]:
    """What the work gives in threads that were there before it was known."""
    go, answers = Event(), SimpleQueue[object]()

    def wait_and_work() -> None:
        go.wait()
        answers.put(work())

    threads = [Thread(target=wait_and_work) for _ in range(count)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    return [answers.get() for _ in threads]


def test_threads_older_than_it_may_ask() -> None:
    ticket = v8().ticket()

    def asked() -> object:
        return v8().ask(ticket, MiniRacer, lambda engine: engine.eval("6 * 7")).result(timeout=20)

    assert in_threads(asked, 4) == [42, 42, 42, 42]
    v8().drop(ticket)


def test_an_engine_is_made_used_and_freed_in_one_thread() -> None:
    thread, seen = v8(), set[int]()
    ticket = thread.ticket()

    def made() -> MiniRacer:
        seen.add(get_ident())
        return MiniRacer()

    for _ in range(3):
        thread.ask(ticket, made, lambda _: seen.add(get_ident())).result(timeout=20)
        thread.drop(ticket, lambda _: seen.add(get_ident()))
        gc.collect()
    assert len(seen) == 1
    assert get_ident() not in seen


def test_what_fails_there_is_raised_here_and_the_engine_goes_on() -> None:
    ticket = v8().ticket()
    with pytest.raises(JSEvalException):
        v8().ask(ticket, MiniRacer, lambda engine: engine.eval("nothing()")).result(timeout=20)
    assert v8().ask(ticket, MiniRacer, lambda engine: engine.eval("1")).result(timeout=20) == 1
    v8().drop(ticket)


def test_who_does_not_want_to_wait_any_longer_may_go() -> None:
    thread, go = v8(), Event()
    ticket = thread.ticket()
    thread.ask(ticket, MiniRacer, lambda _: go.wait(20))
    waiting = thread.ask(ticket, MiniRacer, lambda engine: engine.eval("1"))
    with pytest.raises(FutureTimeoutError):
        waiting.result(timeout=0.05)
    assert waiting.cancel()
    go.set()
    assert thread.ask(ticket, MiniRacer, lambda engine: engine.eval("2")).result(timeout=20) == 2
    thread.drop(ticket)
