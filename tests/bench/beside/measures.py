"""The same questions asked of both, in turns, and what that took."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.beside import ours, standing, theirs
from tests.bench.beside.figures import of_visits, ratio
from tests.bench.beside.questions import QUESTIONS, Asked, Question
from tests.bench.beside.sides import Side
from tests.bench.beside.steps import Way
from tests.bench.pages.figures import Figure
from tests.bench.pages.serving import Server, served
from tests.browser.chromium import chromium
from tests.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Sizes:
    visits: int = 10
    questions: tuple[Question, ...] = QUESTIONS
    seconds: float = 20.0  # For which it is looked what the api-server does by itself.


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    ours: Way
    theirs: Way
    is_cached: bool = False


_ROUTES = (
    Route("from the run's page", ours.from_run, theirs.from_run),
    Route("from the run's page, files cached", ours.from_run, theirs.from_run, is_cached=True),
    Route("one address", ours.at_once, theirs.at_once),
    Route("one address, files cached", ours.at_once, theirs.at_once, is_cached=True),
    Route("from the front page", ours.from_front, theirs.from_front),
)


def measured(sizes: Sizes) -> Iterator[Figure]:
    """Every measurement, as it is made."""
    with TemporaryDirectory(prefix="xcomtrace-bench-") as folder, standing.lab_running() as lab:
        asked = standing.asked_of(lab, sizes.questions)
        airflow, database = standing.airflow_server(lab), Path(folder, "beside.sqlite")
        yield _by_itself(airflow, "nobody asks", sizes.seconds)
        with standing.mirroring(lab, Path(folder), database) as address:
            standing.wait_until_mirrored(address, asked)
            yield _by_itself(airflow, "xcomtrace mirrors it", sizes.seconds)
        with served(database) as server:
            yield from _visited(lab, airflow, server, asked, sizes.visits)


def _by_itself(server: Server, when: str, seconds: float) -> Figure:
    time.sleep(seconds)  # What was going on comes to its end.
    before = standing.processor(server.pid)
    time.sleep(seconds)
    each = 1000 * (standing.processor(server.pid) - before) / seconds
    return Figure(f"processor of Airflow's api-server, a second, while {when}", each, "ms")


def _visited(
    lab: Lab, airflow: Server, server: Server, asked: list[Asked], visits: int
) -> Iterator[Figure]:
    with chromium() as browser:
        xcomtrace = Side("xcomtrace", server, browser)
        other = Side("Airflow", airflow, browser, standing.token(lab))
        # The first question by every way, the others by the one that says most.
        for at, one in enumerate(asked):
            for route in _ROUTES if at == 0 else _ROUTES[:1]:
                yield from _asked(route, one, xcomtrace, other, visits)


def _asked(
    route: Route, asked: Asked, xcomtrace: Side, airflow: Side, visits: int
) -> Iterator[Figure]:
    ways = [
        (xcomtrace, route.ours(xcomtrace.server.address, asked)),
        (airflow, route.theirs(airflow.server.address, asked)),
    ]
    # The first one finds both servers, and the browser that has been there, warm.
    rounds = [
        [side.visit(way, is_cached=route.is_cached) for side, way in ways]
        for _ in range(visits + 1)
    ][1:]
    name = f"{asked.question.name}, {route.name}"
    for (side, _), same in zip(ways, zip(*rounds, strict=True), strict=True):
        yield from of_visits(f"{name}: {side.name}", same)
    yield ratio(name, *map(list, zip(*rounds, strict=True)))
