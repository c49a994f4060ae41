"""What Airflow itself sees pulled in a DAG file: the judge of the lineage engine.

`python -m tests.accuracy.truth [--airflow 3|2] [--no-call] FILE...` prints it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.accuracy.score import Pull
from tests.lab.environment import AIRFLOW_2, AIRFLOW_3, Airflow, airflow_python

DUMP = Path(__file__).parent / "inside" / "dump.py"
AIRFLOWS = {"2": AIRFLOW_2, "3": AIRFLOW_3}
# Of the start of Airflow, and of each file on top (dump.py holds each file to less).
SECONDS_TO_START = 120
SECONDS_PER_FILE = 660


class DumpFailed(Exception):
    """Airflow's process ended before it had answered for every file; with what it said."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What one Airflow sees in one file."""

    file: Path
    #: Each pull; the text says why a reader of the file could not tell it, None where one could.
    pulls: dict[Pull, str | None]
    #: dag_id -> task ids.
    tasks: dict[str, tuple[str, ...]]
    #: What stopped the file from being imported.
    errors: tuple[str, ...]
    #: What was not read to its end, for a person to look at.
    notes: tuple[str, ...]


def truths(
    files: Sequence[Path], airflow: Airflow = AIRFLOW_3, *, call: bool = True
) -> list[Truth]:
    """What this Airflow sees in each file, in order.

    The files are imported, and their tasks' functions called unless `call` is False, in a
    process without our environment and, where root starts it, without a network.

    Raises:
        DumpFailed: Airflow's process itself failed.
    """
    paths = [path.resolve() for path in files]
    python = airflow_python(airflow)
    options = [] if call else ["--no-call"]
    with tempfile.TemporaryDirectory(prefix="xcomtrace-truth-") as home:
        command = [*_sandbox(), str(python), str(DUMP), *options, *map(str, paths)]
        done = subprocess.run(  # noqa: S603 # our own script
            command,
            cwd=home,
            env=_environ(home, python),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_TO_START + SECONDS_PER_FILE * len(paths),
        )
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(paths):
        raise DumpFailed(done.stderr[-3000:])
    return [_truth(json.loads(line)) for line in lines]


def _sandbox() -> list[str]:
    unshare = shutil.which("unshare")
    if unshare is None or os.geteuid() != 0:
        return []
    alone = [unshare, "--net"]
    allowed = subprocess.run([*alone, "true"], capture_output=True, check=False)  # noqa: S603 # as above
    return alone if allowed.returncode == 0 else []


def _environ(home: str, python: Path) -> dict[str, str]:
    return {
        "HOME": home,
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "PATH": f"{python.parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Sets have the same order each time.
        "PYTHONHASHSEED": "0",
    }


def _truth(answer: dict[str, Any]) -> Truth:
    pulls: dict[Pull, str | None] = {}
    for record in answer["records"]:
        path = tuple(record["path"])
        why = record["unresolvable"]
        fields = {**record, "path": path}
        del fields["unresolvable"]
        pulls.setdefault(Pull(**fields), why)
    return Truth(
        file=Path(answer["file"]),
        pulls=pulls,
        tasks={
            dag["dag_id"]: tuple(task["task_id"] for task in dag["tasks"]) for dag in answer["dags"]
        },
        errors=tuple(answer["errors"]),
        notes=tuple(
            f"{note['dag']}.{note['task']} {note['field']}: {note['note']}"
            for note in answer["notes"]
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--airflow", choices=sorted(AIRFLOWS), default="3")
    parser.add_argument("--no-call", action="store_true", help="do not call Python code")
    given = parser.parse_args()
    found = truths(given.files, AIRFLOWS[given.airflow], call=not given.no_call)
    sys.stdout.writelines(f"{line}\n" for truth in found for line in _told(truth))


def _told(truth: Truth) -> list[str]:
    tasks = sum(map(len, truth.tasks.values()))
    lines = [f"# {truth.file}: {len(truth.tasks)} DAGs, {tasks} tasks, {len(truth.pulls)} pulls"]
    lines += [f"! {error.strip()}" for error in truth.errors]
    lines += [f"? {note}" for note in truth.notes]
    for pull, why in truth.pulls.items():
        key = "" if pull.xcom_key == "return_value" else f" key={pull.xcom_key}"
        steps = "".join(f"[{step!r}]" for step in pull.path)
        place = f"{pull.dag_id}.{pull.consumer_task} {pull.field}"
        source = f"{pull.producer_dag_id}.{pull.producer_task_id}{key} {steps}".rstrip()
        lines.append(f"{place} <- {pull.kind} {source}{f'  (unresolvable: {why})' if why else ''}")
    return lines


if __name__ == "__main__":
    main()
