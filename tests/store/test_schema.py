import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app.model.errors import SchemaOutdated, StoreError
from app.model.findings import Analysis, ProblemKind
from app.store import schema
from app.store.candidates import read_candidates
from app.store.flows import read_flows
from app.store.pages.problem_groups import read_groups
from app.store.pages.sightings import read_victims
from app.store.problems import read_problems
from app.store.schema import (
    SchemaState,
    is_in_tables,
    migrate,
    migrations_folder,
    require_current,
    schema_state,
)
from app.store.session import Store
from app.store.tables import metadata
from tests.build import (
    RUN,
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_problem,
    make_producer,
    make_try_key,
)
from tests.postgres import Postgres


# The index on the beginnings of texts, which only its migration describes.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.reading() as session:
        context = MigrationContext.configure(
            session, opts={"compare_type": True, "include_name": is_in_tables}
        )
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
    store = _old_store(empty_url, "8c1f0e5a7b42", Analysis((make_flow(),)))
    assert schema_state(store) is SchemaState.OUTDATED
    migrate(empty_url)
    with store.reading() as session:
        assert read_flows(session, deployment_pk=1, run=RUN) == (make_flow(),)
        assert read_candidates(session, deployment_pk=1, run=RUN) == ()
    store.close()


def test_problems_from_before_causes_keep_their_groups(empty_url: str) -> None:
    push = make_problem(ProblemKind.INVALID_JSON, consumer=None, producer=make_producer())
    victim = make_problem(consumer=make_consumer("report"), root=make_try_key(), is_victim=True)
    problems = (make_problem(), push, victim)
    store = _old_store(empty_url, "8c41f0d92b6e", Analysis(problems=problems))
    migrate(empty_url)
    with store.reading() as session:
        assert [one.problem for one in read_problems(session, most=9)] == list(problems)
        groups = read_groups(session, now=after(500), most=9)
        victims = read_victims(session, [group.latest.pk for group in groups])
    told = {one.latest.kind: (one.status, one.runs, one.first_at) for one in groups}
    assert told == dict.fromkeys((push.kind, "unknown_task"), ("open", 1, after(100)))
    assert list(victims.values()) == [{("report", -1)}]
    store.close()


def _old_store(url: str, revision: str, analysis: Analysis) -> Store:
    """A store with these findings, as the version of that revision would have kept them."""
    migrate(url)
    store = Store(url)
    keep(store, make_facts(), analysis)
    with store.writing() as session:
        config = schema._config()
        config.attributes["connection"] = session
        command.downgrade(config, revision)
    return store


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


@pytest.mark.postgres
def test_without_trigrams_it_says_what_to_do(postgres: Postgres) -> None:
    url = postgres.empty_database()
    store = Store(url)
    with store.writing() as session:
        session.execute(text("CREATE ROLE plain LOGIN"))
        session.execute(text("GRANT CREATE ON SCHEMA public TO plain"))
    store.close()
    with pytest.raises(StoreError, match="CREATE EXTENSION pg_trgm"):
        migrate(url.replace("://xcomtrace@", "://plain@"))
