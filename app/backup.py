"""A copy of the store, taken while the service runs, and put back."""

from pathlib import Path

from app.model.amounts import bytes_told
from app.model.errors import StoreError
from app.store.copying import copy_in, copy_out
from app.store.lock import polling_alone, sqlite_file
from app.store.schema import SchemaState


def back_up(url: str, file: Path, *, force: bool) -> str:
    """The store behind `url` is in `file`; a line that says so.

    Raises StoreError: there is such a file and no `force`, or it cannot be copied.
    """
    source = _file_of(url, f'pg_dump --format=custom --file={file} "$XCOMTRACE_DATABASE_URL"')
    if not source.is_file():
        raise StoreError(f"there is no database yet: {source}")
    _refuse_to_overwrite(file, force=force)
    copy_out(source, file)
    return f"{source} is in {file}, {bytes_told(file.stat().st_size)}"


def put_back(url: str, file: Path, *, force: bool) -> str:
    """What is in `file` is the store behind `url`; a line that says so.

    Raises StoreError: there is a store and no `force`, somebody polls into it, or the copy is
    damaged or of a newer xcomtrace.
    """
    # Over what is there pg_restore fails at the parts of the table of leaves.
    advice = f"into a new, empty database, pg_restore --single-transaction --dbname=URL {file}"
    target = _file_of(url, advice)
    _refuse_to_overwrite(target, force=force)
    with polling_alone(url):
        state = copy_in(file, target)
    later = "" if state is SchemaState.CURRENT else "; the next start brings its schema up to date"
    return f"{file} is in {target}{later}"


def _file_of(url: str, advice: str) -> Path:
    if (file := sqlite_file(url)) is None:
        raise StoreError(f"PostgreSQL is copied by its own tools: {advice} (docs/operations.md)")
    return file


def _refuse_to_overwrite(file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise StoreError(f"{file} is there already: --force overwrites it")
