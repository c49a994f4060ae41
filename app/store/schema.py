"""The database's schema: is it ours and up to date, and how it becomes so."""

from collections.abc import MutableMapping
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeAlias

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.model.errors import SchemaOutdated, StoreError
from app.store.session import Store

# Two processes that start together on PostgreSQL migrate one after the other.
_LOCK = text("SELECT pg_advisory_xact_lock(7853200918)")


# As Alembic names what it compares.
_Kind: TypeAlias = Literal[
    "schema", "table", "column", "index", "unique_constraint", "foreign_key_constraint",
    "check_constraint",
]  # fmt: skip
_Parent: TypeAlias = Literal["schema_name", "table_name", "schema_qualified_table_name"]


class SchemaState(StrEnum):
    EMPTY = "empty"  # Never migrated.
    OUTDATED = "outdated"  # Of an older xcomtrace.
    CURRENT = "current"
    NEWER = "newer"  # Of a newer xcomtrace.


def migrate(url: str) -> None:
    """Bring the database behind `url` up to date, all or nothing.

    Raises StoreError when the database refuses, or belongs to a newer xcomtrace.
    """
    store = Store(url)
    try:
        with store.writing() as session:
            if session.dialect.name == "postgresql":
                session.execute(_LOCK)
            if _state(session) is SchemaState.NEWER:
                raise _newer()
            config = _config()
            config.attributes["connection"] = session
            command.upgrade(config, "head")
    finally:
        store.close()


def schema_state(store: Store) -> SchemaState:
    """How the database's schema stands to this program. Raises StoreError when it refuses."""
    with store.reading() as session:
        return _state(session)


def require_current(store: Store) -> None:
    """Nothing when the schema is this program's.

    Raises SchemaOutdated when `xcomtrace migrate` helps, StoreError when only an upgrade does.
    """
    state = schema_state(store)
    if state is SchemaState.NEWER:
        raise _newer()
    if state is not SchemaState.CURRENT:
        raise SchemaOutdated(f"the database's schema is {state}: run `xcomtrace migrate`")


def is_in_tables(
    name: str | None, kind: _Kind, parents: MutableMapping[_Parent, str | None]
) -> bool:
    """Whether app/store/tables.py describes this; the index of searches has more on each store."""
    table = parents.get("table_name") or (name if kind == "table" else "") or ""
    if table.startswith(("leaf_trigram", "leaf_w")):
        return False
    return not (table == "leaf" and (kind == "index" or name == "folded"))


def migrations_folder() -> Path:
    """Where the migrations lie: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def _state(connection: Connection) -> SchemaState:
    scripts = ScriptDirectory.from_config(_config())
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return SchemaState.EMPTY
    if revision == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.OUTDATED if revision in known else SchemaState.NEWER


def _newer() -> StoreError:
    return StoreError("the database belongs to a newer xcomtrace: upgrade this one")


def _config() -> Config:
    config = Config()
    # A percent sign is special in the configuration, and legal in a path.
    folder = str(migrations_folder()).replace("%", "%%")
    config.set_main_option("script_location", folder)
    return config
