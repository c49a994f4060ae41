from app.model.findings import Analysis
from app.store.changes import changes_after, latest_change
from app.store.findings import write_analysis
from app.store.runs import unanalysed_runs
from app.store.session import Store
from tests.build import (
    RUN,
    after,
    keep,
    make_candidates,
    make_facts,
    make_flow,
    make_problem,
)


def _analyse(store: Store, deployment_pk: int, analysis: Analysis) -> bool:
    with store.writing() as session:
        return write_analysis(
            session,
            deployment_pk=deployment_pk,
            run=RUN,
            analysis=analysis,
            engine_version=7,
            structure_hash="h",
            at=after(100),
        )


def test_pages_are_told_of_an_analysis_only_when_it_found_something_new(store: Store) -> None:
    pk = keep(store, make_facts())
    found = Analysis((make_flow(),), (make_problem(),))
    told = []
    flows, candidates = Analysis(found.flows), Analysis(candidates=(make_candidates(),))
    for analysis in (Analysis(), found, found, flows, flows, candidates, candidates):
        with store.reading() as reader:
            before = latest_change(reader)
        is_new = _analyse(store, pk, analysis)
        with store.reading() as reader:
            changes = changes_after(reader, before, 10)
        assert [change.run_id for change in changes] == [RUN.run_id] * is_new
        told.append(is_new)
    assert told == [False, True, False, True, False, True, False]


def test_an_analysed_run_is_not_analysed_again(store: Store) -> None:
    pk = keep(store, make_facts())
    _analyse(store, pk, Analysis((make_flow(),)))
    with store.reading() as session:
        assert unanalysed_runs(session, deployment_pk=pk, engine_version=7, most=9) == ()
        assert unanalysed_runs(session, deployment_pk=pk, engine_version=8, most=9) == (RUN,)
