from pathlib import Path

import pytest

from app.database import migrate_database, opened
from app.model.errors import SchemaOutdated
from app.settings import Settings
from tests.postgres import running_postgres


def test_a_sqlite_database_is_made_with_its_folder_and_schema(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "store.sqlite"
    settings = Settings.model_validate({"database_url": f"sqlite:///{file}"})
    with opened(settings) as store, store.reading():
        assert file.exists()
    with opened(settings):
        pass


@pytest.mark.postgres
def test_a_postgresql_database_must_be_migrated_by_hand() -> None:
    with running_postgres() as server:
        settings = Settings.model_validate({"database_url": server.empty_database()})
        with pytest.raises(SchemaOutdated, match="run `xcomtrace migrate`"):  # noqa: SIM117 # the block is entered
            with opened(settings):
                pass
        migrate_database(settings)
        with opened(settings) as store, store.reading():
            pass
