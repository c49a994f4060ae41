"""Empty stores to be measured, and those that an earlier measurement filled."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.store.schema import migrate
from app.store.session import Store
from tests.bench.search.measures import Line, Sizes, of_filled, of_store
from tests.postgres import running_postgres


def measured(sizes: Sizes, dialects: list[str], kept: Path | None = None) -> Iterator[Line]:
    """The measurements on a store of each kind; `kept`: a SQLite file that is filled once."""
    for dialect in dialects:
        if dialect == "postgresql":
            with running_postgres() as server, server.database() as url:
                yield from _on(url, sizes)
        else:
            with _file(kept) as file:
                yield from _on(f"sqlite:///{file}", sizes, is_filled=file.exists())


def _on(url: str, sizes: Sizes, *, is_filled: bool = False) -> Iterator[Line]:
    migrate(url)
    store = Store(url)
    try:
        yield from of_filled(store, sizes) if is_filled else of_store(store, sizes)
    finally:
        store.close()


@contextmanager
def _file(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
    else:
        with TemporaryDirectory(prefix="xcomtrace-bench-") as folder:
            yield Path(folder, "bench.sqlite")
