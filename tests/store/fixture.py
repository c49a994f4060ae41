"""The fixtures `store` (an empty one), `migrated` (its file, to be copied) and `postgres`."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.store.schema import migrate
from app.store.session import Store
from tests.postgres import NoPostgres, Postgres, running_postgres


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "store.sqlite"
    migrate(f"sqlite:///{file}")
    return file


@contextmanager
def copied(file: Path, folder: Path) -> Iterator[Store]:
    """A store on a copy of the file."""
    store = Store(f"sqlite:///{shutil.copy(file, folder / 'store.sqlite')}")
    yield store
    store.close()


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(migrated, tmp_path) as store:
        yield store


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        with running_postgres() as server:
            yield server
    except NoPostgres as error:
        pytest.fail(str(error))
