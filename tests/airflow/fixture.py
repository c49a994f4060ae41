"""The fixtures `server` (a fake Airflow that answers) and `airflow` (our client of it)."""

from collections.abc import Iterator

import pytest

from app.airflow.client import Airflow
from tests.airflow.fake import FakeAirflow


@pytest.fixture
def server() -> Iterator[FakeAirflow]:
    with FakeAirflow() as server:
        yield server


@pytest.fixture
def airflow(server: FakeAirflow) -> Iterator[Airflow]:
    airflow = Airflow(server.url)
    yield airflow
    airflow.close()
