"""Imports DAG files in Airflow's own environment and prints how long each takes.

`import_files.py ROUNDS FILE...`: everything a file imports is there already, as in a process that
has read other DAG files. The last line of the output is a JSON list with, for each file,
`{"wall": seconds, "cpu": seconds}`, the best of the rounds, or null when it does not import here.
"""

import contextlib
import importlib
import json
import runpy
import sys
import time

for module in (
    "airflow.sdk",
    "airflow.providers.cncf.kubernetes.operators.pod",
    "airflow.providers.standard.operators.python",
    "airflow.providers.standard.operators.bash",
):
    importlib.import_module(module)


def imported(path: str, rounds: int) -> dict[str, float] | None:
    walls, cpus = [], []
    for _ in range(rounds + 1):  # The first round imports what only this file needs.
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            runpy.run_path(path)
        except Exception:  # noqa: BLE001  # a file may want what is not installed here
            return None
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return {"wall": min(walls[1:] or walls), "cpu": min(cpus[1:] or cpus)}


with contextlib.redirect_stdout(sys.stderr):
    told = [imported(path, int(sys.argv[1])) for path in sys.argv[2:]]
print(json.dumps(told))  # noqa: T201  # the answer
