from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from app.model.errors import NotKept
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.model.sides import InstanceSide
from app.store.pages.compare import ComparedRuns, read_compared
from app.store.runs import mark_run_gone
from app.store.session import Store
from tests.build import (
    RUN,
    START,
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_problem,
    make_producer,
    make_run,
    make_try,
    make_xcom,
)
from tests.queries import recorded_queries


def day(number: int) -> RunKey:
    return RunKey(RUN.dag_id, f"day-{number}")


def keep_day(store: Store, number: int, state: str = "success", **more: Any) -> int:
    run = day(number)
    at = START + timedelta(days=number)
    facts = make_facts(
        make_run(run, state=state, run_after=at),
        **{
            "tries": (make_try("extract", run=run, rendered={"arguments": [number]}),),
            "xcoms": (make_xcom("extract", {"n": number}, run=run),),
            **more,
        },
    )
    flow = make_flow(make_producer(run=run), make_consumer(run=run))
    problem = make_problem(consumer=make_consumer(run=run))
    return keep(store, facts, Analysis((flow,), (problem,)))


def read(store: Store, **which: Any) -> ComparedRuns:
    with store.reading() as session:
        return read_compared(session, deployment="default", dag_id=RUN.dag_id, **which)


def named(found: ComparedRuns) -> tuple[str | None, ...]:
    chosen = (found.left, found.right)
    before = found.before.run.key.run_id if found.before else None
    return (*(one.side.run.key.run_id if one else None for one in chosen), before)


def one_instance(store: Store) -> InstanceSide:
    right = read(store).right
    assert right is not None
    (found,) = right.side.instances
    return found


def test_the_newest_run_is_compared_with_the_last_good_one_before(store: Store) -> None:
    for number, state in enumerate(["success", "success", "failed", "failed", "running"]):
        keep_day(store, number, state)
    assert named(read(store)) == ("day-1", "day-3", "day-0")
    assert named(read(store, right="day-4")) == ("day-1", "day-4", "day-0")
    assert named(read(store, right="day-1")) == ("day-0", "day-1", None)
    assert named(read(store, left="day-0")) == ("day-0", "day-3", None)


def test_runs_are_compared_as_they_are_asked_for(store: Store) -> None:
    for number in range(4):
        keep_day(store, number)
    assert named(read(store, left="day-3", right="day-1")) == ("day-3", "day-1", "day-0")
    assert named(read(store, left="day-2", right="day-2")) == ("day-2", "day-2", "day-1")


def test_without_a_good_run_before_it_is_the_one_before(store: Store) -> None:
    keep_day(store, 0, "failed")
    keep_day(store, 1, "failed")
    assert named(read(store)) == ("day-0", "day-1", None)


def test_a_dag_with_one_run_has_nothing_beside_it(store: Store) -> None:
    keep_day(store, 0)
    assert named(read(store)) == (None, "day-0", None)


def test_a_dag_whose_runs_are_not_over_has_none(store: Store) -> None:
    keep_day(store, 0, "running")
    assert named(read(store)) == (None, None, None)


@pytest.mark.parametrize("which", [{"left": "nowhere"}, {"right": "nowhere"}])
def test_a_run_of_another_dag_is_none_of_this_one(store: Store, which: dict[str, str]) -> None:
    keep_day(store, 0)
    with pytest.raises(NotKept, match="geo_tiles has no run nowhere"):
        read(store, **which)


def test_a_dag_that_is_not_kept_is_said(store: Store) -> None:
    with pytest.raises(NotKept, match="no DAG geo_tiles"):
        read(store)


def test_a_side_has_what_its_tasks_got_and_gave_as_it_is_stored(store: Store) -> None:
    keep_day(store, 0)
    keep_day(store, 1)
    right = read(store).right
    assert right is not None
    (one,) = right.side.instances
    assert one.rendered == '{"arguments": [1]}'
    assert one.xcoms["return_value"].text == '{"n": 1}'
    assert one.state == "success"
    assert right.side.flows == (make_flow(make_producer(run=day(1)), make_consumer(run=day(1))),)
    assert right.side.problems == (make_problem(consumer=make_consumer(run=day(1))),)
    assert [task.task_id for task in right.side.tasks] == ["extract", "load"]
    assert right.problems[0].pk > 0


def test_ids_come_back_as_they_went_in(store: Store) -> None:
    odd = "a\0b\ud800"
    keep_day(store, 0)
    keep_day(
        store,
        1,
        tries=(make_try(odd, run=day(1)),),
        xcoms=(make_xcom(odd, 1, key=odd, run=day(1)),),
    )
    one = one_instance(store)
    assert one.key.task_id == odd
    assert one.xcoms[odd].text == "1"


def test_of_several_tries_the_latest_and_what_it_pushed_count(store: Store) -> None:
    keep_day(store, 0)
    keep_day(
        store,
        1,
        tries=(
            make_try("extract", run=day(1), rendered={"a": 1}),
            make_try("extract", run=day(1), try_number=2, start=after(20), rendered={"a": 2}),
        ),
        xcoms=(
            make_xcom("extract", "old", run=day(1), key="first", seconds=9),
            make_xcom("extract", "old", run=day(1), seconds=9),
            make_xcom("extract", "new", run=day(1), seconds=25),
        ),
    )
    one = one_instance(store)
    assert one.try_number == 2
    assert one.rendered == '{"a": 2}'
    assert {key: value.text for key, value in one.xcoms.items()} == {"return_value": '"new"'}


def test_null_is_a_value(store: Store) -> None:
    keep_day(store, 0)
    keep_day(store, 1, xcoms=(make_xcom("extract", None, run=day(1)),))
    assert one_instance(store).xcoms["return_value"].text == "null"


def test_a_value_beyond_what_a_page_may_read_is_known_by_size_and_digest(
    store: Store,
) -> None:
    keep_day(store, 0)
    keep_day(
        store,
        1,
        xcoms=(
            make_xcom("extract", "small", run=day(1), size=7),
            make_xcom("extract", "great", run=day(1), key="great", size=9_000_000),
        ),
    )
    xcoms = one_instance(store).xcoms
    assert xcoms["return_value"].text == '"small"'
    great = xcoms["great"]
    assert (great.text, great.size) == (None, 9_000_000)
    assert great.digest == sha256(b'"great"').hexdigest()


def test_of_values_beyond_what_may_be_gone_through_the_size_alone_is_known(store: Store) -> None:
    keep_day(store, 0)
    great = (make_xcom("extract", n, run=day(1), key=f"k{n}", size=200_000_000) for n in range(2))
    keep_day(store, 1, xcoms=tuple(great))
    digests = [one.digest for one in one_instance(store).xcoms.values()]
    assert [digest is None for digest in digests] == [False, True]


def test_the_digest_of_a_cut_value_is_the_one_that_was_kept(store: Store) -> None:
    keep_day(store, 0)
    cut = make_xcom("extract", "abc", run=day(1), size=9_000_000, truncated=True, sha256="ab12")
    keep_day(store, 1, xcoms=(cut,))
    stored = one_instance(store).xcoms["return_value"]
    assert (stored.text, stored.is_cut, stored.digest) == (None, True, "ab12")


def test_a_run_that_airflow_deleted_is_marked(store: Store) -> None:
    keep_day(store, 0)
    pk = keep_day(store, 1)
    with store.writing() as session:
        mark_run_gone(session, deployment_pk=pk, run=day(1), at=after(200))
    right = read(store).right
    assert right is not None
    assert right.side.is_gone


def test_big_runs_take_as_many_queries_as_small_ones(store: Store) -> None:
    keep_day(store, 0)
    keep_day(store, 1)
    with store.reading() as session, recorded_queries(store) as small:
        read_compared(session, deployment="default", dag_id=RUN.dag_id)
    many = range(200)
    for number in (2, 3, 4):
        run = day(number)
        keep_day(
            store,
            number,
            tries=tuple(make_try("extract", run=run, map_index=n) for n in many),
            xcoms=tuple(make_xcom("extract", n, run=run, map_index=n) for n in many),
        )
    with store.reading() as session, recorded_queries(store) as big:
        read_compared(session, deployment="default", dag_id=RUN.dag_id)
    # The small one has no run before both: nothing to look for in a third.
    assert len(big) == len(small) <= 20
