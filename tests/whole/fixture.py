"""The fixture `traced`: the lab's runs, mirrored and analysed, answered by the real app."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from app import main
from app.database import opened
from app.settings import Settings, read_settings
from app.store.session import Store
from app.web.app import create_app
from app.web.parts import web_parts
from tests.lab.lab import Lab
from tests.lab.lab2 import Lab2

# The first brings the runs, the second reads what lineage asked for, the rest seals.
PASSES = 4


@pytest.fixture(scope="session")
def traced_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of `traced` lies."""
    return tmp_path_factory.mktemp("traced")


@pytest.fixture(scope="session")
def traced(lab: Lab, lab_run: str, traced_folder: Path) -> Iterator[TestClient]:
    assert lab_run
    with traced_app(lab, traced_folder) as client:
        yield client


@contextmanager
def traced_app(lab: Lab | Lab2, folder: Path) -> Iterator[TestClient]:
    """The real app over a mirror of all the lab's runs, kept in the folder."""
    mirror(lab, folder)
    with (
        opened(_settings(lab, folder)) as store,
        TestClient(create_app(web_parts(store, version=main.VERSION))) as client,
    ):
        yield client


def mirror(lab: Lab | Lab2, folder: Path) -> None:
    """Brings the database in the folder up to date with the lab, as often as a run wants it."""
    settings = _settings(lab, folder)
    # In a thread of its own, as the poller's: while Playwright's browser is open, an event loop
    # runs in this one, and the layout engine then refuses to keep time. It ends there too.
    with opened(settings) as store, ThreadPoolExecutor(1) as thread:
        thread.submit(_mirror, settings, store).result()


def _mirror(settings: Settings, store: Store) -> None:
    with main.airflow_of(settings) as airflow:
        mirror = main.mirror_of(settings, airflow, store)
        for _ in range(PASSES):
            assert mirror.refresh().troubles == ()


def flows_told(client: TestClient, run_id: str, dag_id: str) -> list[dict[str, Any]]:
    """The run's flows as the API tells them."""
    answer = client.get(f"/api/v1/default/dags/{dag_id}/runs/{run_id}/flows")
    assert answer.status_code == 200
    flows: list[dict[str, Any]] = answer.json()["flows"]
    return flows


def _settings(lab: Lab | Lab2, folder: Path) -> Settings:
    return read_settings(
        airflow_url=lab.url,
        airflow_username=lab.username,
        airflow_password=SecretStr(lab.password),
        database_url=f"sqlite:///{folder / 'traced.sqlite'}",
    )
