"""A task instance and the last good run's, as the store gives them to a comparison."""

from datetime import timedelta

import pytest

from app.model.errors import NotKept
from app.model.ids import RunKey, TaskInstanceKey
from app.model.sides import RunSide
from app.store.pages.beside_good import BesideGood, read_beside_good
from app.store.session import Store
from tests.build import RUN, START, keep, make_facts, make_run, make_try, make_xcom


def day(number: int) -> RunKey:
    return RunKey(RUN.dag_id, f"day-{number}")


def keep_days(store: Store, *states: str) -> None:
    for number, state in enumerate(states):
        run = day(number)
        tries = tuple(
            make_try("extract", run=run, map_index=index, rendered={"arguments": [number]})
            for index in (0, 1)
        )
        facts = make_facts(
            make_run(run, state=state, run_after=START + timedelta(days=number)),
            tries=(*tries, make_try("load", run=run)),
            xcoms=(
                make_xcom("extract", {"n": number}, run=run, map_index=1),
                make_xcom("load", {"other": number}, run=run),
            ),
        )
        keep(store, facts)


def read(store: Store, number: int) -> BesideGood:
    instance = TaskInstanceKey(RUN.dag_id, day(number).run_id, "extract", 1)
    with store.reading() as session:
        return read_beside_good(session, deployment="default", instance=instance)


def run_id(side: RunSide | None) -> str | None:
    return side.run.key.run_id if side else None


def test_the_last_good_run_and_the_good_one_before_it(store: Store) -> None:
    keep_days(store, "success", "success", "failed", "failed")
    found = read(store, 3)
    assert (run_id(found.here), run_id(found.good)) == ("day-3", "day-1")
    assert run_id(found.before) == "day-0"


def test_a_run_that_failed_stands_in_where_none_was_good(store: Store) -> None:
    keep_days(store, "failed", "failed")
    found = read(store, 1)
    assert (run_id(found.good), run_id(found.before)) == ("day-0", None)


def test_before_the_first_run_there_is_none(store: Store) -> None:
    keep_days(store, "success", "success")
    assert read(store, 0).good is None


def test_of_each_run_only_the_tasks_own_instances_and_xcoms_are_read(store: Store) -> None:
    keep_days(store, "success", "success")
    found = read(store, 1)
    assert found.good
    for side, number in ((found.here, 1), (found.good, 0)):
        named = {(one.key.task_id, one.key.map_index) for one in side.instances}
        assert named == {("extract", 0), ("extract", 1)}
        own = next(one for one in side.instances if one.key.map_index == 1)
        assert own.rendered == f'{{"arguments": [{number}]}}'
        assert {key: one.text for key, one in own.xcoms.items()} == {
            "return_value": f'{{"n": {number}}}'
        }


def test_a_run_that_is_not_stored_is_said_to_be_so(store: Store) -> None:
    with pytest.raises(NotKept, match="There is no run day-7"):
        read(store, 7)
