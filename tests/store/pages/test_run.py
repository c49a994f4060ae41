from datetime import timedelta

import pytest

from app.model.errors import NotKept
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.pages.run import RunPageFacts, read_run_page
from app.store.session import Store
from tests.build import (
    RUN,
    START,
    keep,
    make_facts,
    make_flow,
    make_instance,
    make_problem,
    make_run,
    make_try,
    make_xcom,
)


def read(store: Store, run: RunKey = RUN, *, values_up_to: int = 1000) -> RunPageFacts:
    with store.reading() as session:
        return read_run_page(session, deployment="default", run=run, values_up_to=values_up_to)


def test_the_page_has_the_run_with_its_flows_and_problems(store: Store) -> None:
    analysis = Analysis(flows=(make_flow(),), problems=(make_problem(),))
    keep(store, make_facts(), analysis)
    facts = read(store)
    assert facts.run == make_facts().run
    assert facts.flows == analysis.flows
    assert [stored.problem for stored in facts.problems] == [make_problem()]
    assert facts.is_analysed


def test_of_several_tries_the_latest_is_shown(store: Store) -> None:
    tries = (
        make_try(state="failed", rendered={"arguments": []}),
        make_try(try_number=2, state="running"),
    )
    keep(store, make_facts(tries=tries))
    facts = read(store)
    assert [one.state for one in facts.tries] == ["running"]
    assert facts.rendered == frozenset()


def test_instances_whose_fields_were_seen_are_named(store: Store) -> None:
    keep(store, make_facts())
    assert read(store).rendered == {make_instance("extract"), make_instance("load")}


def test_of_several_versions_of_a_value_the_latest_is_shown(store: Store) -> None:
    xcoms = (make_xcom(value="old", seconds=1), make_xcom(value="new", seconds=2))
    keep(store, make_facts(xcoms=xcoms))
    assert [one.value for one in read(store).xcoms] == ["new"]


def test_a_huge_value_is_left_where_it_is(store: Store) -> None:
    keep(store, make_facts(xcoms=(make_xcom(value="x" * 5000, size=5002),)))
    (xcom,) = read(store).xcoms
    assert xcom.value is None
    assert xcom.truncated
    assert xcom.size == 5002


def test_the_neighbours_are_those_next_in_time(store: Store) -> None:
    runs = [RunKey(RUN.dag_id, name) for name in ("c", "a", "b")]
    for day, run in enumerate(runs):
        facts = make_facts(make_run(run, run_after=START + timedelta(days=day)), tries=(), xcoms=())
        keep(store, facts)
    page = read(store, runs[1])
    assert page.previous == runs[0]
    assert page.following == runs[2]
    assert read(store, runs[2]).following is None
    assert [one.run for one in page.strip] == runs


def test_runs_of_one_moment_have_an_order_too(store: Store) -> None:
    runs = [RunKey(RUN.dag_id, name) for name in ("one", "two")]
    for run in runs:
        keep(store, make_facts(make_run(run), tries=(), xcoms=()))
    assert read(store, runs[0]).following == runs[1]
    assert read(store, runs[1]).previous == runs[0]


def test_a_run_without_a_time_has_no_neighbours(store: Store) -> None:
    keep(store, make_facts(make_run(run_after=None), tries=(), xcoms=()))
    assert read(store).previous is None


def test_what_is_not_kept_is_said(store: Store) -> None:
    with pytest.raises(NotKept, match="nowhere"):
        read(store, RunKey("geo_tiles", "nowhere"))
