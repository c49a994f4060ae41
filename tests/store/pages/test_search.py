from dataclasses import replace

from app.model.findings import Analysis, Evidence, ProblemKind
from app.model.ids import RunKey
from app.model.leaves import Leaf, LeafAddress, Place
from app.store.pages.search import Surroundings, read_surroundings, read_unsearchable
from app.store.session import Store
from app.store.tables import task_try, xcom
from tests.build import (
    RUN,
    START,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_instance,
    make_problem,
    make_producer,
    make_run,
)
from tests.queries import recorded_queries


def given_leaf(task_id: str = "extract", *, map_index: int = -1, run: RunKey = RUN) -> Leaf:
    instance = make_instance(task_id, run=run, map_index=map_index)
    at = LeafAddress("default", Place.XCOM, instance, 1, "return_value", ("key1",), START)
    return Leaf(1, at, "alpha", "alpha", "success")


def got_leaf(task_id: str = "load", *, run: RunKey = RUN) -> Leaf:
    at = LeafAddress(
        "default", Place.FIELD, make_instance(task_id, run=run), 1, "arguments", (0,), START
    )
    return Leaf(2, at, "alpha", "alpha", "success")


def read(store: Store, *leaves: Leaf) -> Surroundings:
    with store.reading() as session:
        return read_surroundings(session, leaves)


def test_a_run_is_known_with_its_date(store: Store) -> None:
    keep(store, make_facts())
    around = read(store, given_leaf(), got_leaf())
    assert [(*key, run.run_after, run.is_gone) for key, run in around.runs.items()] == [
        ("default", RUN, START, False)
    ]


def test_the_fields_that_got_a_value_are_told(store: Store) -> None:
    keep(store, make_facts(), Analysis((make_flow(),)))
    (one,) = read(store, given_leaf()).consumers["default"]
    assert one.producer == make_producer()
    assert (one.instance, one.field, one.number) == (make_instance("load"), "arguments[0]", 1)
    assert one.evidence is Evidence.CONFIRMED


def test_mapped_instances_that_got_a_value_are_counted(store: Store) -> None:
    flows = tuple(
        make_flow(consumer=make_consumer(map_index=index, try_number=number))
        for index in range(3)
        for number in (1, 2)
    )
    keep(store, make_facts(), Analysis(flows))
    (one,) = read(store, given_leaf()).consumers["default"]
    assert (one.instance.map_index, one.try_number, one.number) == (0, 2, 3)


def test_only_those_who_read_the_tasks_asked_for_are_told(store: Store) -> None:
    flows = (make_flow(), make_flow(make_producer("enrich")))
    keep(store, make_facts(), Analysis(flows))
    told = read(store, given_leaf()).consumers["default"]
    assert [one.producer.instance.task_id for one in told] == ["extract"]


def test_who_gave_what_a_field_got_is_told(store: Store) -> None:
    keep(store, make_facts(), Analysis((make_flow(),)))
    around = read(store, got_leaf())
    (one,) = around.producers["default"]
    assert (one.instance, one.field) == (make_instance("load"), "arguments[0]")
    assert (one.producer, one.evidence) == (make_producer(), Evidence.CONFIRMED)
    assert around.consumers == {}


def test_open_problems_of_pulls_are_told_by_their_run(store: Store) -> None:
    push = make_problem(ProblemKind.EMPTY_RETURN_JSON, consumer=None, producer=make_producer())
    keep(store, make_facts(), Analysis(problems=(make_problem(), push)))
    around = read(store, given_leaf())
    (run,) = around.runs.values()
    ((_, problem),) = around.problems[run.pk]
    assert problem.kind is ProblemKind.UNKNOWN_TASK
    assert read(store, got_leaf()).problems == {}


def test_a_leaf_whose_run_is_not_stored_has_nothing_around_it(store: Store) -> None:
    around = read(store, given_leaf(), got_leaf())
    assert around == Surroundings({}, {}, {}, {})
    assert read(store) == around


def test_the_questions_are_four_however_many_leaves_there_are(store: Store) -> None:
    keep(store, make_facts(), Analysis((make_flow(),), (make_problem(),)))
    other = replace(RUN, run_id="other")
    keep(store, make_facts(make_run(other), tries=(), xcoms=()))
    leaves = [leaf for run in (RUN, other) for leaf in (given_leaf(run=run), got_leaf(run=run))]
    with recorded_queries(store) as queries:
        read(store, *leaves)
    assert len(queries) == 4


def test_what_waits_for_the_index_is_counted_up_to_a_bound(store: Store) -> None:
    keep(store, make_facts())
    with store.reading() as session:
        assert read_unsearchable(session, most=10) == 0
    with store.writing() as session:
        for table in (xcom, task_try):
            session.execute(table.update().values(indexed_by=None))
    with store.reading() as session:
        assert read_unsearchable(session, most=10) == 3
        assert read_unsearchable(session, most=2) == 2
