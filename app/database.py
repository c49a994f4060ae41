"""The database that the settings name, opened."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.model.errors import SettingsError
from app.settings import Settings, variable
from app.store.lock import sqlite_file
from app.store.schema import migrate, require_current
from app.store.session import Store


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The database, ready to use: a SQLite file is made and migrated, others must be current.

    Raises StoreError.
    """
    if sqlite_file(settings.database_url) is not None:
        migrate_database(settings)
    with unchecked(settings) as store:
        require_current(store)
        yield store


def migrate_database(settings: Settings) -> None:
    """Brings the schema up to date. Raises StoreError."""
    make_folder_of(settings)
    migrate(settings.database_url)


@contextmanager
def unchecked(settings: Settings) -> Iterator[Store]:
    """The database, whatever state its schema is in."""
    make_folder_of(settings)
    store = Store(settings.database_url)
    try:
        yield store
    finally:
        store.close()


def make_folder_of(settings: Settings) -> None:
    file = sqlite_file(settings.database_url)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{variable('database_url')}: cannot make {file.parent}: {error.strerror}"
        ) from error
