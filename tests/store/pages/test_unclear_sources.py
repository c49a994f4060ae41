from app.model.facts import DagVersion
from app.store.dags import write_version
from app.store.pages.unclear_sources import UnclearSource, read_unclear_sources
from app.store.session import Store


def _write(store: Store, deployment_pk: int, number: int, problem: str | None) -> None:
    with store.writing() as session:
        version = DagVersion("etl", number, "source", problem=problem)
        write_version(session, deployment_pk=deployment_pk, version=version)


def _read(store: Store) -> tuple[UnclearSource, ...]:
    with store.reading() as session:
        return read_unclear_sources(session)


def test_the_newest_version_is_told_with_its_problem(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, 1, None)
    _write(store, deployment_pk, 2, "not Python")
    assert _read(store) == (UnclearSource(deployment_pk, "etl", 2, "not Python"),)


def test_a_newer_version_that_is_clear_ends_it(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, 1, "not Python")
    _write(store, deployment_pk, 2, None)
    assert _read(store) == ()
