"""The lab's processes: started with a log file each, ended by pid, all of them, always."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

TAIL_LINES = 40
# Even when we are killed and can end nothing ourselves: the kernel does it (prctl(2)).
ENDED_WITH_US = ("setpriv", "--pdeathsig", "TERM")


class StartFailed(Exception):
    """A process ended, or did not answer in time; the message ends with the tail of its log."""


@dataclass(slots=True)
class Supervisor:
    """Starts processes in groups of their own and ends them in reverse order."""

    logs: Path
    #: Seconds that a process has to end by itself (an api-server answers what is open), then it
    #: is killed.
    patience: float = 8.0
    _running: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_all()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environ: Mapping[str, str],
        user: str | None = None,
    ) -> None:
        """Starts a process whose output goes to `<logs>/<name>.log`."""
        with self.log_of(name).open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 # the lab's own commands
                [*ENDED_WITH_US, *(str(part) for part in command)],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # The folder we were started in may be closed to that user.
                cwd="/",
                user=user,
            )
        self._running.append((name, process))

    def pid_of(self, name: str) -> int:
        """Of a process that was started by this name."""
        return next(process.pid for known, process in self._running if known == name)

    def run(
        self,
        name: str,
        command: Sequence[str | Path],
        environ: Mapping[str, str],
        user: str | None = None,
    ) -> None:
        """Runs a command to its end, its output in `<logs>/<name>.log`.

        Raises:
            StartFailed: it ended with another status than 0.
        """
        with self.log_of(name).open("ab") as log:
            done = subprocess.run(  # noqa: S603 # the lab's own commands
                [str(part) for part in command],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                user=user,
            )
        if done.returncode:
            raise StartFailed(f"{name} ended with {done.returncode}\n{self._tail(name)}")

    def wait_until(self, what: str, ready: Callable[[], bool], *, seconds: float) -> None:
        """Waits for `ready()`, and watches that no process ends meanwhile.

        Raises:
            StartFailed: a process ended, or the time is over.
        """
        end = time.monotonic() + seconds
        while not ready():
            self.check_alive()
            if time.monotonic() > end:
                raise StartFailed(f"{what} not ready after {seconds:.0f} s\n{self._tails()}")
            time.sleep(0.2)

    def check_alive(self) -> None:
        """Raises StartFailed when a process has ended."""
        for name, process in self._running:
            if process.poll() is not None:
                raise StartFailed(f"{name} ended with {process.returncode}\n{self._tail(name)}")

    def end_all(self) -> None:
        for name, process in reversed(self._running):
            # PostgreSQL waits for its clients on SIGTERM and ends at once on SIGINT.
            gentle = signal.SIGINT if name == "postgres" else signal.SIGTERM
            _end(process, gentle, self.patience)
        self._running.clear()

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _tails(self) -> str:
        return "\n".join(self._tail(name) for name, _ in self._running)

    def _tail(self, name: str) -> str:
        lines = self.log_of(name).read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join([f"--- the end of {self.log_of(name)}", *lines])


def _end(process: subprocess.Popen[bytes], gentle: signal.Signals, patience: float) -> None:
    _signal_group(process, gentle)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    # The group outlives its leader when a child was busy: what is left of it goes now.
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, what)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
