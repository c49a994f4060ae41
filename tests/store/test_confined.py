"""What a session sees that was told which DAGs its reader may see; on both stores."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.model.rights import EVERYTHING, NOTHING, Grant, Rights
from app.query.parsing import parse
from app.query.terms import Query
from app.store import tables as t
from app.store.confined import COLUMNS, RULES
from app.store.deployments import read_deployments
from app.store.schema import migrate
from app.store.search.finding import search
from app.store.session import Store
from tests.postgres import Postgres
from tests.store.fixture import copied
from tests.web.confined_store import SECRET_OF_VAULT, SEEN, VAULT, fill_vault
from tests.web.sample import NOW, fill

ONE_DAG = Rights((Grant("prod-eu", frozenset({SEEN})),))
ONE_AIRFLOW = Rights((Grant("prod-eu", patterns=("*",)),))
# Tables of which a reader's session shows nothing, or nothing that belongs to a DAG.
OF_NO_DAG = frozenset({"message", "reader_session", "audit", "layout", "leaf_spill"})


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def full(
    request: pytest.FixtureRequest, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    if request.param == "sqlite":
        with copied(migrated, tmp_path_factory.mktemp("confined")) as store:
            yield _filled(store)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        migrate(url)
        store = Store(url)
        yield _filled(store)
        store.close()


def _filled(store: Store) -> Store:
    fill(store)
    fill_vault(store)
    return store


def counts(store: Store, rights: Rights) -> dict[str, int]:
    with store.seen_with(rights).reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in t.metadata.tables.items()
        }


def test_who_may_see_nothing_sees_no_row_of_any_table(full: Store) -> None:
    assert set(counts(full, NOTHING).values()) == {0}


def test_who_may_see_everything_sees_every_row(full: Store) -> None:
    all_of_it = counts(full, EVERYTHING)
    by_patterns = counts(full, Rights((Grant("prod-*", patterns=("*",)),)))
    assert {name: by_patterns[name] for name in all_of_it.keys() - OF_NO_DAG} == {
        name: all_of_it[name] for name in all_of_it.keys() - OF_NO_DAG
    }


def test_rows_of_other_dags_are_not_there(full: Store) -> None:
    with full.seen_with(ONE_DAG).reading() as session:
        assert session.scalars(select(t.deployment.c.name)).all() == ["prod-eu"]
        assert session.scalars(select(t.dag.c.dag_id)).all() == [SEEN]
        assert set(session.scalars(select(t.change.c.dag_id))) <= {SEEN, ""}
        texts = set(session.scalars(select(t.leaf.c.text)))
    assert SECRET_OF_VAULT not in texts
    assert texts


def test_a_file_is_seen_by_who_may_see_all_dags_in_it(full: Store) -> None:
    source = (
        select(t.dag_version.c.source, t.dag_version.c.problem)
        .join(t.dag, t.dag.c.id == t.dag_version.c.dag_pk)
        .where(t.dag.c.dag_id == SEEN)
    )
    with full.seen_with(ONE_DAG).reading() as session:
        assert all(one.source for one in session.execute(source))
    with _in_one_file(full):
        with full.seen_with(ONE_DAG).reading() as session:
            assert {tuple(one) for one in session.execute(source)} == {
                (None, "its file holds DAGs that you may not read")
            }
        with full.seen_with(ONE_AIRFLOW).reading() as session:
            assert all(one.source for one in session.execute(source))


@contextmanager
def _in_one_file(store: Store) -> Iterator[None]:
    """The other DAG stands in the same file as the seen one meanwhile."""
    other = update(t.dag).where(t.dag.c.dag_id == VAULT.dag_id)
    with store.writing() as session:
        file = select(t.dag.c.fileloc).where(t.dag.c.dag_id == SEEN).limit(1)
        session.execute(other.values(fileloc=session.scalar(file)))
    yield
    with store.writing() as session:
        session.execute(other.values(fileloc=""))


def test_a_flow_is_seen_with_the_dag_that_it_comes_from(full: Store) -> None:
    from_vault = select(func.count()).where(t.flow.c.producer_dag_id == VAULT.dag_id)
    to_vault = select(func.count()).where(t.flow.c.field == "env_vars.TILES")
    for rights, seen in ((ONE_DAG, 0), (ONE_AIRFLOW, 1)):
        with full.seen_with(rights).reading() as session:
            assert [session.scalar(one) for one in (from_vault, to_vault)] == [seen, seen]


def test_a_problem_tells_of_another_dag_only_to_who_may_see_it(full: Store) -> None:
    found = select(t.problem.c.title, t.problem.c.body).where(t.problem.c.cause == "of-the-vault")
    with full.seen_with(ONE_AIRFLOW).reading() as session:
        title, body = session.execute(found).one()
    assert "vault_rotation" in title
    assert SECRET_OF_VAULT in str(body)
    with full.seen_with(ONE_DAG).reading() as session:
        title, body = session.execute(found).one()
    assert title == body["title"] == "extract_tiles reads from another DAG"
    assert (body["checks"], body["suggestion"]) == ([], None)
    assert SECRET_OF_VAULT not in str(body)
    assert "vault_key" not in str(body)


def test_of_a_deployment_that_is_seen_in_part_no_totals_are_told(full: Store) -> None:
    for rights, requests in ((ONE_DAG, 0), (ONE_AIRFLOW, 412)):
        with full.seen_with(rights).reading() as session:
            (state,) = read_deployments(session)
        assert (state.requests, state.airflow_version) == (requests, "3.3.2")
        assert (state.passes > 0) is (requests > 0)


def test_rights_of_one_session_are_not_those_of_the_next(full: Store) -> None:
    one, other = full.seen_with(ONE_DAG), full.seen_with(NOTHING)
    for _ in range(3):
        for store, seen in ((one, 1), (other, 0), (one, 1)):
            with store.reading() as session:
                assert session.scalar(select(func.count()).select_from(t.dag)) == seen


def test_a_dag_that_is_new_is_seen_by_who_may_see_it(full: Store) -> None:
    rights = Rights((Grant("prod-eu", patterns=("vault_*",)),))
    with full.seen_with(rights).reading() as session:
        assert session.scalars(select(t.dag.c.dag_id)).all() == [VAULT.dag_id]


def test_every_table_has_an_owner_or_a_rule_or_shows_nothing_knowingly() -> None:
    without = {
        name
        for name, table in t.metadata.tables.items()
        if not table.foreign_keys and name not in RULES
    }
    # Those whose owner is no key of the database's.
    assert without == {"reader_session", "audit"} | ({"leaf_path"} & without)
    assert set(RULES) | set(COLUMNS) <= set(t.metadata.tables)


@pytest.mark.parametrize(
    "searched",
    ["{text}", "{begin}", '"{text}"', "{begin}*", "re:/{begin}.*/", "uri:{begin}*", "-zzz {begin}"],
)
def test_searches_find_what_those_who_see_everything_find_in_the_dag(
    full: Store, searched: str
) -> None:
    """They found nothing on PostgreSQL, whose parts of the table were asked of the view."""
    with full.seen_with(ONE_DAG).reading() as session:
        texts = set(session.scalars(select(t.leaf.c.text)))
    told = sorted(one for one in texts if re.fullmatch(r"[a-z0-9/:._-]{8,60}", one))
    assert len(told) > 5
    for one in told[::2]:
        asked = searched.format(text=one, begin=one[:7])
        query = parse(asked.replace("re:/" + one[:7], "re:/" + re.escape(one[:7])), now=NOW)
        of_dag = parse(f"dag:{SEEN} deployment:prod-eu", now=NOW)
        with full.reading() as session:
            wanted = search(session, Query((*query.terms, *of_dag.terms)), seconds=60)
        with full.seen_with(ONE_DAG).reading() as session:
            assert search(session, query, seconds=60).leaves == wanted.leaves
        assert wanted.leaves or "uri:" in searched


def test_searches_find_nothing_of_other_dags(full: Store) -> None:
    for searched in (SECRET_OF_VAULT, f'"{SECRET_OF_VAULT}"', f"{SECRET_OF_VAULT[:9]}*"):
        query = parse(searched, now=NOW)
        with full.reading() as session:
            assert search(session, query, seconds=60).leaves
        with full.seen_with(ONE_DAG).reading() as session:
            assert not search(session, query, seconds=60).leaves
