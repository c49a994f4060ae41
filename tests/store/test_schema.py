import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app.model.errors import SchemaOutdated, StoreError
from app.model.findings import Analysis
from app.store.candidates import read_candidates
from app.store.flows import read_flows
from app.store.schema import SchemaState, migrate, migrations_folder, require_current, schema_state
from app.store.session import Store
from app.store.tables import metadata
from tests.build import RUN, keep, make_facts, make_flow


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.reading() as session:
        context = MigrationContext.configure(session, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_fresh_database_is_empty_and_after_migrating_current(empty_url: str) -> None:
    store = Store(empty_url)
    assert schema_state(store) is SchemaState.EMPTY
    migrate(empty_url)
    assert schema_state(store) is SchemaState.CURRENT
    require_current(store)
    store.close()


def test_migrating_twice_changes_nothing(store_url: str, store: Store) -> None:
    migrate(store_url)
    assert schema_state(store) is SchemaState.CURRENT


def test_a_store_of_an_earlier_version_keeps_what_it_has(empty_url: str) -> None:
    migrate(empty_url)
    store = Store(empty_url)
    pk = keep(store, make_facts(), Analysis((make_flow(),)))
    with store.writing() as session:
        session.execute(text("DROP TABLE candidates"))
        session.execute(text("UPDATE alembic_version SET version_num = '8c1f0e5a7b42'"))
    assert schema_state(store) is SchemaState.OUTDATED
    migrate(empty_url)
    with store.reading() as session:
        assert read_flows(session, deployment_pk=pk, run=RUN) == (make_flow(),)
        assert read_candidates(session, deployment_pk=pk, run=RUN) == ()
    store.close()


def test_an_empty_schema_says_what_to_run(empty_url: str) -> None:
    store = Store(empty_url)
    with pytest.raises(SchemaOutdated, match="run `xcomtrace migrate`"):
        require_current(store)
    store.close()


def test_a_schema_of_a_newer_program_is_left_alone(empty_url: str) -> None:
    migrate(empty_url)
    store = Store(empty_url)
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of_next_year'"))
    assert schema_state(store) is SchemaState.NEWER
    with pytest.raises(StoreError, match="newer xcomtrace"):
        require_current(store)
    with pytest.raises(StoreError, match="newer xcomtrace"):
        migrate(empty_url)
    store.close()


def test_every_migration_is_named_by_its_date() -> None:
    names = [path.name for path in (migrations_folder() / "versions").glob("*.py")]
    assert names
    assert all(name[:4].isdigit() and name[10] == "_" for name in names)
