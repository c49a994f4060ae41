"""A PostgreSQL that several processes share, and Airflows to poll."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.postgres import Postgres


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def airflows() -> Iterator[dict[str, FakeAirflow]]:
    """Three, each with a run that goes on and some of the past."""
    with ExitStack() as ending:
        made = {name: ending.enter_context(FakeAirflow()) for name in ("one", "two", "three")}
        for server in made.values():
            fill(server)
        yield made


def fill(server: FakeAirflow, runs: int = 22) -> None:
    server.add_dag("etl", "source", tasks=("pod", "load"))
    for number in range(runs):
        run = server.add_run("etl", f"past{number:02}")
        run.task("pod").push("return_value", {"n": number})
    server.add_run("etl", "open", state="running").task("pod").push("key", "x")
