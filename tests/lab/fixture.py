"""The fixtures `lab` (a running lab) and `lab_run` (a run of every DAG, all of them over); `lab2`.

A lab that already runs is joined when XCOMTRACE_LAB_STATE names its state folder; XCOMTRACE_LAB_RUN
may then name a run that every DAG has had there.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.lab2 import Lab2

# The first test that asks builds Airflow's environment, starts Airflow and runs all DAGs.
SECONDS_FOR_LAB_TESTS = 900
# What ends the lab that this session started.
_STARTED = pytest.StashKey[ExitStack]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"lab", "lab2"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.lab)
            item.add_marker(pytest.mark.timeout(SECONDS_FOR_LAB_TESTS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, bool, bool]:
    """Ends the lab after its last test: an idle Airflow takes a quarter of a core."""
    done = yield
    if nextitem is None or "lab" not in getattr(nextitem, "fixturenames", ()):
        item.config.stash.get(_STARTED, ExitStack()).close()
    return done


@pytest.fixture(scope="session")
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    running = os.environ.get("XCOMTRACE_LAB_STATE")
    if running:
        yield Lab.join(Path(running))
        return
    started = request.config.stash.setdefault(_STARTED, ExitStack())
    # Not pytest's own folder: it is closed to the user that PostgreSQL runs as.
    state = Path(tempfile.mkdtemp(prefix="xcomtrace-lab-"))
    started.callback(shutil.rmtree, state, ignore_errors=True)
    with started:
        lab, _ = started.enter_context(Lab.start(state))
        yield lab


@pytest.fixture(scope="module")
def lab2() -> Iterator[Lab2]:
    """A running lab of Airflow 2, for the tests of one module; it ends with the last of them."""
    with (
        tempfile.TemporaryDirectory(prefix="xcomtrace-lab2-") as state,
        Lab2.start(Path(state)) as lab,
    ):
        yield lab


@pytest.fixture(scope="session")
def lab_run(lab: Lab) -> str:
    """The id of a run that every DAG has had, since the session began unless one is named."""
    return os.environ.get("XCOMTRACE_LAB_RUN") or run_every_dag(lab)


def run_every_dag(lab: Lab) -> str:
    """The id of a new run that every DAG has had when this returns."""
    run_id = f"test-{uuid.uuid4().hex[:8]}"
    for dag_id in lab.trigger_all(run_id):
        lab.wait(dag_id, run_id, timeout=600)
    return run_id
