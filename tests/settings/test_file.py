"""xcomtrace.toml: several Airflows, secrets by reference, and faults told where they stand."""

import os
from pathlib import Path

import pytest

from app.model.errors import SettingsError
from app.settings import each_deployment, only_deployment, read_settings

TWO = """
retention_days = 90

[deployments.prod]
airflow_url = "https://prod.test/"
airflow_username = "viewer"
airflow_password = { env = "PROD_PASSWORD" }
dags = ["etl_*"]
interval_seconds = 5

[deployments.dev]
airflow_url = "https://dev.test"
airflow_token = { file = "token.txt" }
retention_days = 7
"""


def write(text: str, name: str = "xcomtrace.toml") -> Path:
    file = Path(name)
    file.write_text(text)
    return file


def refused(text: str) -> str:
    """The line with which this file is refused."""
    write(text)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return str(caught.value)


def test_each_table_is_a_deployment_with_what_is_set_for_all(tmp_path: Path) -> None:
    write(TWO)
    (tmp_path / "token.txt").write_text("tok\n")
    os.environ["PROD_PASSWORD"] = "pass"  # a test's
    prod, dev = each_deployment(read_settings())
    assert (prod.deployment, prod.airflow_url) == ("prod", "https://prod.test")
    assert prod.airflow_password
    assert prod.airflow_password.get_secret_value() == "pass"
    assert (prod.dags, prod.interval_seconds, prod.retention_days) == (("etl_*",), 5, 90)
    assert dev.airflow_token
    assert dev.airflow_token.get_secret_value() == "tok"
    assert (dev.dags, dev.interval_seconds, dev.retention_days) == (("*",), 3, 7)
    assert dev.airflow_username is None


def test_without_tables_there_is_the_one_of_the_variables() -> None:
    os.environ["XCOMTRACE_AIRFLOW_URL"] = "https://airflow.test"
    assert [one.deployment for one in each_deployment(read_settings())] == ["default"]


def test_a_variable_wins_over_the_file_and_the_command_line_over_both() -> None:
    write("port = 1\nhost = '127.0.0.2'\ninterval_seconds = 7")
    os.environ["XCOMTRACE_PORT"] = "2"
    settings = read_settings()
    assert (settings.port, settings.host, settings.interval_seconds) == (2, "127.0.0.2", 7)
    assert read_settings(port=3).port == 3


def test_the_file_may_lie_elsewhere() -> None:
    Path("etc").mkdir()
    os.environ["XCOMTRACE_CONFIG"] = str(write("port = 5", "etc/x.toml"))
    assert read_settings().port == 5


def test_a_file_that_is_named_must_be_there() -> None:
    os.environ["XCOMTRACE_CONFIG"] = "nope.toml"
    with pytest.raises(SettingsError, match=r"^XCOMTRACE_CONFIG: cannot read nope\.toml: No such"):
        read_settings()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("port =", "xcomtrace.toml is not TOML: Invalid value (at end of document)"),
        ("prot = 1", "xcomtrace.toml: prot: is not known: did you mean port?"),
        ("port = 'x'", "xcomtrace.toml: port: must be a valid integer"),
        (
            "[deployments.a]\nairflow_url = 'https://a'\nairflow_usernam = 'u'",
            "xcomtrace.toml: deployments: a, airflow_usernam: is not known: did you mean airflow",
        ),
        ("[deployments.a]\ndags = ['x']", "deployments.a.airflow_url is missing: it is Airflow's"),
        (
            "[deployments.a]\nairflow_url = 'https://a'\nairflow_password = 'p'",
            "deployments.a.airflow_username is missing: a user name and a password go together",
        ),
        (
            "airflow_url = 'https://b'\n[deployments.a]\nairflow_url = 'https://a'",
            "XCOMTRACE_AIRFLOW_URL is set and so is [deployments]: name each Airflow in one place",
        ),
        (
            "[deployments.a]\nairflow_url = 'https://a'\nairflow_token = { env = 'NOPE' }",
            "xcomtrace.toml: deployments: a: airflow_token: the variable NOPE",
        ),
        (
            "[deployments.a]\nairflow_url = 'https://a'\nairflow_token = { file = 'nope' }",
            "xcomtrace.toml: deployments: a: airflow_token: cannot read nope",
        ),
        ("[deployments.'a/b']\nairflow_url = 'https://a'", "xcomtrace.toml: deployments: a/b"),
        (
            "[deployments.a]\nairflow_url = 'https://a'\nrequests_at_once = 50",
            "xcomtrace.toml: deployments: a, requests_at_once: must be less than or equal to 8",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line_that_names_its_place(text: str, line: str) -> None:
    told = refused(text)
    assert told.startswith(line)
    assert "\n" not in told


def test_a_secret_of_the_file_is_not_repeated_when_it_is_refused() -> None:
    told = refused("[deployments.a]\nairflow_url = 'https://a'\nairflow_password = ['hunter2']")
    assert "hunter2" not in told


def test_one_of_several_is_chosen_by_name() -> None:
    write("[deployments.a]\nairflow_url = 'https://a'\n[deployments.b]\nairflow_url = 'https://b'")
    settings = read_settings()
    assert only_deployment(settings, "b").airflow_url == "https://b"
    with pytest.raises(SettingsError, match=r"^say which deployment: a, b$"):
        only_deployment(settings)
    with pytest.raises(SettingsError, match=r"^there is no deployment c: a, b$"):
        only_deployment(settings, "c")
