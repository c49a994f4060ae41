import os
from pathlib import Path

import pytest

from app.model.errors import SettingsError
from app.settings import Settings, described, read_settings, variable


def refused(**variables: str) -> str:
    """The line with which these variables are refused."""
    os.environ.update(variables)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return str(caught.value)


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings()
    assert settings.host == "127.0.0.1"
    assert settings.database_url.endswith("/xcomtrace/xcomtrace.sqlite")


def test_the_database_is_one_per_user_wherever_we_start() -> None:
    os.environ["XDG_DATA_HOME"] = "/data"
    assert read_settings().database_url == "sqlite:////data/xcomtrace/xcomtrace.sqlite"


def test_a_variable_sets_its_field() -> None:
    os.environ["XCOMTRACE_PORT"] = "9000"
    assert read_settings().port == 9000


def test_the_command_line_wins_over_the_environment() -> None:
    os.environ["XCOMTRACE_PORT"] = "9000"
    assert read_settings(port=9001, host=None).port == 9001


def test_a_variable_that_is_set_to_nothing_is_as_if_unset() -> None:
    os.environ["XCOMTRACE_AIRFLOW_URL"] = ""
    assert read_settings().airflow_url is None


def test_an_address_loses_its_last_slash() -> None:
    os.environ["XCOMTRACE_AIRFLOW_URL"] = "https://airflow.test/"
    assert read_settings().airflow_url == "https://airflow.test"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("PORT", "99999", "XCOMTRACE_PORT: must be less than or equal to 65535"),
        ("PORT", "http", "XCOMTRACE_PORT: must be a valid integer"),
        ("AIRFLOW_URL", "airflow.test", "XCOMTRACE_AIRFLOW_URL: must begin with http:// or"),
        ("AIRFLOW_CA_FILE", "/nope.pem", "XCOMTRACE_AIRFLOW_CA_FILE: Path does not point to a"),
        ("AIRFLOW_TOKEN_COMMAND", " ", "XCOMTRACE_AIRFLOW_TOKEN_COMMAND: must name a program"),
        ("AIRFLOW_TOKEN_COMMAND", "a 'b", "XCOMTRACE_AIRFLOW_TOKEN_COMMAND: No closing quotation"),
        ("INTERVAL_SECONDS", "0", "XCOMTRACE_INTERVAL_SECONDS: must be greater than"),
        ("DEPLOYMENT", "a/b", "XCOMTRACE_DEPLOYMENT: must match pattern"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_it(
    name: str, text: str, line: str
) -> None:
    told = refused(**{f"XCOMTRACE_{name}": text})
    assert told.startswith(line)
    assert "\n" not in told
    assert "unable to parse" not in told


def test_a_secret_is_not_repeated_when_it_is_refused() -> None:
    told = refused(XCOMTRACE_AIRFLOW_PASSWORD="hunter2", XCOMTRACE_PORT="hunter2")
    assert "hunter2" not in told


def test_secrets_are_hidden_when_settings_are_printed() -> None:
    os.environ.update(XCOMTRACE_AIRFLOW_USERNAME="u", XCOMTRACE_AIRFLOW_PASSWORD="hunter2")
    assert "hunter2" not in repr(read_settings())


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("XCOMTRACE_AIRFLOW_URI", ": did you mean XCOMTRACE_AIRFLOW_URL?"),
        ("XCOMTRACE_AIRFLOW_USER", ": did you mean XCOMTRACE_AIRFLOW_USERNAME?"),
        ("XCOMTRACE_DATABSE_URL", ": did you mean XCOMTRACE_DATABASE_URL?"),
        ("XCOMTRACE_QQQQ", " (`xcomtrace settings` lists them)"),
    ],
)
def test_an_unknown_name_is_refused_with_the_likely_one(name: str, hint: str) -> None:
    assert refused(**{name: "x"}) == f"{name} is not a setting{hint}"


def test_the_labs_own_names_are_none_of_our_concern() -> None:
    os.environ["XCOMTRACE_LAB_STATE"] = "/tmp/lab"  # noqa: S108 # only a text
    read_settings()


@pytest.mark.parametrize(("given", "missing"), [("USERNAME", "PASSWORD"), ("PASSWORD", "USERNAME")])
def test_a_user_name_and_a_password_go_together(given: str, missing: str) -> None:
    told = refused(**{f"XCOMTRACE_AIRFLOW_{given}": "x"})
    assert told.startswith(f"XCOMTRACE_AIRFLOW_{missing} is missing")


def test_only_one_way_to_sign_in_may_be_set() -> None:
    told = refused(XCOMTRACE_AIRFLOW_TOKEN="t", XCOMTRACE_AIRFLOW_TOKEN_COMMAND="c")
    assert told == (
        "set one way to sign in only, not XCOMTRACE_AIRFLOW_TOKEN and"
        " XCOMTRACE_AIRFLOW_TOKEN_COMMAND"
    )


def test_a_token_command_is_read_as_a_shell_reads_words() -> None:
    os.environ["XCOMTRACE_AIRFLOW_TOKEN_COMMAND"] = "vault read -field=token 'my path'"
    assert read_settings().token_argv == ("vault", "read", "-field=token", "my path")


def test_every_setting_is_described() -> None:
    lines = list(described())
    for name, field in Settings.model_fields.items():
        assert any(line.startswith(variable(name)) for line in lines)
        assert field.description


HOOK = '{"url": "https://hooks.test/53CR3T"}'


def test_webhooks_are_a_json_list_and_the_rest_of_each_has_a_default() -> None:
    os.environ["XCOMTRACE_WEBHOOKS"] = f'[{HOOK}, {{"url": "http://x", "style": "slack"}}]'
    first, second = read_settings().webhooks
    assert first.url.get_secret_value() == "https://hooks.test/53CR3T"
    assert (first.style, first.deployment, first.dags, first.severity) == (
        "json",
        "*",
        "*",
        "warning",
    )
    assert second.style == "slack"
    assert "53CR3T" not in repr(read_settings())


@pytest.mark.parametrize(
    ("webhooks", "line"),
    [
        ("https://hooks.test/53CR3T", "must be a JSON list of objects"),
        (HOOK, "must be a JSON list of objects"),
        ("[{}]", "number 1, url: is missing"),
        ('[{"url": "hooks.test/53CR3T"}]', "number 1, url: must begin with http:// or https://"),
        (f'[{HOOK}, {{"url": "http://x", "style": "teams"}}]', "number 2, style: must be 'json'"),
        ('[{"url": "http://x", "dag": "d"}]', "number 1, dag: is not known"),
        ('[{"url": "http://x", "name": "a b"}]', "number 1, name: must match"),
        (
            '[{"url": "http://x", "name": "a"}, {"url": "http://y", "name": "a"}]',
            "two of them have the same name",
        ),
    ],
)
def test_webhooks_that_are_wrong_are_refused_without_their_address(
    webhooks: str, line: str
) -> None:
    told = refused(XCOMTRACE_WEBHOOKS=webhooks)
    assert told.startswith(f"XCOMTRACE_WEBHOOKS: {line}")
    assert "53CR3T" not in told


def test_patterns_of_dags_stand_side_by_side_in_a_variable() -> None:
    os.environ["XCOMTRACE_DAGS"] = "etl_*, geo_*"
    assert read_settings().dags == ("etl_*", "geo_*")


def test_headers_are_a_json_object_of_secrets() -> None:
    os.environ["XCOMTRACE_AIRFLOW_HEADERS"] = '{"X-Key": "53CR3T"}'
    settings = read_settings()
    assert settings.airflow_headers["X-Key"].get_secret_value() == "53CR3T"
    assert "53CR3T" not in repr(settings)
    told = refused(XCOMTRACE_AIRFLOW_HEADERS="X-Key: 53CR3T")
    assert told == "XCOMTRACE_AIRFLOW_HEADERS: must be a JSON object"


def test_a_clients_key_needs_its_certificate(tmp_path: Path) -> None:
    (tmp_path / "key.pem").touch()
    told = refused(XCOMTRACE_AIRFLOW_CLIENT_KEY=str(tmp_path / "key.pem"))
    assert told == "XCOMTRACE_AIRFLOW_CLIENT_KEY is a key without its certificate"
