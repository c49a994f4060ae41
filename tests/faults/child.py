"""Pollers in processes of their own, there in moments: forked from one that has all loaded."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess

from app.settings import Settings


def polls(url: str, database: str, interval: float) -> None:
    """Poll as `xcomtrace poll` does, until killed; `interval` in seconds between passes."""
    # Loaded by the process from which this one is forked.
    from app import main  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    chosen = Settings.model_validate({"airflow_url": url, "database_url": database})
    # More often than the settings let anybody ask a real Airflow.
    pace = {"interval_seconds": interval, "idle_interval_seconds": interval}
    main.poll(chosen.model_copy(update=pace), wait=lambda: _until_killed(os.getppid()))


@contextmanager
def polling(url: str, database: str, *, interval: float = 0.02) -> Iterator[ForkServerProcess]:
    """A process that polls while the block runs, or until the block kills it."""
    process = _forks().Process(target=polls, args=(url, database, interval), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def killed(process: ForkServerProcess) -> None:
    """End it as `kill -9` does. Raises AssertionError when it had ended by itself."""
    assert process.exitcode is None, f"the poller ended by itself ({process.exitcode})"
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.main"])
    return context


def _until_killed(parent: int) -> None:
    # The one it was forked from ends with the tests, however they end.
    while os.getppid() == parent:
        threading.Event().wait(1.0)
