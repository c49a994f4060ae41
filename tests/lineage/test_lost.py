from app.lineage.lost import with_lost
from app.model.findings import Analysis
from app.model.ids import RunKey
from tests.build import (
    RUN,
    make_candidates,
    make_consumer,
    make_flow,
    make_problem,
    make_producer,
)

GONE = RunKey("imagery", "old")
GOT = make_flow(make_producer("fetch", run=GONE), make_consumer("load"))
OWN = make_flow(make_producer("extract"), make_consumer("report"))
MISSING = make_problem(consumer=GOT.consumer)


def test_the_field_is_as_it_was() -> None:
    other = make_problem(consumer=OWN.consumer)
    before = Analysis((GOT,), candidates=(make_candidates(consumer=GOT.consumer),))
    kept = with_lost(Analysis((OWN,), (MISSING, other)), before, lost={GONE})
    assert kept == Analysis((OWN, GOT), (other,), candidates=before.candidates)


def test_a_problem_that_it_had_stays() -> None:
    kept = with_lost(Analysis(), Analysis((GOT,), (MISSING,)), lost={GONE})
    assert kept.problems == (MISSING,)


def test_what_came_from_runs_that_are_there_is_found_anew() -> None:
    assert with_lost(Analysis((OWN,)), Analysis((GOT,)), lost=set()) == Analysis((OWN,))
    assert with_lost(Analysis(), Analysis((GOT, OWN)), lost={RUN, GONE}).flows == (GOT, OWN)


def test_another_try_of_the_task_is_found_anew() -> None:
    again = make_problem(consumer=make_consumer("load", try_number=2))
    kept = with_lost(Analysis(problems=(again,)), Analysis((GOT,)), lost={GONE})
    assert kept == Analysis((GOT,), (again,))


def test_a_problem_of_no_field_is_found_anew() -> None:
    push = make_problem(consumer=None)
    assert with_lost(Analysis(problems=(push,)), Analysis((GOT,)), lost={GONE}).problems == (push,)
