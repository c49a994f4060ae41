from pathlib import Path

from typer.testing import CliRunner

from app.__main__ import cli
from app.settings import Settings, variable
from app.settings.reference import as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_is_what_the_code_says() -> None:
    # `xcomtrace settings --format markdown > docs/settings.md` makes it anew.
    assert PAGE.read_text() == as_markdown()


def test_every_setting_has_its_row_with_a_meaning() -> None:
    rows = {
        line.split("`")[1]: line for line in as_markdown().splitlines() if line.startswith("| `")
    }
    for name, info in Settings.model_fields.items():
        assert info.description, name
        assert info.description.replace("|", "\\|") in rows[variable(name)]


def test_a_row_tells_its_kind_its_bounds_and_what_it_is_by_itself() -> None:
    rows = as_markdown().splitlines()
    for beginning in (
        "| `XCOMTRACE_PORT` | whole number, at least 0 and at most 65535 | `8081` |",
        "| `XCOMTRACE_LOG_FORMAT` | `text` or `json` | `text` |",
        "| `XCOMTRACE_AIRFLOW_PASSWORD` | secret text |  |",
        "| `XCOMTRACE_DAGS` | list | `*` |",
        "| `XCOMTRACE_RETENTION_DAYS` | number, more than 0 |  |",
        "| `XCOMTRACE_AIRFLOW_CA_FILE` | file |  |",
        "| `url` | secret text | needed |",
    ):
        assert any(row.startswith(beginning) for row in rows), beginning


def test_the_command_prints_it() -> None:
    assert CliRunner().invoke(cli, ["settings", "--format", "markdown"]).stdout == as_markdown()
