"""Every test that takes `store` runs on SQLite and on PostgreSQL, the real ones."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.deployments import ensure_deployment
from app.store.search.partitions import partitions
from app.store.session import Store
from tests.postgres import Postgres

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated"), tmp_path / "store.sqlite")
        yield f"sqlite:///{file}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty_database()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = Store(store_url)
    yield store
    store.close()


@pytest.fixture
def deployment_pk(store: Store) -> int:
    with store.writing() as session:
        return ensure_deployment(session, name="default", url="http://airflow.test")


@pytest.fixture
def without_weeks(store: Store) -> None:
    """On PostgreSQL the parts for weeks that other tests had leaves in are dropped."""
    if store.engine.dialect.name != "postgresql":
        return
    with store.writing() as session:
        for week in partitions(session):
            session.exec_driver_sql(f"DROP TABLE leaf_w{week:05}")
