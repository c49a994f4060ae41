import gc
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from app import main
from app.airflow.auth import Anonymous, Password, Token, TokenCommand
from app.model.errors import SettingsError
from app.settings import Settings
from app.store.outbox import read_webhooks
from app.store.session import Store
from app.store.tables import deployment
from tests.notify.receiving import Receiver
from tests.store.life import begin, broken, hour


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


def test_python_collects_rarely_and_changes_threads_often_while_airflow_is_mirrored(
    tmp_path: Path,
) -> None:
    usual, often, seen = gc.get_threshold(), sys.getswitchinterval(), []
    settings = given(
        database_url=f"sqlite:///{tmp_path / 's.sqlite'}", airflow_url="http://127.0.0.1:9"
    )
    try:
        main.poll(
            settings, wait=lambda: seen.append((gc.get_threshold()[0], sys.getswitchinterval()))
        )
    finally:
        gc.set_threshold(*usual)
        sys.setswitchinterval(often)
    [(threshold, interval)] = seen
    assert threshold > 10 * usual[0]
    assert interval <= often / 10


def test_the_webhooks_that_are_set_are_told(store: Store) -> None:
    life = begin(store)
    with store.writing() as session:
        session.execute(deployment.update().values(began_at=hour(0), backfill_done=True))
    life.run(1, broken())
    with Receiver() as receiver:
        hooks = [{"url": receiver.url, "secret": "s3"}, {"url": receiver.url, "dags": "other"}]
        settings = given(public_url="https://dash.test", webhooks=hooks)
        notifier = main.notifier_of(settings, store)
        notifier.one_round()
        notifier.stop()
    (message,) = receiver.received
    assert message.json["problems"][0]["link"] == "https://dash.test/problems/1"
    assert "X-Xcomtrace-Signature" in message.headers
    with store.reading() as session:
        (state,) = read_webhooks(session)
    assert state.name.startswith("webhook-")
    assert "53CR3T" not in state.name
