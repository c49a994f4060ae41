"""xcomtrace itself on top of the lab, as a user would start it."""

import os
import sys

from tests.lab.lab import Lab
from tests.lab.processes import ROOT
from tests.lab.supervisor import Supervisor, free_port, is_listening


def start_xcomtrace(lab: Lab, supervisor: Supervisor) -> str:
    """The address of a dashboard that traces this lab; its database lies in the lab's folder.

    Raises:
        StartFailed: with what xcomtrace said.
    """
    port = free_port()
    supervisor.start("xcomtrace", [sys.executable, "-m", "app", "serve"], _environ(lab, port))
    supervisor.wait_until("xcomtrace", lambda: is_listening(port), seconds=60)
    return f"http://127.0.0.1:{port}"


def _environ(lab: Lab, port: int) -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if "XCOMTRACE" not in name}
    return inherited | {
        "PYTHONPATH": str(ROOT),
        "XCOMTRACE_AIRFLOW_URL": lab.url,
        "XCOMTRACE_AIRFLOW_USERNAME": lab.username,
        "XCOMTRACE_AIRFLOW_PASSWORD": lab.password,
        "XCOMTRACE_DATABASE_URL": f"sqlite:///{lab.state / 'xcomtrace.sqlite'}",
        "XCOMTRACE_HOST": "127.0.0.1",
        "XCOMTRACE_PORT": str(port),
    }
