from pathlib import Path

import pytest
from pydantic import SecretStr

from app import main
from app.airflow.auth import Anonymous, Password, Token, TokenCommand
from app.model.errors import SchemaOutdated, SettingsError
from app.settings import Settings
from tests.postgres import running_postgres


def given(**values: object) -> Settings:
    return Settings(**values)  # type: ignore[arg-type] # values of the test


@pytest.mark.parametrize(
    ("settings", "credentials"),
    [
        (given(), Anonymous()),
        (given(airflow_token=SecretStr("t")), Token("t")),
        (given(airflow_token_command="a 'b c'"), TokenCommand(("a", "b c"))),
        (given(airflow_username="u", airflow_password=SecretStr("p")), Password("u", "p")),
    ],
)
def test_credentials_are_those_that_were_set(settings: Settings, credentials: object) -> None:
    assert main.credentials_of(settings) == credentials


def test_without_an_address_there_is_no_airflow_to_ask() -> None:
    with pytest.raises(SettingsError, match="XCOMTRACE_AIRFLOW_URL is not set"):  # noqa: SIM117 # the block is entered
        with main.airflow_of(given()):
            pass


def test_a_sqlite_database_is_made_with_its_folder_and_schema(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "store.sqlite"
    settings = given(database_url=f"sqlite:///{file}")
    with main.opened(settings) as store, store.reading():
        assert file.exists()
    with main.opened(settings):
        pass


@pytest.mark.postgres
def test_a_postgresql_database_must_be_migrated_by_hand() -> None:
    with running_postgres() as server:
        settings = given(database_url=server.empty_database())
        with pytest.raises(SchemaOutdated, match="run `xcomtrace migrate`"):  # noqa: SIM117 # the block is entered
            with main.opened(settings):
                pass
        main.migrate_database(settings)
        with main.opened(settings) as store, store.reading():
            pass
