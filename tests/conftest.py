"""Fixtures that tests of several folders share, and which tests run in one process."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.airflow.fixture",
    "tests.lab.fixture",
    "tests.store.fixture",
    "tests.whole.fixture",
]

_HERE = Path(__file__).parent

# Where several processes share two cores, how long an example takes says nothing about the code.
settings.register_profile(
    "shared-machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared-machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file stay in one process; so do those of the lab, and those of the browser.

    With several processes (`-n`) the lab's begin first: it takes longest and mostly waits.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: "lab" not in getattr(item, "fixturenames", ()))


def _group(item: pytest.Item) -> str:
    if "lab" in getattr(item, "fixturenames", ()):
        return "lab"
    place = item.path.relative_to(_HERE)
    return "browser" if place.parts[0] == "browser" else place.as_posix()
