"""The fixtures `server` (a fake Airflow that answers) and `airflow` (our client of it).

The server is an Airflow 3; `both_versions` has a test run with an Airflow 2 as well,
`every_version` with an older 3 too.
"""

from collections.abc import Iterator

import pytest

from app.airflow.client import Airflow
from tests.airflow.fake import FakeAirflow, OlderAirflow3
from tests.airflow.fake_v1 import FakeAirflow2

both_versions = pytest.mark.parametrize(
    "server", [FakeAirflow, FakeAirflow2], indirect=True, ids=["v2", "v1"]
)

#: Those, and an Airflow 3 that tells rendered fields apart.
every_version = pytest.mark.parametrize(
    "server",
    [FakeAirflow, OlderAirflow3, FakeAirflow2],
    indirect=True,
    ids=["v2", "v2 before 3.3", "v1"],
)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[FakeAirflow]:
    with getattr(request, "param", FakeAirflow)() as server:
        yield server


@pytest.fixture
def airflow(server: FakeAirflow) -> Iterator[Airflow]:
    airflow = Airflow(server.url)
    yield airflow
    airflow.close()
