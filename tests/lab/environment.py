"""Airflow's own virtual environment, built once per requirements file and never in ours."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Airflow:
    """One version of Airflow, as its own environment is built."""

    version: str
    requirements: Path
    # By preference; those that were tried come first.
    pythons: tuple[str, ...]


# It supports 3.10 to 3.14; our own needs 3.11.
AIRFLOW_3 = Airflow(
    "3.3.2",
    Path(__file__).with_name("requirements-airflow3.txt"),
    ("python3.12", "python3.13", "python3.11", "python3.14"),
)
# With FAB's roles, an environment of its own: its requirements hold others back.
AIRFLOW_3_FAB = Airflow(
    "3.3.2",
    Path(__file__).with_name("requirements-airflow3-fab.txt"),
    ("python3.12", "python3.13", "python3.11"),
)
# It does not install on 3.13 and newer.
AIRFLOW_2 = Airflow(
    "2.11.2",
    Path(__file__).with_name("requirements-airflow2.txt"),
    ("python3.11", "python3.12", "python3.10"),
)


class NoPythonForAirflow(Exception):
    """None of the interpreters that this Airflow runs on is on PATH and runs."""


class NoUv(Exception):
    """uv is neither in our environment nor on PATH."""


def airflow_python(airflow: Airflow = AIRFLOW_3) -> Path:
    """The interpreter of an environment that holds Airflow; built when it is not there yet.

    The environment lies under `$XCOMTRACE_CACHE` (`~/.cache/xcomtrace`), named by the hash of the
    requirements, so that a change of one makes another. A build that was cut short leaves no
    environment: the finished one is renamed into its place.

    Raises:
        NoPythonForAirflow: it has to be built, and no interpreter for it is on PATH.
    """
    home = environment_home(airflow)
    if not home.exists():
        with _alone(home):
            if not home.exists():
                _build(airflow, home)
    return home / "bin" / "python"


def environment_home(airflow: Airflow = AIRFLOW_3) -> Path:
    cache = Path(os.environ.get("XCOMTRACE_CACHE") or Path.home() / ".cache" / "xcomtrace")
    digest = hashlib.sha256(airflow.requirements.read_bytes()).hexdigest()[:12]
    return cache / f"airflow-{airflow.version}-{digest}"


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """While one process builds the environment, the others wait for it."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_name(f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(airflow: Airflow, home: Path) -> None:
    unfinished = home.with_name(f"{home.name}.{os.getpid()}")
    try:
        # Relocatable, because it is renamed when it is whole.
        _uv("venv", "--relocatable", "--python", running_python(airflow), str(unfinished))
        _uv(
            *("pip", "install", "--python", str(unfinished / "bin" / "python")),
            *("--compile-bytecode", "--require-hashes", "-r", str(airflow.requirements)),
        )
        unfinished.rename(home)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _uv(*arguments: str) -> None:
    # The one of our environment, or the machine's.
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    program = shutil.which("uv", path=path)
    if program is None:
        raise NoUv("Airflow's environment is built with uv: pip install uv")
    subprocess.run([program, "--quiet", *arguments], check=True, env=environ)  # noqa: S603 # our own arguments


def running_python(airflow: Airflow = AIRFLOW_3, path: str | None = None) -> str:
    """The first interpreter for it on the path that really runs (a pyenv shim may refuse).

    Raises:
        NoPythonForAirflow: none does.
    """
    for name in airflow.pythons:
        found = shutil.which(name, path=path)
        if found and _runs(found):
            return found
    wanted = ", ".join(airflow.pythons)
    raise NoPythonForAirflow(f"Airflow {airflow.version} needs one of {wanted} on PATH")


def _runs(interpreter: str) -> bool:
    answer = subprocess.run([interpreter, "--version"], capture_output=True, check=False)  # noqa: S603 # a path from PATH
    return answer.returncode == 0
