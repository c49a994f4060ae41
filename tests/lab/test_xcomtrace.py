"""What `make lab` adds: xcomtrace on top of the lab."""

from pathlib import Path

import httpx2

from tests.lab.lab import Lab
from tests.lab.supervisor import Supervisor
from tests.lab.xcomtrace import start_xcomtrace


def test_xcomtrace_answers_and_traces_the_lab(lab: Lab, tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        url = start_xcomtrace(lab, supervisor)
        (deployment,) = httpx2.get(f"{url}/api/v1/status", timeout=20).json()["deployments"]
    assert deployment["url"] == lab.url
