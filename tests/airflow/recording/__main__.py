"""`python -m tests.airflow.recording VERSION…`: makes these recordings anew."""

import argparse
import json
import tempfile
from pathlib import Path

from tests.airflow.recording.exchanges import RECORDED, TRUTH, write
from tests.airflow.recording.running import Running
from tests.airflow.recording.scenario import recorded
from tests.airflow.recording.versions import VERSIONS, Version, installed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.airflow.recording", description=__doc__)
    parser.add_argument("versions", nargs="+", choices=VERSIONS, metavar="VERSION")
    parser.add_argument("--environments", type=Path, help="where each version is installed")
    asked = parser.parse_args()
    cache = asked.environments or Path.home() / ".cache" / "xcomtrace" / "recorded"
    cache.mkdir(parents=True, exist_ok=True)
    for number in asked.versions:
        _record(VERSIONS[number], cache)


def _record(version: Version, cache: Path) -> None:
    python = installed(version, cache)
    # Not in a folder of ours: it is closed to the user that PostgreSQL runs as.
    with (
        tempfile.TemporaryDirectory(prefix="xcomtrace-recording-") as state,
        Running.start(version, python, Path(state).resolve()) as airflow,
    ):
        exchanges, truth = recorded(airflow)
    folder = RECORDED / version.number
    write(folder, exchanges)
    (folder / TRUTH).write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
