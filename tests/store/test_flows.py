import pytest

from app.model.findings import Analysis, Evidence, Flow
from app.model.ids import RunKey
from app.store.deployments import ensure_deployment
from app.store.findings import write_analysis
from app.store.flows import read_flows, read_readers
from app.store.runs import write_runs
from app.store.session import Store
from tests.build import (
    RUN,
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_producer,
    make_run,
)
from tests.queries import recorded_queries

LATER = RunKey("reports", "scheduled__2026-11-21T06:00:00+00:00")


def _analyse(store: Store, deployment_pk: int, run: RunKey, *flows: Flow) -> bool:
    with store.writing() as session:
        return write_analysis(
            session,
            deployment_pk=deployment_pk,
            run=run,
            analysis=Analysis(flows),
            engine_version=1,
            structure_hash=None,
            at=after(100),
        )


def _flows(store: Store, deployment_pk: int, run: RunKey = RUN) -> tuple[Flow, ...]:
    with store.reading() as session:
        return read_flows(session, deployment_pk=deployment_pk, run=run)


@pytest.mark.parametrize("evidence", Evidence)
def test_a_flow_comes_back_as_it_was(store: Store, evidence: Evidence) -> None:
    flow = make_flow(
        make_producer("extract", ("result", 0, "0", "é"), map_index=3),
        make_consumer("load", "env_vars.PATH_IN", spans=((0, 5), (9, 12)), map_index=7),
        evidence=evidence,
        redacted=True,
        line=41,
    )
    bare = make_flow(make_producer(path=()), make_consumer(spans=()))
    pk = keep(store, make_facts(), Analysis((flow, bare)))
    assert _flows(store, pk) == (flow, bare)


def test_flows_are_replaced_as_a_whole(store: Store) -> None:
    first, second = make_flow(line=1), make_flow(line=2)
    pk = keep(store, make_facts(), Analysis((first, second)))
    assert not _analyse(store, pk, RUN, first, second)
    assert _analyse(store, pk, RUN, second)
    assert _flows(store, pk) == (second,)
    assert _analyse(store, pk, RUN)
    assert _flows(store, pk) == ()


def test_readers_of_a_run_are_found_in_every_run(store: Store) -> None:
    inside, elsewhere = make_flow(), make_flow(consumer=make_consumer("report", run=LATER))
    foreign = make_flow(make_producer(run=LATER), make_consumer("sum", run=LATER))
    pk = keep(store, make_facts(), Analysis((inside,)))
    with store.writing() as session:
        write_runs(session, deployment_pk=pk, runs=[make_run(LATER)])
    _analyse(store, pk, LATER, elsewhere, foreign)
    with store.reading() as session, recorded_queries(store) as asked:
        readers = read_readers(session, deployment_pk=pk, producer=RUN)
        of_task = read_readers(session, deployment_pk=pk, producer=RUN, task_id="extract")
        of_other = read_readers(session, deployment_pk=pk, producer=RUN, task_id="load")
    assert readers == of_task == (inside, elsewhere)
    assert of_other == ()
    assert len(asked) == 3


def test_flows_are_of_one_deployment(store: Store) -> None:
    keep(store, make_facts(), Analysis((make_flow(),)))
    with store.writing() as session:
        other = ensure_deployment(session, name="other", url="http://other.test")
        write_runs(session, deployment_pk=other, runs=[make_run()])
    assert _flows(store, other) == ()
    with store.reading() as reader:
        assert read_readers(reader, deployment_pk=other, producer=RUN) == ()
