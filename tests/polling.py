"""`polling`: the real service, started as its users start it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def polling(url: str, database: str, *, interval: float = 0.5) -> Iterator[subprocess.Popen[bytes]]:
    """The real service in a process of its own; `interval` in seconds between passes."""
    environment = {name: value for name, value in os.environ.items() if "XCOMTRACE" not in name}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "poll"],
        cwd=ROOT,
        env={
            **environment,
            "XCOMTRACE_AIRFLOW_URL": url,
            "XCOMTRACE_DATABASE_URL": database,
            "XCOMTRACE_INTERVAL_SECONDS": str(interval),
            "XCOMTRACE_IDLE_INTERVAL_SECONDS": str(interval),
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
