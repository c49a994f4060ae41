"""Where graphs stand on pages, with a layout engine that answers, fails or is slow as told."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from app.graph.build import build
from app.graph.elk import Elk, NotPlaced
from app.graph.parts import Graph
from app.graph.structure import THOROUGH_UP_TO
from app.model.values import Json
from app.store.session import Store
from app.web.placing import Placing
from tests.graph import geo, grouped
from tests.store.fixture import copied


class Engine(Elk):
    """Puts every card at the same place; `seconds` that it was given are kept."""

    def __init__(self) -> None:
        self.given: list[float] = []
        self.is_slow = False
        self.may_go_on = Event()
        self.may_go_on.set()

    def layout(self, graph: Json, *, seconds: float) -> dict[str, Any]:
        self.given.append(seconds)
        self.may_go_on.wait(30)
        if self.is_slow:
            raise NotPlaced("ELK ran out of time or memory")
        assert isinstance(graph, dict)
        children: Any = graph["children"]
        edges: Any = graph["edges"]
        at = {"x": 10, "y": 20}
        section = {"startPoint": at, "endPoint": at}
        return {
            "width": 100,
            "height": 100,
            "children": [{"id": one["id"], **at} for one in children],
            "edges": [{"id": one["id"], "sections": [section]} for one in edges],
        }


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(migrated, tmp_path) as store:
        yield store


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def placing(store: Store, engine: Engine) -> Placing:
    return Placing(store, engine, patience=1.5)


SMALL = build(geo.material())
LARGE = build(grouped.material(THOROUGH_UP_TO // 5 + 1))


def ask(placing: Placing, graph: Graph) -> bool:
    """As a page does; whether what it shows is but for now."""
    with placing.store.reading() as session:
        stored = placing.stored(session, graph)
    placed = placing.placed(graph, stored)
    if not placed.is_stored:
        placing.keep(placed)
    return placed.is_for_now


def test_a_graph_is_placed_while_the_reader_waits_and_kept_for_the_next(
    placing: Placing, engine: Engine
) -> None:
    assert not ask(placing, SMALL)
    assert not ask(placing, SMALL)
    assert engine.given == [1.5]


def test_a_large_one_stands_in_layers_until_it_is_placed_after_the_answer(
    placing: Placing, engine: Engine
) -> None:
    assert ask(placing, LARGE)
    assert not ask(placing, LARGE)
    assert len(engine.given) == 1
    assert engine.given[0] > 10


def test_a_small_one_that_took_too_long_is_placed_after_the_answer(
    placing: Placing, engine: Engine
) -> None:
    engine.is_slow = True
    assert ask(placing, SMALL)
    engine.is_slow = False
    assert ask(placing, SMALL) is False
    assert len(engine.given) == 3


def test_a_large_one_that_cannot_be_placed_is_not_tried_at_each_visit(
    placing: Placing, engine: Engine
) -> None:
    engine.is_slow = True
    assert ask(placing, LARGE)
    assert not ask(placing, LARGE)  # It stays in layers.
    assert len(engine.given) == 1


def test_a_hundred_readers_have_it_placed_once(placing: Placing, engine: Engine) -> None:
    engine.may_go_on.clear()
    readers = [Thread(target=ask, args=(placing, LARGE)) for _ in range(8)]
    for one in readers:
        one.start()
    engine.may_go_on.set()
    for one in readers:
        one.join()
    assert len(engine.given) == 1


def test_every_card_of_the_graph_is_in_what_is_placed(placing: Placing) -> None:
    placed = placing.placed(SMALL, None)
    assert placed.placement.cards.keys() == {one.id for one in SMALL.cards}
