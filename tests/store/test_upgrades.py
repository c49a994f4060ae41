"""A store of any earlier version, with rows in every table, is brought up to date and keeps them.

The tables are filled as the version of each revision had them: what they are is read from the
database itself, for the code knows the newest ones only.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Connection, DateTime, Float, Integer, MetaData, Table, text

from app.store import schema
from app.store.deployments import read_deployments
from app.store.session import Store
from tests.postgres import Postgres
from tests.store.conftest import BOTH

WHEN = datetime(2026, 11, 22, 6, tzinfo=UTC)
ROWS = (1, 2)
#: The migrations' own, and parts and indexes of the table of leaves.
OTHERS = ("alembic_version", "leaf_trigram", "leaf_w")
#: Columns of texts that are read as JSON, or as words of ours.
TEXTS = {
    "body": '{"root": null}',
    "requests_by_minute": "{}",
    "troubles": "[]",
    "status": "open",
    "severity": "error",
    "kind": "unknown_task",
}

Rows = dict[str, list[dict[str, Any]]]
Copy = Callable[[str], str]


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Copy]]:
    """The URL of a database without tables, and what copies it."""
    if request.param == "sqlite":
        copies = iter(range(100))

        def copy(url: str) -> str:
            return f"{url[:10]}{shutil.copy(url[10:], tmp_path / f'{next(copies)}.sqlite')}"

        yield f"sqlite:///{tmp_path / 'store.sqlite'}", copy
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield server.empty_database(), server.copy_of


# Indexes on expressions, which only their migrations describe.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_every_row_of_every_earlier_schema_outlives_the_upgrade(empty: tuple[str, Copy]) -> None:
    url, copy = empty
    for revision in revisions():
        upgrade(url, revision)
        fill(url)
        before = rows_of(url)
        assert not [name for name, rows in before.items() if len(rows) != len(ROWS)], revision
        newest = copy(url)
        schema.migrate(newest)
        assert_kept(before, rows_of(newest), revision)
        store = Store(newest)
        schema.require_current(store)
        with store.reading() as session:
            assert [one.name for one in read_deployments(session)] == ["name 1", "name 2"]
        store.close()


def revisions() -> list[str]:
    """From the first to the newest."""
    scripts = ScriptDirectory.from_config(schema._config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def upgrade(url: str, revision: str) -> None:
    store = Store(url)
    with store.writing() as session:
        config = schema._config()
        config.attributes["connection"] = session
        command.upgrade(config, revision)
    store.close()


def fill(url: str) -> None:
    """Two rows in each table that has none."""
    store = Store(url)
    with store.writing() as session:
        if store.engine.dialect.name == "postgresql" and "leaf" in tables_of(session).tables:
            part = "CREATE TABLE IF NOT EXISTS leaf_w00000 PARTITION OF leaf"
            session.execute(text(f"{part} FOR VALUES FROM (0) TO (1000)"))
        for table in tables_of(session).sorted_tables:
            if not session.execute(table.select()).first():
                session.execute(table.insert(), [made(table, number) for number in ROWS])
    store.close()


def made(table: Table, number: int) -> dict[str, Any]:
    return {
        column.name: number if column.foreign_keys or column.primary_key else value(column, number)
        for column in table.columns
        if column.computed is None
    }


def value(column: Column[Any], number: int) -> object:
    match column.type:
        case DateTime():
            return WHEN
        case Boolean():
            return number == 1
        case Integer() | Float():
            return number
    return TEXTS.get(column.name, f"{column.name} {number}")


def rows_of(url: str) -> Rows:
    """Every row of every table of ours, in the order of their keys."""
    store = Store(url)
    with store.reading() as session:
        found = {
            table.name: [
                dict(row)
                for row in session.execute(
                    table.select().order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in tables_of(session).sorted_tables
        }
    store.close()
    return found


def tables_of(connection: Connection) -> MetaData:
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _: not name.startswith(OTHERS))
    return tables


def assert_kept(before: Rows, after: Rows, revision: str) -> None:
    for name, rows in before.items():
        for old, new in zip(rows, after[name], strict=True):
            kept = {column: new[column] for column in old if column in new}
            assert kept == {column: old[column] for column in kept}, (revision, name)
