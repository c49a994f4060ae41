from app.model.findings import Analysis, Candidates
from app.model.ids import RunKey
from app.store.candidates import read_candidates
from app.store.findings import write_analysis
from app.store.flows import read_flows
from app.store.runs import write_runs
from app.store.session import Store
from tests.build import (
    RUN,
    after,
    keep,
    make_candidates,
    make_consumer,
    make_facts,
    make_instance,
    make_producer,
    make_run,
)
from tests.queries import recorded_queries


def _analyse(store: Store, deployment_pk: int, *candidates: Candidates) -> bool:
    with store.writing() as session:
        return write_analysis(
            session,
            deployment_pk=deployment_pk,
            run=RUN,
            analysis=Analysis(candidates=candidates),
            engine_version=1,
            structure_hash=None,
            at=after(100),
        )


def _candidates(store: Store, deployment_pk: int, run: RunKey = RUN) -> tuple[Candidates, ...]:
    with store.reading() as session:
        return read_candidates(session, deployment_pk=deployment_pk, run=run)


def test_candidates_come_back_as_they_were_and_are_no_flows(store: Store) -> None:
    one = make_candidates(
        make_producer("extract", ("result", 0, "0", "é"), map_index=3),
        make_producer("enrich", (), run=RunKey("other", RUN.run_id)),
        consumer=make_consumer("load", "env_vars.ID", spans=((0, 5), (9, 12)), map_index=7),
        value="s3://a/\0",
    )
    other = make_candidates()
    pk = keep(store, make_facts(), Analysis(candidates=(one, other)))
    assert _candidates(store, pk) == (one, other)
    with store.reading() as session:
        assert read_flows(session, deployment_pk=pk, run=RUN) == ()


def test_candidates_are_replaced_as_a_whole_and_only_when_they_differ(store: Store) -> None:
    first, second = make_candidates(value="1"), make_candidates(value="2")
    pk = keep(store, make_facts(), Analysis(candidates=(first, second)))
    assert not _analyse(store, pk, first, second)
    assert _analyse(store, pk, second)
    assert _candidates(store, pk) == (second,)
    assert _analyse(store, pk)
    assert _candidates(store, pk) == ()


def test_those_of_one_instance_are_found_in_one_query(store: Store) -> None:
    own = make_candidates(consumer=make_consumer("load", map_index=1))
    others = (make_candidates(), make_candidates(consumer=make_consumer("sum", map_index=1)))
    pk = keep(store, make_facts(), Analysis(candidates=(own, *others)))
    reader = make_instance("load", map_index=1)
    with store.reading() as session, recorded_queries(store) as asked:
        found = read_candidates(session, deployment_pk=pk, run=RUN, reader=reader)
    assert found == (own,)
    assert len(asked) == 1


def test_candidates_are_of_one_run(store: Store) -> None:
    later = RunKey(RUN.dag_id, "later")
    pk = keep(store, make_facts(), Analysis(candidates=(make_candidates(),)))
    with store.writing() as session:
        write_runs(session, deployment_pk=pk, runs=[make_run(later)])
    assert _candidates(store, pk, later) == ()
