"""What is told of a program, its settings, its database, its pollers and each Airflow."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.access.discovery import Discovery
from app.airflow.client import Airflow
from app.doctor import (
    Finding,
    Level,
    look_at_access,
    look_at_airflow,
    look_at_database,
    look_at_polling,
    look_at_program,
    look_at_settings,
)
from app.doctor.finding import as_json, as_line
from app.readers import provider_of
from app.refresh import ChosenDags
from app.settings import Settings
from app.store.deployments import ensure_deployment, note_failure, note_pass
from app.store.lock import polling_alone
from app.store.session import Store
from tests.access.provider import Provider
from tests.airflow.fake import FakeAirflow
from tests.commands import Ended, running, xcomtrace
from tests.faults.child import polling
from tests.postgres import Postgres
from tests.waiting import until

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SECRET = "hunter2-hunter2-hunter2"


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with FakeAirflow() as airflow:
        airflow.add_run("etl", "r1").task("extract").push("return_value", 1)
        yield airflow


def levels(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(one.level.value, one.what) for one in findings]


def test_a_program_that_is_whole_tells_its_versions() -> None:
    program, files = look_at_program("1.2.3")
    assert program.line.startswith("xcomtrace 1.2.3, Python 3.")
    assert files.level is Level.OK


def test_missing_static_files_are_a_failure_that_says_what_to_do(tmp_path: Path) -> None:
    files = list(look_at_program("1.2.3", static=tmp_path))[-1]
    assert files.level is Level.FAIL
    assert "htmx.min.js" in files.line
    assert "make assets" in files.advice


def test_settings_are_told_and_secrets_are_not() -> None:
    settings = Settings.model_validate(
        {
            "port": 9000,
            "database_url": f"postgresql://u:{SECRET}@db/x?sslpassword={SECRET}",
            "airflow_url": f"https://airflow.test/a?key={SECRET}",
            "airflow_password": SECRET,
            "airflow_token_command": f"vault read {SECRET}",
            "airflow_headers": {"X-Key": SECRET},
            "metrics_token": SECRET,
            "dags": ["etl_*", "geo_*"],
            "webhooks": [
                {"url": f"https://x/{SECRET}"},
                {"url": f"https://x/{SECRET}", "name": "pager"},
            ],
            "deployments": {"prod": {"airflow_token": SECRET}},
        }
    )
    text = "\n".join(as_line(one) for one in look_at_settings(settings))
    assert "hunter2" not in text
    for line in (
        "XCOMTRACE_PORT = 9000",
        "XCOMTRACE_DATABASE_URL = postgresql://u:***@db/x",
        "XCOMTRACE_AIRFLOW_URL = https://airflow.test/a",
        "XCOMTRACE_AIRFLOW_TOKEN_COMMAND = vault (hidden)",
        "XCOMTRACE_AIRFLOW_HEADERS = X-Key: (hidden)",
        "XCOMTRACE_METRICS_TOKEN = (hidden)",
        "XCOMTRACE_DAGS = etl_*, geo_*",
        "XCOMTRACE_WEBHOOKS = a webhook without a name, address (hidden), pager",
        "deployments.prod.airflow_token = (hidden)",
    ):
        assert f"settings: {line}" in text


def test_every_secret_setting_is_hidden() -> None:
    for name, info in Settings.model_fields.items():
        if "Secret" in str(info.annotation) and name != "webhooks":
            value = {"X": SECRET} if "dict" in str(info.annotation) else SECRET
            settings = Settings.model_validate({}).model_copy(update={name: _made_secret(value)})
            told = [one.line for one in look_at_settings(settings)]
            assert told, name
            assert SECRET not in "".join(told), name


def _made_secret(value: str | dict[str, str]) -> object:
    return SecretStr(value) if isinstance(value, str) else {"X": SecretStr(SECRET)}


def told_of_access(**given: object) -> list[str]:
    settings = Settings.model_validate(given)
    provider = Discovery(provider_of(settings))
    return [as_line(one).splitlines()[0] for one in look_at_access(settings, provider.keys)]


@pytest.mark.parametrize(
    ("host", "access", "told"),
    [
        ("127.0.0.1", None, "ok    access: everybody who reaches 127.0.0.1 reads everything"),
        ("10.0.0.5", None, "FAIL  access: XCOMTRACE_HOST is 10.0.0.5, where others reach it: "),
        ("10.0.0.5", "none", "WARN  access: everybody who reaches 10.0.0.5 reads everything"),
        ("10.0.0.5", "airflow", "ok    access: who signs in by Airflow reads what Airflow lets"),
        ("10.0.0.5", "proxy", "ok    access: whom the proxy names reads what the rules say"),
    ],
)
def test_who_may_read_is_told_and_what_would_not_start_is_a_failure(
    host: str, access: str | None, told: str
) -> None:
    (line,) = told_of_access(host=host, access=access)
    assert line.startswith(told)


def test_a_provider_of_sign_ins_is_asked() -> None:
    with Provider() as provider:
        given = {"access": "oidc", "oidc_issuer": provider.url}
        assert told_of_access(**given)[-1] == f"ok    access: {provider.url} answers"
        provider.is_away = True
        assert told_of_access(**given)[-1].startswith(f"FAIL  access: {provider.url} does not")
        provider.is_away, provider.issuer = False, "https://id.example"
        assert "calls itself otherwise" in told_of_access(**given)[-1]


def test_a_database_tells_what_it_is_and_how_much_room_it_has(store: Store) -> None:
    version, schema, room = look_at_database(store)
    assert version.line.startswith("SQLite 3.")
    assert version.line.endswith("with FTS5 answers")
    assert (schema.level, schema.line) == (Level.OK, "it is current")
    assert "free on its disk" in room.line


def test_a_database_that_does_not_answer_is_one_failure(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}")
    assert levels(look_at_database(store)) == [("FAIL", "database")]
    assert list(look_at_polling(store, url="sqlite:///x", now=NOW)) == []
    store.close()


def test_pollers_and_passes_are_told(store: Store, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with store.writing() as session:
        for name in ("a", "b", "c", "d"):
            ensure_deployment(session, name=name, url="http://airflow.test")
        for pk, seconds in ((1, 5), (2, 5000)):
            note_pass(
                session,
                deployment_pk=pk,
                watermark=NOW,
                at=NOW - timedelta(seconds=seconds),
                seconds=1,
                requests=2,
                values=0,
                airflow_version="3.3.2",
            )
        note_failure(session, deployment_pk=3, at=NOW, error="Airflow is away")
    nobody, *told = look_at_polling(store, url=url, now=NOW)
    assert (nobody.level, nobody.line) == (Level.WARN, "nobody polls into this database")
    assert [one.level.value for one in told] == ["ok", "WARN", "FAIL", "WARN"]
    assert told[0].line == "the last one ended 5 s ago (1 whole, 0 failed)"
    assert told[2].line.endswith("Airflow is away")
    with polling_alone(url):
        assert next(look_at_polling(store, url=url, now=NOW)).level is Level.OK


@pytest.mark.parametrize(("ahead", "level"), [(2, Level.OK), (90, Level.WARN), (-90, Level.WARN)])
def test_an_airflow_is_tried_and_its_clock_is_compared(
    fake: FakeAirflow, ahead: int, level: Level
) -> None:
    airflow = Airflow(fake.url)

    def now() -> datetime:
        assert airflow.server_time is not None
        return airflow.server_time + timedelta(seconds=ahead)

    *steps, clock = look_at_airflow(airflow, ChosenDags(), name="prod", now=now)
    airflow.close()
    assert {one.level for one in steps} == {Level.OK}
    assert (clock.level, clock.line) == (level, f"its clock and ours differ by {abs(ahead)} s")


@pytest.mark.postgres
def test_of_postgresql_its_version_and_its_pollers_are_told(
    fake: FakeAirflow, postgres: Postgres
) -> None:
    with postgres.database() as url:
        store = Store(url)

        def is_polled() -> bool:
            return next(iter(look_at_polling(store, url=url, now=NOW))).level is Level.OK

        version, schema, _ = look_at_database(store)
        assert version.line.startswith("PostgreSQL 1")
        assert " with pg_trgm 1" in version.line
        assert schema.level is Level.OK
        assert not is_polled()
        with polling(fake.url, url):
            until(is_polled, what="no poller was told")
        store.close()


def test_the_command_looks_at_everything_and_ends_with_0(tmp_path: Path, fake: FakeAirflow) -> None:
    variables = {"airflow_url": fake.url, "airflow_token": SECRET}
    with running("serve", "--port", "0", home=tmp_path, **variables) as served:
        assert served.address
        told: list[Ended] = []

        def is_polled() -> bool:
            ended = xcomtrace("doctor", "--format", "json", home=tmp_path, **variables)
            told[:] = [ended]
            return '"the last one ended' in ended.said

        until(is_polled, what="no pass was told")
    (ended,) = told
    read = json.loads(ended.said)
    assert (ended.code, read["ok"]) == (0, True)
    about = [one["what"] for one in read["findings"]]
    for what in ("program", "files", "settings", "database", "schema", "room", "polling"):
        assert what in about
    assert "passes of default" in about
    assert about.count("Airflow of default") == 6
    assert SECRET not in ended.said + ended.complained


def test_a_failure_ends_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    ended = xcomtrace("doctor", home=tmp_path, airflow_url="http://127.0.0.1:1")
    assert ended.code == 1
    assert "FAIL  Airflow of default: nothing answers at http://127.0.0.1:1" in ended.said
    assert "WARN  schema: it is empty\n      Run `xcomtrace migrate`" in ended.said


def test_findings_as_json_tell_whether_all_is_well() -> None:
    told = json.loads(as_json([Finding(Level.WARN, "a", "b", "c")]))
    assert told == {
        "ok": True,
        "findings": [{"level": "WARN", "what": "a", "line": "b", "advice": "c"}],
    }
