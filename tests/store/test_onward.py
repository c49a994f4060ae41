"""Flows of a run into other runs; on both stores."""

from sqlalchemy import text, update

from app.model.findings import Analysis, Flow, OnwardFlow
from app.model.ids import RunKey
from app.store import tables as t
from app.store.changes import changes_after, latest_change
from app.store.deployments import ensure_deployment
from app.store.onward import _known, read_onward_flows
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
    make_task,
    make_try,
)
from tests.queries import recorded_queries


def read(store: Store, pk: int, run: RunKey = RUN) -> tuple[OnwardFlow, ...]:
    with store.reading() as session:
        return read_onward_flows(session, deployment_pk=pk, run=run)


def into(run: RunKey, field: str = "arguments[0]", **more: int) -> Flow:
    return make_flow(consumer=make_consumer("draw", field, run=run, **more))


def keep_reader(store: Store, run: RunKey, *flows: Flow, hours: float = 1, number: int = 1) -> int:
    """A run whose task `draw` is at its try `number` and got these."""
    tries = (make_try("draw", run=run, try_number=number, state="failed", rendered={"a": "b"}),)
    facts = make_facts(
        make_run(run, run_after=after(hours * 3600)),
        tasks=(make_task("draw"),),
        tries=tries,
        xcoms=(),
    )
    return keep(store, facts, Analysis(flows))


def test_what_other_runs_got_is_read_with_the_state_of_their_tries(store: Store) -> None:
    report, later = RunKey("report", "r1"), RunKey(RUN.dag_id, "later")
    pk = keep(store, make_facts(), Analysis((make_flow(),)))
    keep_reader(store, report, into(report))
    keep_reader(store, later, into(later), hours=2)
    got = [OnwardFlow(into(run), 1, "failed", is_rendered=True) for run in (later, report)]
    with recorded_queries(store) as asked:
        assert read(store, pk) == tuple(got)
    assert len(asked) == 1


def test_of_several_runs_the_newest_that_has_it_tells_it(store: Store) -> None:
    keep(store, make_facts(), Analysis())
    old, newest, other = (RunKey("report", name) for name in ("old", "newest", "other"))
    keep_reader(store, newest, into(newest), hours=9)
    keep_reader(store, old, into(old), into(old, "env_vars.A"), hours=1)
    pk = keep_reader(store, other, make_flow(make_producer("load"), into(other).consumer), hours=5)
    told = [(one.flow.consumer.instance.run_id, one.flow.consumer.field) for one in read(store, pk)]
    assert told == [("newest", "arguments[0]"), ("other", "arguments[0]"), ("old", "env_vars.A")]
    assert {one.runs for one in read(store, pk)} == {3}


def test_what_an_earlier_try_got_is_left_out(store: Store) -> None:
    report = RunKey("report", "r1")
    keep(store, make_facts(), Analysis())
    first, second = into(report, "env_vars.A"), into(report, try_number=2)
    pk = keep_reader(store, report, first, second, number=2)
    assert [one.flow for one in read(store, pk)] == [second]


def test_runs_that_were_given_up_and_other_deployments_are_left_out(store: Store) -> None:
    report = RunKey("report", "r1")
    keep(store, make_facts(), Analysis())
    pk = keep_reader(store, report, into(report))
    with store.writing() as session:
        other = ensure_deployment(session, name="other", url="http://other.test")
        write_runs(session, deployment_pk=other, runs=[make_run()])
        assert read_onward_flows(session, deployment_pk=other, run=RUN) == ()
        session.execute(update(t.dag_run).values(pruned_at=after(9)))
    assert read(store, pk) == ()


def test_they_are_found_by_an_index_of_the_producers(store: Store) -> None:
    report = RunKey("report", "r1")
    keep(store, make_facts(), Analysis())
    sources = [RunKey(RUN.dag_id, f"manual__{number}") for number in range(1_000)]
    flows = [make_flow(make_producer(run=one), into(report).consumer) for one in sources]
    pk = keep_reader(store, report, *flows)
    asked = _known(pk, sources[7]).compile(store.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if store.engine.dialect.name == "sqlite" else "EXPLAIN"
    # Which of its indexes PostgreSQL takes is told by what it knows of the rows, if anything.
    with store.writing() as session:
        session.execute(text("ANALYZE"))
    with store.reading() as session:
        plan = " ".join(str(row) for row in session.execute(text(f"{explain} {asked}")))
    assert "ix_flow_producer" in plan


def told_since(store: Store, number: int) -> set[RunKey]:
    with store.reading() as session:
        return {RunKey(one.dag_id, one.run_id) for one in changes_after(session, number, 99)}


def test_the_page_of_a_run_is_told_when_another_run_got_something_or_not_any_more(
    store: Store,
) -> None:
    report = RunKey("report", "r1")
    keep(store, make_facts(), Analysis())
    keep_reader(store, report)
    for flows, told in (((into(report),), {RUN, report}), ((), {RUN, report}), ((), set())):
        with store.reading() as session:
            before = latest_change(session)
        keep_reader(store, report, *flows)
        assert told_since(store, before) == told
