"""The command line from outside: real processes, real signals, an Airflow over real HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from app.demo import recording
from app.store.audit import Act, Entry, note_act
from app.store.schema import migrate
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.build import RUN, keep, make_facts
from tests.commands import Running, running, xcomtrace
from tests.demo.made import made_recording
from tests.postgres import running_postgres

LONGEST_WAIT = 60.0


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with FakeAirflow() as airflow:
        airflow.add_dag("etl", "", ("extract", "load"))
        airflow.add_run("etl", "r1").task("extract").push("return_value", {"key1": "a"})
        yield airflow


def status(served: Running) -> dict[str, Any]:
    return _deployments(served)[0]


def _deployments(served: Running) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = httpx2.get(f"{served.address}/api/v1/status").json()["deployments"]
    return told


def fetched(served: Running) -> dict[str, int]:
    """Values of each deployment that was gone through once."""
    return {
        one["name"]: one["values_fetched"] for one in _deployments(served) if one["last_pass_at"]
    }


def until(question: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while not question():
        assert time.monotonic() < end
        time.sleep(0.1)


COMMANDS = cli.registered_commands


def test_help_lists_every_command() -> None:
    said = CliRunner().invoke(cli, ["--help"], env={"COLUMNS": "100"}).stdout
    commands = (
        "serve",
        "poll",
        "demo",
        "migrate",
        "check",
        "health",
        "record",
        "flows",
        "lint",
        "search",
        "settings",
    )
    for command in commands:
        assert f" {command} " in said


def test_check_has_the_name_that_people_look_for_too() -> None:
    called = {one.name or getattr(one.callback, "__name__", ""): one.callback for one in COMMANDS}
    assert called["check-connection"] is called["check"]


def test_a_command_loads_what_it_needs_and_no_more(tmp_path: Path) -> None:
    def loaded_by(*arguments: str) -> set[str]:
        told = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
        code = f"{told}; from app.__main__ import cli; cli({list(arguments)})"
        ended = subprocess.run(  # noqa: S603 # our own code
            [sys.executable, "-c", code],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | {"XCOMTRACE_DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}"},
        )
        return set(ended.stderr.splitlines()[-1].split())

    assert "sqlalchemy" not in loaded_by("--help")
    assert "sqlalchemy" not in loaded_by("flows", "/nowhere")
    assert not {"fastapi", "airflow_client", "app.lineage"} & loaded_by("health")
    assert "fastapi" not in loaded_by("search", "x")


def test_a_search_ends_as_grep_does(tmp_path: Path) -> None:
    def searched(*arguments: str) -> tuple[int, str, str]:
        ended = xcomtrace("search", *arguments, home=tmp_path, database_url=url)
        return ended.code, ended.said, ended.complained

    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    assert xcomtrace("migrate", home=tmp_path, database_url=url).code == 0
    store = Store(url)
    keep(store, make_facts())
    store.close()
    code, said, complained = searched("alpha in:xcom")
    assert (code, complained) == (0, "")
    assert said == f"2026-11-20 06:00:09 UTC  geo_tiles/extract  {RUN.run_id}  key1  alpha\n"
    code, said, complained = searched("alpha", "--most", "1", "--format", "json")
    (one,) = json.loads(said)["results"]
    assert (code, one["task_id"], complained) == (0, "load", "")
    code, said, complained = searched("alpha", "--most", "1")
    assert (code, said.count("\n")) == (0, 1)
    assert complained.startswith("xcomtrace: there are more: --older ")
    assert searched("nothing-of-the-kind") == (1, "", "")
    code, said, complained = searched("in:nowhere")
    assert (code, said) == (2, "")
    assert complained.startswith("xcomtrace: the search is not understood at character 4 (")
    assert complained.count("\n") == 1


def test_a_search_of_a_database_that_cannot_be_opened_ends_with_2(tmp_path: Path) -> None:
    ended = xcomtrace("search", "x", home=tmp_path, database_url="sqlite:////proc/no/x")
    assert (ended.code, ended.complained.count("\n")) == (2, 1)


def test_settings_are_listed_even_when_one_is_wrong() -> None:
    result = CliRunner().invoke(cli, ["settings"], env={"XCOMTRACE_PORT": "no"})
    assert result.exit_code == 0
    assert "XCOMTRACE_PORT = 8081" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "variables", "line"),
    [
        ("serve", {}, "XCOMTRACE_AIRFLOW_URL is not set: it is Airflow's address;"),
        ("serve", {"PORT": "no"}, "XCOMTRACE_PORT: must be a valid integer"),
        ("serve", {"PROT": "1"}, "XCOMTRACE_PROT is not a setting: did you mean XCOMTRACE_PORT?"),
        ("serve", {"HOST": "192.0.2.1", "ACCESS": "none"}, "cannot listen on 192.0.2.1:"),
        ("serve", {"DATABASE_URL": "sqlite:////proc/no/x"}, "XCOMTRACE_DATABASE_URL: cannot make"),
        ("serve", {"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "the database refused: conn"),
        ("migrate", {"DATABASE_URL": "mysql://x/y"}, "the database URL begins with mysql"),
        ("migrate", {"DATABASE_URL": "sqlite://x.sqlite"}, "the database URL cannot be read"),
        ("poll", {}, "XCOMTRACE_AIRFLOW_URL is not set"),
        ("record --out x", {}, "XCOMTRACE_AIRFLOW_URL is not set"),
        ("demo --recording /nope", {}, "cannot read /nope:"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, arguments: str, variables: dict[str, str], line: str
) -> None:
    named = {f"XCOMTRACE_{name}": text for name, text in variables.items()}
    environ = {"XDG_DATA_HOME": str(tmp_path)} | named
    result = CliRunner().invoke(cli, arguments.split(), env=environ)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"xcomtrace: {line}")
    assert result.stderr.count("\n") == 1


PULLING = """
from airflow.providers.standard.operators.bash import BashOperator
BashOperator(task_id="load", bash_command="{{ ti.xcom_pull('make')['k'] }}")
"""


def test_flows_are_listed_as_json_without_airflow_or_a_database(tmp_path: Path) -> None:
    (tmp_path / "etl.py").write_text(PULLING)
    ended = xcomtrace("flows", str(tmp_path), "--format", "json", home=tmp_path)
    assert (ended.code, ended.complained) == (0, "")
    (pull,) = json.loads(ended.said)
    assert pull["file"] == str(tmp_path / "etl.py")
    assert (pull["consumer_task"], pull["field"]) == ("load", "bash_command")
    assert (pull["producer_task_ids"], pull["path"]) == (["make"], ["k"])
    assert not (tmp_path / "xcomtrace").exists()


def test_flows_are_a_table_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "etl.py").write_text(PULLING)
    result = CliRunner().invoke(cli, ["flows", str(tmp_path / "etl.py")])
    assert result.exit_code == 0
    assert [line.split()[-1] for line in result.stdout.splitlines()] == ["status", "resolved"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_listed(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("no Python")
    (tmp_path / "etl.py").write_text(PULLING)
    result = CliRunner().invoke(cli, ["flows", str(tmp_path), str(tmp_path / "missing.py")])
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    bad, missing = result.stderr.splitlines()
    assert bad.startswith(f"xcomtrace: {tmp_path / 'bad.py'}: The DAG's source is not Python: ")
    assert missing.startswith(f"xcomtrace: {tmp_path / 'missing.py'} cannot be read: ")


LINTED = """
with DAG("etl"):
    BashOperator(task_id="make", bash_command="echo {}")
    BashOperator(task_id="load", bash_command="{{ ti.xcom_pull('mkae')['k'] }}")
"""


def test_mistakes_are_told_as_lines_and_end_with_one(tmp_path: Path) -> None:
    (tmp_path / "etl.py").write_text(LINTED)
    ended = xcomtrace("lint", str(tmp_path), home=tmp_path)
    assert (ended.code, ended.complained) == (1, "")
    place = f"{tmp_path / 'etl.py'}:4"
    assert ended.said.splitlines() == [
        f"{place}: error unknown_task: load reads a task that does not exist (bash_command)",
        "    {{ ti.xcom_pull('mkae')['k'] }}",
        "    did you mean make?",
        "    {{ ti.xcom_pull('make')['k'] }}",
    ]


def test_files_without_mistakes_end_with_nought_and_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "etl.py").write_text(LINTED.replace("mkae", "make"))
    result = CliRunner().invoke(cli, ["lint", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, "")
    result = CliRunner().invoke(cli, ["lint", str(tmp_path), "--format", "json"])
    assert json.loads(result.stdout) == []


def test_a_file_that_cannot_be_linted_ends_with_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["lint", str(tmp_path / "missing.py")])
    assert result.exit_code == 1
    assert "missing.py cannot be read" in result.stderr


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = xcomtrace("serve", "--no-poll", "--port", str(port), home=tmp_path)
    assert ended.code == 1
    assert ended.complained == (
        f"xcomtrace: port {port} is taken: set XCOMTRACE_PORT (or --port) to another one, or to 0\n"
    )


def test_check_tells_step_by_step_what_works(tmp_path: Path, fake: FakeAirflow) -> None:
    ended = xcomtrace("check", home=tmp_path, airflow_url=fake.url)
    assert ended.code == 0
    assert [line[:4] for line in ended.said.splitlines()] == ["ok  "] * 6
    assert "Airflow 3.3.2 answers" in ended.said


def test_check_fails_when_airflow_does_not_answer(tmp_path: Path) -> None:
    ended = xcomtrace("check", home=tmp_path, airflow_url="http://127.0.0.1:1")
    assert ended.code == 1
    assert "FAIL nothing answers at http://127.0.0.1:1" in ended.said
    assert ended.complained == ""


def test_serve_makes_its_database_mirrors_and_shows(tmp_path: Path, fake: FakeAirflow) -> None:
    with running("serve", "--port", "0", home=tmp_path, airflow_url=fake.url) as served:
        until(lambda: status(served)["values_fetched"] == 1)
        assert httpx2.get(served.address).status_code == 200
        assert served.end().code == 0
    assert (tmp_path / "xcomtrace" / "xcomtrace.sqlite").exists()


def test_several_airflows_are_mirrored_side_by_side(tmp_path: Path, fake: FakeAirflow) -> None:
    file = tmp_path / "both.toml"
    with FakeAirflow() as other:
        other.add_run("geo", "r1").task("tile").push("return_value", 1)
        file.write_text(
            f"[deployments.prod]\nairflow_url = '{fake.url}'\n"
            f"[deployments.dev]\nairflow_url = '{other.url}'\ndags = ['nothing']\n"
        )
        with running("serve", "--port", "0", home=tmp_path, config=str(file)) as served:
            until(lambda: fetched(served) == {"prod": 1, "dev": 0})
            assert served.end().code == 0
        assert not other.asked("xcomEntries")
        told = xcomtrace("check", home=tmp_path, config=str(file))
    assert told.code == 1
    assert f"ok   prod: Airflow 3.3.2 answers at {fake.url}" in told.said
    assert "FAIL dev: signed in, but of 1 DAGs none is chosen" in told.said


def test_without_polling_nothing_is_asked_of_airflow(tmp_path: Path, fake: FakeAirflow) -> None:
    arguments = ("serve", "--no-poll", "--port", "0")
    with running(*arguments, home=tmp_path, airflow_url=fake.url) as served:
        assert httpx2.get(served.address).status_code == 200
        served.end()
    assert fake.requests == []


def test_an_airflow_that_is_away_is_shown_and_the_service_stays_up(tmp_path: Path) -> None:
    with running("serve", "--port", "0", home=tmp_path, airflow_url="http://127.0.0.1:1") as served:
        until(lambda: status(served)["error"] is not None)
        assert status(served)["error"].startswith("nothing answers at http://127.0.0.1:1")
        ended = served.end()
    assert ended.code == 0
    assert ended.complained.count("nothing answers") == 1


@pytest.fixture
def from_a_terminal() -> Iterator[None]:
    """Children that heed Ctrl-C: those of a shell's background job would inherit its deafness."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("from_a_terminal")
def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    with running("serve", "--no-poll", "--port", "0", home=tmp_path) as served:
        assert served.address
        ended = served.end(signal.SIGINT)
    assert (ended.code, ended.complained) == (130, "")


def test_only_one_poller_works_on_a_sqlite_file(tmp_path: Path, fake: FakeAirflow) -> None:
    with running("serve", "--port", "0", home=tmp_path, airflow_url=fake.url) as served:
        assert served.address
        ended = xcomtrace("poll", home=tmp_path, airflow_url=fake.url)
    assert ended.code == 1
    assert ended.complained.startswith("xcomtrace: another xcomtrace already polls into")


@pytest.mark.postgres
def test_dashboard_and_poller_meet_in_postgresql_as_services_of_their_own(
    tmp_path: Path, fake: FakeAirflow
) -> None:
    with running_postgres() as server:
        url = server.empty_database()
        serve = ("serve", "--no-poll", "--port", "0")
        refused = xcomtrace(*serve, home=tmp_path, database_url=url)
        assert "run `xcomtrace migrate`" in refused.complained
        assert xcomtrace("migrate", home=tmp_path, database_url=url).code == 0
        with (
            running(*serve, home=tmp_path, database_url=url) as dashboard,
            running("poll", home=tmp_path, database_url=url, airflow_url=fake.url) as poller,
        ):
            until(lambda: _deployments(dashboard) != [])
            until(lambda: status(dashboard)["values_fetched"] == 1)
            assert xcomtrace("health", home=tmp_path, database_url=url).code == 0
            assert [each.end().code for each in (poller, dashboard)] == [0, 0]


def test_a_mirror_is_well_once_a_pass_was_made(tmp_path: Path, fake: FakeAirflow) -> None:
    assert xcomtrace("health", home=tmp_path).said == "no pass has been made yet\n"
    with running("serve", "--port", "0", home=tmp_path, airflow_url=fake.url) as served:
        until(lambda: status(served)["last_pass_at"] is not None)
        ended = xcomtrace("health", home=tmp_path)
    assert ended.code == 0
    assert ended.said.startswith("the last pass ended ")


def test_a_recording_is_made_and_played(tmp_path: Path, fake: FakeAirflow) -> None:
    file = tmp_path / "mine.jsonl.gz"
    ended = xcomtrace("record", "--out", str(file), home=tmp_path, airflow_url=fake.url)
    assert (ended.code, ended.said) == (0, f"1 runs of 1 DAGs are in {file}\n")
    with running("demo", "--port", "0", "--recording", str(file), home=tmp_path) as served:
        until(lambda: status(served)["sealed_runs"] > 0)
        assert served.end().code == 0


def test_the_demo_traces_its_recording_and_leaves_nothing(tmp_path: Path) -> None:
    recording.write(tmp_path / "r", made_recording())
    home = tmp_path / "home"
    arguments = ("demo", "--port", "0", "--recording", str(tmp_path / "r"))
    with running(*arguments, home=home) as served:
        until(lambda: status(served)["backfill_done"])
        runs = httpx2.get(f"{served.address}/api/v1/default/dags/etl/runs").json()["runs"]
        assert len(runs) >= 12
        assert served.end().code == 0
    assert [path.name for path in home.rglob("*")] == ["tmp"]


def test_an_address_that_others_reach_is_refused_without_a_word_on_who_may_read(
    tmp_path: Path,
) -> None:
    ended = xcomtrace("serve", "--host", "0.0.0.0", "--no-poll", home=tmp_path)  # noqa: S104
    assert ended.code == 1
    assert "set XCOMTRACE_ACCESS to airflow, proxy or oidc" in ended.complained


def test_the_audit_is_listed_as_plain_text(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'audit.sqlite'}"
    migrate(url)
    store = Store(url)
    at = datetime(2026, 11, 27, 9, tzinfo=UTC)
    with store.writing() as session:
        note_act(session, Entry(at, "ann", "10.0.0.1", Act.SIGNED_IN))
        note_act(session, Entry(at, "e\x1b[2Jve", "10.0.0.2", Act.MUTED, "problem 7"))
    store.close()
    assert xcomtrace("audit", home=tmp_path, database_url=url).said.splitlines() == [
        r"2026-11-27 09:00:00Z  e\x1b[2Jve  10.0.0.2  muted: problem 7",
        "2026-11-27 09:00:00Z  ann  10.0.0.1  signed in",
    ]
