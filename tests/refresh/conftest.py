"""A fake Airflow, an empty store, and a mirror between them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.airflow.client import Airflow
from app.refresh import Limits, Mirror
from app.store.schema import migrate
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.postgres import NoPostgres, Postgres, running_postgres
from tests.refresh.mirrors import mirror_of


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("mirror") / "store.sqlite"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{shutil.copy(migrated, tmp_path / 'store.sqlite')}")
    yield store
    store.close()


@pytest.fixture
def server() -> Iterator[FakeAirflow]:
    with FakeAirflow() as server:
        yield server


@pytest.fixture
def airflow(server: FakeAirflow) -> Iterator[Airflow]:
    airflow = Airflow(server.url)
    yield airflow
    airflow.close()


@pytest.fixture
def mirror(airflow: Airflow, store: Store) -> Mirror:
    return mirror_of(airflow, store, limits=Limits(backfill_days=30))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        with running_postgres() as server:
            yield server
    except NoPostgres as error:
        pytest.fail(str(error))


@pytest.fixture
def postgres_store(postgres: Postgres) -> Iterator[Store]:
    with postgres.database() as url:
        store = Store(url)
        yield store
        store.close()
