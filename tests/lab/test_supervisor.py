"""The lab's processes start with a log and end whatever happens."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab.processes import ROOT
from tests.lab.supervisor import StartFailed, Supervisor

ENVIRON = {"PATH": os.environ["PATH"]}


def has_ended(pid: int) -> bool:
    """Within some seconds; a zombie that nobody has waited for has ended too."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def pid_in(file: Path) -> int:
    for _ in range(100):
        if file.exists() and (text := file.read_text().strip()):
            return int(text)
        time.sleep(0.05)
    raise TimeoutError(file)


def test_a_process_that_ends_early_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("broken", ["sh", "-c", "echo no such table; exit 3"], ENVIRON)
        with pytest.raises(StartFailed, match=r"broken ended with 3(.|\n)*no such table"):
            supervisor.wait_until("broken", lambda: False, seconds=10)


def test_a_process_that_is_never_ready_is_told(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("slow", ["sleep", "60"], ENVIRON)
        with pytest.raises(StartFailed, match="slow not ready after 1 s"):
            supervisor.wait_until("slow", lambda: False, seconds=1)


def test_a_command_that_fails_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor, pytest.raises(StartFailed, match="bad news"):
        supervisor.run("migrate", ["sh", "-c", "echo bad news; exit 1"], ENVIRON)


def test_at_the_end_children_of_processes_have_ended_too(tmp_path: Path) -> None:
    child = tmp_path / "child"
    with Supervisor(tmp_path, patience=0.5) as supervisor:
        script = f"trap '' TERM; sleep 60 & echo $! > {child}; wait; sleep 60"
        supervisor.start("stubborn", ["sh", "-c", f"sleep 60 & {script}"], ENVIRON)
        pid = pid_in(child)
        supervisor.end_all()
        assert has_ended(pid)


def test_a_killed_lab_takes_its_processes_along(tmp_path: Path) -> None:
    program = f"""
import os, time
from pathlib import Path
from tests.lab.supervisor import Supervisor
with Supervisor(Path({str(tmp_path)!r})) as supervisor:
    script = "echo $$ > {tmp_path}/pid; exec sleep 60"
    supervisor.start("sleeper", ["sh", "-c", script], dict(os.environ))
    time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)  # noqa: S603 # our own
    pid = pid_in(tmp_path / "pid")
    parent.kill()
    parent.wait()
    assert has_ended(pid)
