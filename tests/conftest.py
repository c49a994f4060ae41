"""Fixtures that tests of several folders share, and which tests run in one process."""

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

pytest_plugins = [
    "tests.airflow.fixture",
    "tests.lab.fixture",
    "tests.store.fixture",
    "tests.whole.fixture",
]

# Where several processes share two cores, how long an example takes says nothing about the code.
settings.register_profile(
    "shared-machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared-machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The labs' tests begin first: beside the others they take longest, and mostly wait."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    names = getattr(item, "fixturenames", ())
    return 0 if "lab" in names else 1 if "lab2" in names else 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of one file stay in one process; so do those of the lab, and those of the browser.

    Not by xdist's own marks: version 3.8 hangs them on the ids of tests, which pytest 9.2 makes
    anew each time.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith("tests/lab/") or "/test_lab_" in file:
            return "lab"
        if file.startswith("tests/browser/"):
            return "browser"
        # Each takes a minute or so: they need not wait for one another.
        return nodeid if file.endswith("/test_accuracy.py") else file
