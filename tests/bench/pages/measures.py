"""What is measured of the run page: its server, its bytes, the browser, and open pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.graph.elk import Elk
from app.store.schema import migrate
from app.store.session import Store
from app.web.assets import STATIC
from app.web.parts import ELK_SCRIPT
from tests.bench.pages.asking import answers, first_view, of_part
from tests.bench.pages.browsing import Limits, limits_of, seen
from tests.bench.pages.figures import Line
from tests.bench.pages.filling import Kept, keep_run, place
from tests.bench.pages.mapped import mapped_facts
from tests.bench.pages.serving import Server, served
from tests.bench.pages.viewers import of_viewers
from tests.bench.pages.world import facts_of
from tests.browser.chromium import chromium


@dataclass(frozen=True, slots=True)
class Sizes:
    tasks: tuple[int, ...] = (20, 100, 500, 1_000, 2_000)
    instances: int = 10_000  # Of the mapped task.
    whole_from: int = 500  # Tasks of a run that is looked at with all drawn, too.
    requests: int = 20
    first_views: int = 3
    loads: int = 5
    seconds: float = 3.0  # Of each movement.
    rows: int = 10  # Pointed at and pressed.
    viewers: int = 500
    changes: int = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """A run whose page is measured."""

    name: str
    tasks: int
    kept: Kept


def measured(sizes: Sizes) -> Iterator[Line]:
    """Every measurement, as it is made."""
    with TemporaryDirectory(prefix="xcomtrace-bench-") as folder:
        file = Path(folder, "pages.sqlite")
        with _store(file) as store:
            runs = _filled(store, sizes)
            with served(file) as server:
                for run in runs:
                    yield from _of_run(server, store, run, sizes)
            with served(file) as server:
                yield from of_viewers(
                    server, store, runs[0].kept.run, viewers=sizes.viewers, changes=sizes.changes
                )


def _of_run(server: Server, store: Store, run: Measured, sizes: Sizes) -> Iterator[Line]:
    """The page as it opens, and with all that large graphs leave out."""
    kept, name = run.kept, run.name
    yield first_view(server, store, kept, name=name, rounds=sizes.first_views)
    place(store, kept)
    yield from answers(server, kept, name=name, rounds=sizes.requests)
    yield from _looked_at(server, kept.address, name, limits_of(run.tasks), sizes)
    if run.tasks >= sizes.whole_from:
        name = f"{name}, all drawn"
        yield from of_part(server, kept.whole, f"{name}: the graph's tab", sizes.requests)
        yield from _looked_at(server, kept.whole, name, Limits(), sizes)


def _looked_at(
    server: Server, path: str, name: str, limits: Limits, sizes: Sizes
) -> Iterator[Line]:
    with chromium() as browser:
        yield from seen(
            browser,
            server.address + path,
            name=name,
            limits=limits,
            loads=sizes.loads,
            seconds=sizes.seconds,
            rows=sizes.rows,
        )


def _filled(store: Store, sizes: Sizes) -> list[Measured]:
    elk = Elk(STATIC / ELK_SCRIPT)
    port = "out:group_00.extract:return_value['rows']"
    made = [
        Measured(f"{tasks:,} tasks", tasks, keep_run(store, facts_of(tasks), elk, port=port))
        for tasks in sizes.tasks
    ]
    name = f"a task of {sizes.instances:,} instances"
    port = "out:split:return_value['grid']"
    mapped = keep_run(store, mapped_facts(sizes.instances), elk, port=port)
    return [*made, Measured(name, 3, mapped)]


@contextmanager
def _store(file: Path) -> Iterator[Store]:
    migrate(f"sqlite:///{file}")
    store = Store(f"sqlite:///{file}")
    try:
        yield store
    finally:
        store.close()
