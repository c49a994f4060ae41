"""Empty stores to be measured, and those that an earlier measurement filled."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.store.schema import migrate
from app.store.session import Store
from tests.bench.search.measures import Line, Sizes, filled, of_filled, of_store
from tests.bench.search.world import World
from tests.postgres import FAST, running_postgres


def measured(sizes: Sizes, dialects: list[str], kept: Path | None = None) -> Iterator[Line]:
    """The measurements on a store of each kind; `kept`: a SQLite file that is filled once."""
    for dialect in dialects:
        if dialect == "postgresql":
            settings = (*FAST, f"shared_buffers={sizes.shared_buffers}")
            with (
                running_postgres(settings) as server,
                server.database() as url,
                _store(url) as store,
            ):
                yield from of_store(store, sizes)
        else:
            with TemporaryDirectory(prefix="xcomtrace-bench-") as folder:
                file = Path(folder, "bench.sqlite")
                if kept:
                    yield from _copied(kept, file, sizes)
                with _store(f"sqlite:///{file}") as store:
                    yield from of_filled(store, sizes) if kept else of_store(store, sizes)


def _copied(kept: Path, file: Path, sizes: Sizes) -> Iterator[Line]:
    """The kept file's filling, if it was not there; measuring writes, so it is done on a copy."""
    if not kept.exists():
        with _store(f"sqlite:///{kept}") as store:
            yield filled(store, World(sizes.leaves))
    shutil.copy(kept, file)


@contextmanager
def _store(url: str) -> Iterator[Store]:
    migrate(url)
    store = Store(url)
    try:
        yield store
    finally:
        store.close()
