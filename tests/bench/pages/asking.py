"""What the server takes for a run page, and how many bytes it sends."""

from collections.abc import Callable, Iterator

from app.store.session import Store
from tests.bench.pages.figures import Figure, Line
from tests.bench.pages.filling import Kept, forget_placements
from tests.bench.pages.serving import Server
from tests.bench.search.measures import Latency
from tests.bench.search.spread import spread_of

_FIRST_VIEW = 2.0  # Seconds; issue 6.


def first_view(server: Server, store: Store, kept: Kept, *, name: str, rounds: int) -> Latency:
    """The page while nobody has placed its graph yet."""

    def prepare() -> None:
        server.rest()
        forget_placements(store)

    label = f"{name}: first view, no layout stored"
    return _asked(server, kept.address, label, rounds, prepare=prepare, limit=_FIRST_VIEW)


def answers(server: Server, kept: Kept, *, name: str, rounds: int) -> Iterator[Line]:
    """The page and its parts while the placement is stored."""
    yield from of_part(server, kept.address, f"{name}: the page", rounds)
    yield from of_part(server, kept.graph, f"{name}: the graph's tab", rounds)
    yield from of_part(server, kept.panel, f"{name}: the panel of a port", rounds)


def of_part(server: Server, path: str, name: str, rounds: int) -> Iterator[Line]:
    """Whatever the answer needs is made before."""
    server.ask(path)
    server.rest()
    yield _asked(server, path, name, rounds)
    plain = server.ask(path, is_compressed=False).size
    sent = server.ask(path).size
    yield Figure(f"{name}, as sent", sent / 1000, "kB", more=f"{plain / 1000:,.0f} kB plain")


def _asked(  # noqa: PLR0913 - what is asked for, how often, and what it is called
    server: Server,
    path: str,
    name: str,
    rounds: int,
    *,
    prepare: Callable[[], None] = lambda: None,
    limit: float | None = None,
) -> Latency:
    walls, cpus = [], []
    for _ in range(rounds):
        prepare()
        before = server.cpu()
        answer = server.ask(path)
        assert answer.status == 200, path
        walls.append(answer.seconds)
        cpus.append(server.cpu() - before)
    return Latency(name, spread_of(walls), spread_of(cpus), limit)
