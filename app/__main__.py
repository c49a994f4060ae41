"""The command line: reads arguments, calls main, and turns errors into one line and an exit code.

Exit codes: 0 done, 1 something a person can act on went wrong (one line says what), 2 the command
line itself is wrong, 130 interrupted. Those of `search` are grep's: 0 found, 1 nothing, 2 wrong.

Each command loads what it needs when it runs: the whole takes seconds to load, and whoever searches
or asks for help waits for nothing.
"""

import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from app import logs, settings
from app.model.amounts import bytes_from, days_from
from app.model.errors import XcomtraceError
from app.model.retention import Retention

INTERRUPTED = 130


class Style(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    JSON = "json"


cli = typer.Typer(
    help="Shows which return.json key of which Airflow pod went where, and why a pull failed.",
    epilog="Settings are environment variables; `xcomtrace settings` lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Host = Annotated[str | None, typer.Option(help="Address to listen on [XCOMTRACE_HOST].")]
Port = Annotated[int | None, typer.Option(help="Port to listen on [XCOMTRACE_PORT].")]
NoPoll = Annotated[bool, typer.Option("--no-poll", help="Show only what is mirrored already.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")]


@cli.command()
def serve(
    *, host: Host = None, port: Port = None, no_poll: NoPoll = False, verbose: Verbose = False
) -> None:
    """Show the dashboard and mirror Airflow, in one process.

    With --no-poll it shows only; `xcomtrace poll` mirrors in a process of its own.
    """
    from app import main

    with _one_line_errors(verbose=verbose):
        chosen = _settings(verbose=verbose, host=host, port=port)
        main.serve(chosen, poll=not no_poll, ready=_tell_address)


@cli.command()
def poll(*, verbose: Verbose = False) -> None:
    """Mirror Airflow into the database, without a dashboard."""
    from app import main

    with _one_line_errors(verbose=verbose):
        main.poll(_settings(verbose=verbose), wait=_until_signal)


@cli.command()
def demo(
    *,
    host: Host = None,
    port: Port = None,
    file: Annotated[
        Path | None, typer.Option("--recording", help="A recording of your own Airflow.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open a browser.")] = False,
    verbose: Verbose = False,
) -> None:
    """Show the dashboard over a recorded Airflow that plays as if it were live."""
    from app import main
    from app.demo.recording import BUILT_IN

    with _one_line_errors(verbose=verbose), tempfile.TemporaryDirectory() as folder:
        chosen = _settings(verbose=verbose, host=host, port=port)
        if not verbose:
            # Whoever looks at a demo wants its address, and not a line for each file of a page.
            logging.getLogger(logs.REQUESTS).setLevel(logging.WARNING)
        ready = _open_in_browser if show else _tell_address
        main.demo(chosen, file=file or BUILT_IN, folder=Path(folder), ready=ready)


@cli.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from app.database import migrate_database

    with _one_line_errors():
        migrate_database(_settings())
        _say("the database's schema is current")


@cli.command()
def prune(
    *,
    older_than: Annotated[
        str | None, typer.Option(help="Delete runs that ended longer ago, such as 30d.")
    ] = None,
    larger_than: Annotated[
        str | None, typer.Option(help="Delete the oldest until the runs take no more, such as 5GB.")
    ] = None,
    deployment: Annotated[str | None, typer.Option(help="Only of this deployment.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Tell what would be deleted, no more.")] = False,
) -> None:
    """Delete old runs with everything of them, and give their room back to the disk.

    Without --older-than and --larger-than it keeps what the settings say. The service may go on
    meanwhile. Runs that are open are never deleted.
    """
    from app import main

    with _one_line_errors():
        days = _amount("--older-than", older_than, days_from)
        size = _amount("--larger-than", larger_than, bytes_from)
        keep = Retention(days, None if size is None else int(size))
        chosen = _settings()
        for line in main.prune(chosen, keep=keep, deployment=deployment, is_dry=dry_run):
            _say(line)


Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]


@cli.command()
def backup(
    *, file: Annotated[Path, typer.Argument(help="File to write.")], force: Force = False
) -> None:
    """Copy the database into a file, while the service runs or not.

    For SQLite; of PostgreSQL it says which of its own commands does it.
    """
    from app.backup import back_up

    with _one_line_errors():
        _say(back_up(_settings().database_url, file, force=force))


@cli.command()
def restore(
    *, file: Annotated[Path, typer.Argument(help="File that backup wrote.")], force: Force = False
) -> None:
    """Put a copy of the database back; nobody may poll into it meanwhile.

    It refuses to overwrite a database without --force, and a copy of a newer xcomtrace.
    """
    from app.backup import put_back
    from app.database import make_folder_of

    with _one_line_errors():
        chosen = _settings()
        make_folder_of(chosen)
        _say(put_back(chosen.database_url, file, force=force))


@cli.command()
@cli.command("check-connection", hidden=True)  # What people look for first.
def check() -> None:
    """Try whether each Airflow and the database answer and may be read."""
    from app import main

    with _one_line_errors():
        failed = False
        for step in main.check(_settings()):
            _say(f"{'ok  ' if step.ok else 'FAIL'} {step.line}")
            failed = failed or not step.ok
        if failed:
            raise typer.Exit(1)


@cli.command()
def health() -> None:
    """Tell whether the mirror is kept up, for a supervisor of the poller to ask."""
    from app.database import opened
    from app.health import health as health_of

    with _one_line_errors(), opened(_settings()) as store:
        found = health_of(store, now=datetime.now(UTC))
        _say(found.line)
        if not found.ok:
            raise typer.Exit(1)


@cli.command()
def audit(
    *,
    most: Annotated[int, typer.Option("--limit", min=1, help="So many of the newest.")] = 100,
) -> None:
    """List who signed in, was refused, and decided what, the newest first."""
    from app.database import opened
    from app.store.audit import read_acts

    with _one_line_errors(), opened(_settings()) as store, store.reading() as session:
        for one in read_acts(session, most=most):
            about = f": {one.about}" if one.about else ""
            # Names are what somebody typed, and may mean something to a terminal.
            who = repr(one.who)[1:-1]
            _say(f"{one.at:%Y-%m-%d %H:%M:%S}Z  {who}  {one.address}  {one.what}{about}")


@cli.command()
def doctor(
    *,
    style: Annotated[Style, typer.Option("--format", help="How to print it.")] = Style.TABLE,
) -> None:
    """Tell all that a support person would ask: versions, settings, database, polling, Airflow.

    No secret is told. Ends with 1 when something fails.
    """
    from app import main
    from app.doctor.finding import as_json, as_line, is_well

    with _one_line_errors():
        found = []
        for one in main.examine(_settings()):
            found.append(one)
            if style is Style.TABLE:
                _say(as_line(one))
        if style is Style.JSON:
            _say(as_json(found))
        if not is_well(found):
            raise typer.Exit(1)


@cli.command()
def record(
    *,
    out: Annotated[Path, typer.Option(help="File to write; compressed when it ends in .gz.")],
    dag: Annotated[list[str] | None, typer.Option(help="Only this DAG; repeatable.")] = None,
    run: Annotated[
        list[str] | None, typer.Option(help="Only runs with this id, * for any; repeatable.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Newest finished runs of each DAG.")] = 6,
    deployment: Annotated[str | None, typer.Option(help="Which, where there are several.")] = None,
) -> None:
    """Write down what an Airflow says, secrets masked, for `xcomtrace demo` to play."""
    from app import main
    from app.demo.record import Choice

    with _one_line_errors():
        choice = Choice(tuple(dag or ()), tuple(run or ("*",)), runs)
        one = settings.only_deployment(_settings(), deployment)
        made = main.record_to(out, one, choice)
        _say(f"{len(made.runs)} runs of {len(made.dags)} DAGs are in {out}")


@cli.command()
def flows(
    *,
    paths: Annotated[list[Path], typer.Argument(help="DAG files, or folders of them.")],
    style: Annotated[Style, typer.Option("--format", help="How to print them.")] = Style.TABLE,
) -> None:
    """List the pulls that DAG files declare: no Airflow, no database, nothing is executed.

    A file that cannot be read, or not wholly, is named on standard error; the others are listed.
    """
    from app.flows import as_json, as_table, of_files

    with _one_line_errors():
        found, unread = of_files(paths)
        _say(as_json(found) if style is Style.JSON else as_table(found))
        for line in unread:
            typer.echo(f"xcomtrace: {line}", err=True)
        if unread:
            raise typer.Exit(1)


@cli.command()
def lint(
    *,
    paths: Annotated[list[Path], typer.Argument(help="DAG files, or folders of them.")],
    style: Annotated[Style, typer.Option("--format", help="How to print them.")] = Style.TABLE,
    airflow: Annotated[int, typer.Option(min=2, max=3, help="Airflow's major version.")] = 3,
) -> None:
    """Tell mistakes in the pulls of DAG files, for a check before they are merged.

    Without Airflow, and nothing is executed: what a source alone does not show is not told. Ends
    with 1 when there are problems, or files that cannot be read.
    """
    from app.lint import as_json, as_lines, of_files

    with _one_line_errors():
        found, unread = of_files(paths, airflow_major=airflow)
        lines = as_json(found) if style is Style.JSON else as_lines(found)
        if lines:
            _say(lines)
        for line in unread:
            typer.echo(f"xcomtrace: {line}", err=True)
        if found or unread:
            raise typer.Exit(1)


@cli.command()
def search(
    *,
    query: Annotated[str, typer.Argument(help="As in the dashboard: 'z14/tiles dag:geo_*'.")],
    style: Annotated[Style, typer.Option("--format", help="How to print them.")] = Style.TABLE,
    most: Annotated[int, typer.Option(min=1, help="Values to print.")] = 50,
    older: Annotated[
        int | None, typer.Option(min=0, help="Only those below this number, as JSON tells it.")
    ] = None,
) -> None:
    """Search every value that tasks gave and got, the newest first.

    Ends with 0 when something was found, 1 when nothing was, and 2 when the search is not
    understood or cannot be made. Put the query in quotes of your shell.
    """
    from app import searching
    from app.database import opened

    with _one_line_errors(code=2):
        now = datetime.now(UTC)
        asked = searching.understood(query, now=now)
        with opened(_settings()) as store:
            found = searching.found(store, asked, most=most, older=older)
            if style is Style.JSON:
                from app.searching_json import answer, as_json

                _say(as_json(answer(store, query, found)))
            elif found.leaves:
                from app.searching_table import as_lines

                is_seen = sys.stdout.isatty()
                width = shutil.get_terminal_size().columns if is_seen else None
                _say(as_lines(store, found.leaves, width=width))
            elif older is None:
                for line in searching.instead(store, query, now=now).splitlines():
                    typer.echo(f"xcomtrace: {line}", err=True)
    if style is Style.TABLE and found.older is not None:
        typer.echo(f"xcomtrace: there are more: --older {found.older}, or --most", err=True)
    if not found.leaves:
        raise typer.Exit(1)


class Manner(StrEnum):
    """How the settings are listed."""

    TEXT = "text"
    MARKDOWN = "markdown"


@cli.command("settings")
def list_settings(
    *, manner: Annotated[Manner, typer.Option("--format", help="How to list them.")] = Manner.TEXT
) -> None:
    """List every setting with its meaning and default."""
    if manner is Manner.MARKDOWN:
        from app.settings.reference import as_markdown

        typer.echo(as_markdown(), nl=False)
        return
    for line in settings.described():
        _say(line)


def _amount(option: str, text: str | None, read: Callable[[str], float]) -> float | None:
    try:
        return None if text is None else read(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option} {error}") from error


@contextmanager
def _one_line_errors(*, verbose: bool = False, code: int = 1) -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, _end)
    try:
        with logs.written(verbose=verbose):
            yield
    except XcomtraceError as error:
        typer.echo(f"xcomtrace: {error}", err=True)
        raise typer.Exit(code) from error
    except KeyboardInterrupt as interrupt:
        raise typer.Exit(INTERRUPTED) from interrupt
    finally:
        signal.signal(signal.SIGTERM, before)


def _settings(*, verbose: bool = False, **chosen: object) -> "settings.Settings":
    """The settings, with what is logged from now on written as they say."""
    read = settings.read_settings(**chosen)
    logs.write_as(read.log_format, verbose=verbose)
    return read


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    """On SIGTERM every block is left in good order, and the process has done what it should."""
    # A supervisor may say it twice; the second time must not break off the end.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


def _until_signal() -> None:
    threading.Event().wait()


def _tell_address(address: str) -> None:
    _say(f"xcomtrace  {address}")


def _open_in_browser(address: str) -> None:
    _tell_address(address)
    # Without a screen Python would start a browser for terminals, in ours.
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)


def _say(line: str) -> None:
    typer.echo(line)


if __name__ == "__main__":
    cli()
