"""Settings are of the environment and the folder: each test has its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def environ(tmp_path: Path) -> Iterator[Path]:
    """An environment without settings, in a folder without files; put back afterwards."""
    before, here = dict(os.environ), Path.cwd()
    for name in [name for name in os.environ if name.startswith("XCOMTRACE_")]:
        del os.environ[name]
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(here)
    os.environ.clear()
    os.environ.update(before)
