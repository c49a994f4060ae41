import pytest

from app.graph.elk import Elk
from app.web.assets import STATIC


@pytest.fixture(scope="session")
def elk() -> Elk:
    return Elk(STATIC / "vendor" / "elk-worker.min.js")
