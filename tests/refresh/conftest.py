"""A mirror between the fake Airflow and an empty store."""

from collections.abc import Iterator

import pytest

from app.airflow.client import Airflow
from app.refresh import Limits, Mirror
from app.store.session import Store
from tests.postgres import Postgres
from tests.refresh.mirrors import mirror_of


@pytest.fixture
def mirror(airflow: Airflow, store: Store) -> Mirror:
    return mirror_of(airflow, store, limits=Limits(backfill_days=30))


@pytest.fixture
def postgres_store(postgres: Postgres) -> Iterator[Store]:
    with postgres.database() as url:
        store = Store(url)
        yield store
        store.close()
