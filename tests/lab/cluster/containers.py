"""Containers as local processes: own mounts, own process numbers, and a log with times."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from tests.lab.cluster.status import Json

SANDBOX = Path(__file__).with_name("sandbox.sh")
# What `python3` and the mount programs are found by; a container's env may override it.
PATH = f"{sys.base_prefix}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_REFERENCE = re.compile(r"\$\$|\$\(([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of output, without its line feed, and when it came."""

    time: datetime
    text: bytes


@dataclass(slots=True, eq=False)
class Container:
    """One container of a pod, from waiting to terminated."""

    name: str
    image: str
    _waiting: Json = field(default_factory=lambda: {"reason": "ContainerCreating"})
    _started: datetime | None = None
    _crashed: bool = False
    _ended: datetime | None = None
    _exit_code: int | None = None
    _process: subprocess.Popen[bytes] | None = None
    _lines: list[Line] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def start(
        self, command: Sequence[str], env: Mapping[str, str], root: Path, mounts: Mapping[str, Path]
    ) -> None:
        """Starts the process and returns when its root stands; `mounts` is target -> source."""
        pairs = [part for target, source in mounts.items() for part in (str(source), target)]
        reading, writing = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 # what a pod of our own DAGs asks for
                [*_new_namespaces(), "sh", SANDBOX, str(writing), root, *pairs, "--", *command],
                env={"PATH": PATH, "HOME": "/root"} | dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(writing,),
            )
            os.close(writing)
            # Nothing comes when the sandbox could not be built; its complaint is in the log.
            os.read(reading, len(b"ready"))
        finally:
            os.close(reading)
        with self._changed:
            self._started = datetime.now(UTC)
        threading.Thread(target=self._follow, args=(self._process,), daemon=True).start()

    def refuse(self, reason: str, message: str) -> None:
        """The container stays waiting, for this reason."""
        with self._changed:
            self._waiting = {"reason": reason, "message": message}

    def crash(self, message: str) -> None:
        """The container ended as soon as it had started, and waits to be started again."""
        with self._changed:
            self._started, self._crashed = datetime.now(UTC), True
            self._waiting = {"reason": "CrashLoopBackOff", "message": message}

    def wait(self) -> None:
        """Returns when the container has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended is not None)

    def kill(self) -> None:
        """Ends the process and everything it started."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    @property
    def is_running(self) -> bool:
        return self._started is not None and self._ended is None and not self._crashed

    @property
    def has_crashed(self) -> bool:
        return self._crashed

    @property
    def is_terminated(self) -> bool:
        return self._ended is not None

    @property
    def exit_code(self) -> int | None:
        return self._exit_code

    @property
    def init_pid(self) -> int:
        """The machine's number for the container's first process.

        Raises:
            ProcessLookupError: the container is not running.
        """
        if self._process is None or not self.is_running:
            raise ProcessLookupError(self.name)
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if not children:
            raise ProcessLookupError(self.name)
        return int(children[0])

    def lines(self, *, follow: bool) -> Iterator[Line]:
        """The output so far; with `follow`, also what comes until the container has terminated."""
        sent = 0
        while True:
            with self._changed:
                fresh, over = self._lines[sent:], not self.is_running or not follow
                if not fresh and not over:
                    self._changed.wait(5)
            yield from fresh
            sent += len(fresh)
            if over:
                return

    def status(self) -> Json:
        """Kubernetes' ContainerStatus."""
        return {
            "name": self.name,
            "image": self.image,
            "imageID": "",
            "ready": self.is_running,
            "started": self.is_running,
            "restartCount": int(self._crashed),
            "lastState": self._last_state(),
            "state": self._state(),
        }

    def _state(self) -> Json:
        if self._started is None or self._crashed:
            return {"waiting": self._waiting}
        started = kubernetes_time(self._started)
        if self._ended is None:
            return {"running": {"startedAt": started}}
        return {
            "terminated": {
                "exitCode": self._exit_code,
                "reason": "Error" if self._exit_code else "Completed",
                "startedAt": started,
                "finishedAt": kubernetes_time(self._ended),
                "containerID": f"lab://{self.name}",
            }
        }

    def _last_state(self) -> Json:
        if self._started is None or not self._crashed:
            return {}
        at = kubernetes_time(self._started)
        ended = {"exitCode": 1, "reason": "Error", "startedAt": at, "finishedAt": at}
        return {"terminated": ended}

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Reads the output to its end, then says how the process ended."""
        output: IO[bytes] = process.stdout  # type: ignore[assignment] # it was opened as a pipe
        for raw in output:
            self._add(Line(datetime.now(UTC), raw.rstrip(b"\n")))
        code = process.wait()
        with self._changed:
            # A signal counts as 128 + its number, as a shell and containerd say it.
            self._exit_code = code if code >= 0 else 128 - code
            self._ended = datetime.now(UTC)
            self._changed.notify_all()

    def _add(self, line: Line) -> None:
        with self._changed:
            self._lines.append(line)
            self._changed.notify_all()


def expanded(texts: Sequence[str | None], env: Mapping[str, str]) -> list[str]:
    """The texts with `$(NAME)` replaced from the environment, `$$` by `$`, as a kubelet does."""
    return [_REFERENCE.sub(lambda match: _value(match, env), text or "") for text in texts]


def _value(match: re.Match[str], env: Mapping[str, str]) -> str:
    if match.group(0) == "$$":
        return "$"
    return env.get(match.group(1), match.group(0))


def enter(pid: int) -> list[str]:
    """The command line that puts a command into the namespaces of a container's process."""
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    return ["nsenter", "--target", str(pid), *user, "--mount", "--pid", "--root", "--wd"]


def kubernetes_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def log_time(moment: datetime) -> str:
    """RFC 3339 with nanoseconds, as a kubelet writes before a line."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def _new_namespaces() -> list[str]:
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "--pid", "--fork", "--kill-child"]
