"""Airflow and xcomtrace over the same runs, each a server whose processor time is its own."""

import os
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from app.model.ids import RunKey
from app.web import links
from tests.bench.beside.questions import Asked, Question
from tests.bench.pages.serving import Server
from tests.commands import running
from tests.lab.lab import Lab

_LONGEST = 300.0  # Seconds until a run is over, and until it is mirrored.


@contextmanager
def lab_running() -> Iterator[Lab]:
    """The lab that XCOMTRACE_LAB_STATE names, or one of our own."""
    if state := os.environ.get("XCOMTRACE_LAB_STATE"):
        yield Lab.join(Path(state))
        return
    # PostgreSQL may run as another user, who has to be able to walk through the folder.
    with TemporaryDirectory(prefix="xcomtrace-lab-") as folder, Lab.start(Path(folder)) as (lab, _):
        yield lab


def asked_of(lab: Lab, questions: Sequence[Question]) -> list[Asked]:
    """The questions of runs that are made now and are over."""
    run_id = f"beside-{uuid.uuid4().hex[:8]}"
    for question in questions:
        lab.trigger(question.dag_id, run_id)
    for question in questions:
        lab.wait(question.dag_id, run_id, timeout=_LONGEST)
    return [Asked(one, run_id, _answer(lab, one, run_id)) for one in questions]


def _answer(lab: Lab, question: Question, run_id: str) -> str:
    given = lab.xcom(question.dag_id, run_id, question.producer, "return_value")
    return str(given[question.key])


@contextmanager
def mirroring(lab: Lab, folder: Path, database: Path) -> Iterator[str]:
    """The address of an xcomtrace that reads the lab as it does for users."""
    with running(
        "serve",
        "--port=0",
        home=folder,
        airflow_url=lab.url,
        airflow_username=lab.username,
        airflow_password=lab.password,
        database_url=f"sqlite:///{database}",
    ) as started:
        yield started.address
        started.end()


def wait_until_mirrored(address: str, asked: Sequence[Asked]) -> None:
    end = time.monotonic() + _LONGEST
    while not all(_is_mirrored(address, one) for one in asked):
        assert time.monotonic() < end, "xcomtrace has not read the runs"
        time.sleep(1)


def _is_mirrored(address: str, asked: Asked) -> bool:
    run = RunKey(asked.question.dag_id, asked.run_id)
    answer = httpx2.get(address + links.api_flows(deployment="default", run=run), timeout=60)
    if answer.status_code != HTTPStatus.OK:
        return False
    got = {
        (flow["consumer"]["task_id"], flow["consumer"]["field"]) for flow in answer.json()["flows"]
    }
    return (asked.question.task_id, asked.question.field) in got


def airflow_server(lab: Lab) -> Server:
    """The api-server, whichever process started it."""
    return Server(lab.url, listener(lab.addresses.airflow))


def listener(port: int) -> int:
    """The process that listens on this port of loopback; by what the kernel says of sockets."""
    (inode,) = [
        fields[9]
        for fields in map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
        if fields[1].endswith(f":{port:04X}") and fields[3] == "0A"
    ]
    return next(pid for pid, held in _sockets() if held == f"socket:[{inode}]")


def _sockets() -> Iterator[tuple[int, str]]:
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            yield int(descriptor.parts[2]), str(descriptor.readlink())
        except OSError:  # It was closed, or is somebody else's.
            continue


def processor(pid: int) -> float:
    """Seconds that a process has spent on a processor, in its threads that have ended too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def token(lab: Lab) -> str:
    """What the cookie of a viewer who has signed in holds."""
    login = {"username": lab.username, "password": lab.password}
    answer = httpx2.post(f"{lab.url}/auth/token", json=login, timeout=60).raise_for_status()
    return str(answer.json()["access_token"])
