"""`python -m tests.whole.lab_accuracy [--state DIR [--run RUN]]`: the table of docs/accuracy.md.

Of a run of every DAG in a lab of its own, or in the one that runs with this state folder.
"""

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.lab.fixture import run_every_dag
from tests.lab.lab import Lab
from tests.whole.fixture import flows_told, traced_app
from tests.whole.lab_score import LabScore, lab_score


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.whole.lab_accuracy", description=__doc__)
    parser.add_argument("--state", type=Path, help="the state folder of a lab that runs")
    parser.add_argument("--run", help="a run there that every DAG has had")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xcomtrace-lab-") as folder:
        if given.state:
            score = _measured(Lab.join(given.state), given.run, Path(folder))
        else:
            Path(folder).chmod(0o755)
            with Lab.start(Path(folder) / "lab") as (lab, _):
                score = _measured(lab, None, Path(folder))
    sys.stdout.write(f"{score.table()}\n")


def _measured(lab: Lab, run: str | None, folder: Path) -> LabScore:
    run_id = run or run_every_dag(lab)
    with traced_app(lab, folder) as client:
        return lab_score(lab, run_id, partial(flows_told, client, run_id))


if __name__ == "__main__":
    main()
