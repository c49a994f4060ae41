"""What the pulls of a run are after in other runs."""

from datetime import timedelta

import pytest

from app.model.facts import MOST_PRIOR_RUNS, Reach
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.facts import read_run_facts
from app.store.runs import note_visits, unanalysed_runs, write_runs
from app.store.session import Store
from app.store.xcoms import write_xcoms
from tests.build import RUN, START, after, keep, make_facts, make_run, make_xcom

PRIOR = Reach("imagery", RUN.run_id, "fetch", "return_value", is_prior=True)


def _fetched(store: Store, pk: int, run: RunKey, *, days_ago: int) -> None:
    """A run of that many days before RUN, in which `fetch` gave something."""
    date = START - timedelta(days=days_ago)
    with store.writing() as session:
        write_runs(session, deployment_pk=pk, runs=[make_run(run, run_after=date)])
        write_xcoms(session, deployment_pk=pk, xcoms=[make_xcom("fetch", days_ago, run=run)])


def _reached(store: Store, pk: int, reach: Reach) -> list[str]:
    with store.reading() as session:
        facts = read_run_facts(session, deployment_pk=pk, run=RUN, reaches=[reach])
    assert {one.at.instance.run for one in facts.other_xcoms} == set(facts.reached[reach])
    return [run.run_id for run in facts.reached[reach]]


def test_earlier_runs_are_those_up_to_the_date_of_the_run_of_the_same_id(store: Store) -> None:
    pk = keep(store, make_facts())
    for name, days_ago in (("old", 2), ("newer", 1), ("tomorrow's", -1)):
        _fetched(store, pk, RunKey("imagery", name), days_ago=days_ago)
    assert _reached(store, pk, PRIOR) == []
    _fetched(store, pk, RunKey("imagery", RUN.run_id), days_ago=0)
    assert _reached(store, pk, PRIOR) == [RUN.run_id, "newer", "old"]


def test_in_its_own_dag_a_run_reaches_the_runs_before_it(store: Store) -> None:
    pk = keep(store, make_facts())
    _fetched(store, pk, RunKey(RUN.dag_id, "before"), days_ago=1)
    own = Reach(RUN.dag_id, RUN.run_id, "fetch", "return_value", is_prior=True)
    assert _reached(store, pk, own) == ["before"]


def test_so_many_earlier_runs_are_followed_and_no_more(store: Store) -> None:
    pk = keep(store, make_facts())
    for number in range(MOST_PRIOR_RUNS + 3):
        _fetched(store, pk, RunKey(RUN.dag_id, f"r{number}"), days_ago=number + 1)
    own = Reach(RUN.dag_id, RUN.run_id, "fetch", "return_value", is_prior=True)
    assert _reached(store, pk, own) == [f"r{number}" for number in range(MOST_PRIOR_RUNS)]


FETCH = Reach("imagery", RUN.run_id, "fetch", "return_value")


@pytest.mark.parametrize(
    ("reach", "run_id", "is_again"),
    [
        (FETCH, RUN.run_id, True),
        (FETCH, "another", False),
        (PRIOR, "another", True),
        (Reach("unrelated", RUN.run_id, "fetch", "return_value"), RUN.run_id, False),
    ],
)
def test_a_run_is_analysed_again_when_what_it_reaches_changes(
    store: Store,
    reach: Reach,
    run_id: str,
    is_again: bool,  # noqa: FBT001  # a case
) -> None:
    pk = keep(store, make_facts(), Analysis(reaches=(reach,)))
    _fetched(store, pk, RunKey("imagery", run_id), days_ago=1)
    assert (RUN in _unanalysed(store, pk)) == is_again


def test_a_sealed_run_is_not_analysed_again_for_what_earlier_runs_give_now(store: Store) -> None:
    pk = keep(store, make_facts(), Analysis(reaches=(PRIOR,)))
    with store.writing() as session:
        note_visits(session, deployment_pk=pk, runs=[RUN], at=after(900), settled=[RUN])
    _fetched(store, pk, RunKey("imagery", "another"), days_ago=1)
    assert RUN not in _unanalysed(store, pk)


def _unanalysed(store: Store, pk: int) -> tuple[RunKey, ...]:
    with store.reading() as session:
        return unanalysed_runs(session, deployment_pk=pk, engine_version=1, most=10)
