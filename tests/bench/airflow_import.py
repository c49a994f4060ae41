"""How long the real Airflow takes to import the same files."""

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.timing import Timing
from tests.lab.environment import airflow_python

_SCRIPT = Path(__file__).parent / "inside" / "import_files.py"
_SECONDS = 600


def import_times(files: Sequence[Path], rounds: int) -> list[Timing | None]:
    """The time of each file's import in a process that has Airflow loaded; None: it fails there."""
    told = json.loads(_run(rounds, files).splitlines()[-1])
    return [Timing(**one) if one else None for one in told]


def with_start(file: Path, rounds: int) -> Timing:
    """The time of a process that starts, loads Airflow and imports the file once."""
    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), _of_children()
        _run(0, [file])
        cpus.append(_of_children() - cpu)
        walls.append(time.perf_counter() - wall)
    return Timing(min(walls), min(cpus))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(rounds: int, files: Sequence[Path]) -> str:
    python = airflow_python()
    with tempfile.TemporaryDirectory(prefix="xcomtrace-bench-") as home:
        environ = {
            "PATH": f"{python.parent}:{os.environ['PATH']}",
            "HOME": home,
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "PYTHONWARNINGS": "ignore",
        }
        done = subprocess.run(  # noqa: S603  # our own script and files
            [str(python), str(_SCRIPT), str(rounds), *map(str, files)],
            cwd=home,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=_SECONDS,
        )
    return done.stdout
