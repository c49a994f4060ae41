"""`python -m tests.lab`: the lab in the foreground until Ctrl-C or SIGTERM."""

import argparse
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from tests.lab.lab import Lab
from tests.lab.supervisor import StartFailed
from tests.lab.xcomtrace import start_xcomtrace


def main() -> int:
    asked = _arguments()
    # An exception unwinds the stack, and every process is ended on the way.
    signal.signal(signal.SIGTERM, _end)
    try:
        if asked.state:
            _run(asked, asked.state)
        with tempfile.TemporaryDirectory(prefix="xcomtrace-lab-") as temporary:
            _run(asked, Path(temporary))
    except StartFailed as failure:
        _say(str(failure), sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("--state", type=Path, help="keep everything here (default: a temporary)")
    parser.add_argument("--port", type=int, help="Airflow's port (default: a free one)")
    parser.add_argument("--sqlite", action="store_true", help="as without PostgreSQL")
    parser.add_argument("--xcomtrace", action="store_true", help="start xcomtrace on top")
    parser.add_argument("--trigger", action="store_true", help="run every DAG once")
    return parser.parse_args()


def _run(asked: argparse.Namespace, state: Path) -> NoReturn:
    with Lab.start(state, airflow_port=asked.port, sqlite=asked.sqlite) as (lab, supervisor):
        _introduce(lab)
        if asked.xcomtrace:
            _say(f"xcomtrace {start_xcomtrace(lab, supervisor)}")
        if asked.trigger:
            run_id = f"lab-{datetime.now(UTC):%H%M%S}"
            _say(f"triggered {', '.join(lab.trigger_all(run_id))} as {run_id}")
        while True:
            supervisor.check_alive()
            time.sleep(1)


def _introduce(lab: Lab) -> None:
    _say(f"Airflow   {lab.url}")
    _say(f"viewer    {lab.username} / {lab.password}")
    _say(f"admin     {lab.admin_username} / {lab.admin_password}")
    _say(f"state     {lab.state}")
    for error in lab.import_errors():
        _say(error, sys.stderr)


def _say(line: str, where: TextIO | None = None) -> None:
    print(line, file=where or sys.stdout, flush=True)  # it speaks to a terminal


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
