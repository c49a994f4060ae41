from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.model.facts import RunFacts
from app.model.ids import RunKey
from app.store.past import PastFacts, read_past
from app.store.session import Store
from tests.build import RUN, START, after, keep, make_facts, make_run, make_try, make_xcom
from tests.queries import recorded_queries


def _run(days: int) -> RunKey:
    return RunKey(RUN.dag_id, f"day {days}")


def _facts(days: int, **more: Any) -> RunFacts:
    """The run of that many days after the first: `extract` gave the day, which `load` got."""
    run = _run(days)
    defaults: dict[str, Any] = {
        "tries": (
            make_try("extract", run=run, rendered={"arguments": ["--all"]}),
            make_try("load", run=run, start=after(11), rendered={"arguments": [f"{days}"]}),
            make_try("other", run=run, rendered={"arguments": []}),
        ),
        "xcoms": (make_xcom("extract", {"day": days}, run=run), make_xcom("other", 1, run=run)),
    }
    at = START + timedelta(days=days)
    return make_facts(make_run(run, run_after=at), **{**defaults, **more})


def _past(store: Store, deployment_pk: int, days: int, *task_ids: str) -> PastFacts:
    with store.reading() as session:
        asked = task_ids or ("extract", "load")
        return read_past(session, deployment_pk=deployment_pk, run=_run(days), task_ids=asked)


def _days(found: PastFacts) -> set[str]:
    tries = {one.key.instance.run_id for one in found.tries}
    assert tries == {one.at.instance.run_id for one in found.xcoms}
    return tries


def test_the_runs_before_a_run_tell_what_tasks_got_and_gave(store: Store) -> None:
    pk = 0
    for days in (1, 2, 3):
        pk = keep(store, _facts(days))
    found = _past(store, pk, 3)
    assert _days(found) == {"day 1", "day 2"}
    expected = {one for days in (1, 2) for one in map(repr, _facts(days).tries[:2])}
    assert set(map(repr, found.tries)) == expected
    assert sorted(str(one.value) for one in found.xcoms) == ["{'day': 1}", "{'day': 2}"]


def test_only_the_newest_runs_are_looked_at_in_three_queries(store: Store) -> None:
    pk = 0
    for days in range(1, 9):
        pk = keep(store, _facts(days))
    with recorded_queries(store) as asked:
        found = _past(store, pk, 8)
    assert _days(found) == {"day 5", "day 6", "day 7"}
    assert len(asked) == 3


def test_the_newest_run_that_went_well_is_looked_at_however_long_ago_it_was(store: Store) -> None:
    pk = 0
    for days in range(1, 9):
        state = "success" if days < 3 else "failed"
        facts = _facts(days)
        pk = keep(store, replace(facts, run=replace(facts.run, state=state)))
    assert _days(_past(store, pk, 8)) == {"day 2", "day 5", "day 6", "day 7"}


def test_a_first_run_has_no_past(store: Store) -> None:
    pk = keep(store, _facts(1))
    keep(store, _facts(2))
    assert _past(store, pk, 1) == PastFacts()


def test_fields_that_were_not_seen_are_left_out(store: Store) -> None:
    pk = keep(store, _facts(1, tries=(make_try("load", run=_run(1), rendered=None),)))
    keep(store, _facts(2))
    assert _past(store, pk, 2).tries == ()


def test_a_great_value_of_an_earlier_run_counts_as_not_known(store: Store) -> None:
    great = make_xcom("extract", {"day": 1}, run=_run(1), size=10**6)
    pk = keep(store, _facts(1, xcoms=(great,)))
    keep(store, _facts(2))
    (found,) = _past(store, pk, 2).xcoms
    assert (found.value, found.truncated) == (None, True)


def test_a_run_that_does_not_fit_is_left_out_as_a_whole(store: Store) -> None:
    pk = 0
    for days in (1, 2, 3):
        pk = keep(store, _facts(days))
    with store.reading() as session:
        tasks = ("extract", "load")
        found = read_past(session, deployment_pk=pk, run=_run(3), task_ids=tasks, most=3)
    assert _days(found) == {"day 2"}
