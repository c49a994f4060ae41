"""xcomtrace as a user starts it: a process of its own, its lines and its exit code."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_START = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    said: str  # To standard output.
    complained: str  # To standard error.


def xcomtrace(*arguments: str, home: Path, **variables: str) -> Ended:
    """What a command said until it ended by itself."""
    done = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=_environ(home, variables),
        capture_output=True,
        text=True,
        timeout=LONGEST_START,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


class Running:
    """A command that goes on until it is told to end."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    @cached_property
    def address(self) -> str:
        """Where it answers: the first thing it says. Nothing but its end leaves this empty."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip().rpartition(" ")[2]

    def end(self, with_signal: signal.Signals = signal.SIGTERM) -> Ended:
        self.process.send_signal(with_signal)
        said, complained = self.process.communicate(timeout=30)
        return Ended(self.process.returncode, said, complained)


@contextmanager
def running(*arguments: str, home: Path, **variables: str) -> Iterator[Running]:
    with subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=_environ(home, variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


def _environ(home: Path, variables: dict[str, str]) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("XCOMTRACE_")}
    named = {f"XCOMTRACE_{name.upper()}": text for name, text in variables.items()}
    kept.pop("DISPLAY", None)
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    ours = {"XDG_DATA_HOME": str(home), "TMPDIR": str(temporary), "COLUMNS": "100", "NO_COLOR": "1"}
    return kept | ours | named
