"""A run is read once between two changes, however many look at it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.graph.parts import Graph
from app.model.errors import NotKept
from app.model.ids import RunKey
from app.store.deployments import ensure_deployment
from app.store.runs import write_runs
from app.store.session import Store
from app.web.run_kept import MOST_KEPT, KeptRuns
from tests.build import keep, make_run
from tests.graph import geo
from tests.store.fixture import copied


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(migrated, tmp_path) as store:
        keep(store, geo.facts(), geo.analysis())
        yield store


def graph_of(runs: KeptRuns, store: Store, *, unfolded: frozenset[str] = frozenset()) -> Graph:
    with store.reading() as session:
        _, graph = runs.read(session, deployment="default", run=geo.GEO, unfolded=unfolded)
    return graph


def add_run(store: Store, run_id: str) -> RunKey:
    run = RunKey("other", run_id)
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
        write_runs(session, deployment_pk=pk, runs=[make_run(run)])
    return run


def test_a_run_is_read_once_while_nothing_changes(store: Store) -> None:
    runs = KeptRuns()
    assert graph_of(runs, store) is graph_of(runs, store)


def test_a_change_of_the_mirror_makes_it_read_anew(store: Store) -> None:
    runs = KeptRuns()
    before = graph_of(runs, store)
    add_run(store, "r")
    assert graph_of(runs, store) is not before
    assert graph_of(runs, store) == before


def test_what_changed_is_seen(store: Store) -> None:
    runs = KeptRuns()
    with store.reading() as session:
        before, _ = runs.read(session, deployment="default", run=geo.GEO)
    with store.writing() as session:
        session.exec_driver_sql("UPDATE dag_run SET state = 'queued'")
    add_run(store, "r")
    with store.reading() as session:
        after, _ = runs.read(session, deployment="default", run=geo.GEO)
    assert (before.run.state, after.run.state) == (geo.facts().run.state, "queued")


def test_unfolded_instances_make_another_graph(store: Store) -> None:
    runs = KeptRuns()
    folded = graph_of(runs, store)
    unfolded = graph_of(runs, store, unfolded=frozenset({"render_tile"}))
    assert len(unfolded.cards) == len(folded.cards) + geo.TILES - 1


def test_of_many_who_ask_at_once_one_reads(store: Store) -> None:
    runs = KeptRuns()
    with ThreadPoolExecutor(4) as threads:
        graphs = list(threads.map(lambda _: graph_of(runs, store), range(8)))
    assert len({id(graph) for graph in graphs}) == 1


def test_a_run_that_is_not_there_is_not_kept(store: Store) -> None:
    with store.reading() as session, pytest.raises(NotKept):
        KeptRuns().read(session, deployment="default", run=RunKey("geo_tiles_daily", "no"))


def test_the_oldest_is_let_go(store: Store) -> None:
    runs = KeptRuns()
    others = [add_run(store, f"r{number}") for number in range(MOST_KEPT)]
    first = graph_of(runs, store)
    with store.reading() as session:
        for other in others:
            runs.read(session, deployment="default", run=other)
    assert graph_of(runs, store) is not first
