"""The fixture `traced`: the lab's runs, mirrored and analysed, answered by the real app."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from app import main
from app.settings import Settings, read_settings
from app.web.app import create_app
from app.web.parts import web_parts
from tests.lab.lab import Lab

# The first brings the runs, the second reads what lineage asked for, the rest seals.
PASSES = 4


@pytest.fixture(scope="session")
def traced(
    lab: Lab, lab_run: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    assert lab_run
    settings = _settings(lab, tmp_path_factory.mktemp("traced"))
    with main.opened(settings) as store, main.airflow_of(settings) as airflow:
        mirror = main.mirror_of(settings, airflow, store)
        # In a thread of its own, as the poller's: while Playwright's browser is open, an event loop
        # runs in this one, and the layout engine then refuses to keep time.
        with ThreadPoolExecutor(1) as thread:
            for _ in range(PASSES):
                assert thread.submit(mirror.refresh).result().troubles == ()
        with TestClient(create_app(web_parts(store, version=main.VERSION))) as client:
            yield client


def _settings(lab: Lab, folder: Path) -> Settings:
    return read_settings(
        airflow_url=lab.url,
        airflow_username=lab.username,
        airflow_password=SecretStr(lab.password),
        database_url=f"sqlite:///{folder / 'traced.sqlite'}",
    )
