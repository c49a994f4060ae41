"""Runs that were over and mirrored before Airflow deleted them are found out, some at a time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.airflow.client import Airflow
from app.refresh import Limits, Mirror
from app.refresh.chosen import ChosenDags
from app.store import tables as t
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_v1 import FakeAirflow2
from tests.airflow.fixture import both_versions
from tests.refresh.mirrors import facts, mirror_of

LISTS = r"dagRuns\?.*order_by=-"
SOON = Limits(deleted_every=timedelta(minutes=10), deleted_page_every=timedelta(seconds=10))


def past_run(server: FakeAirflow, run_id: str, at: datetime, dag_id: str = "etl") -> None:
    run = server.add_run(dag_id, run_id, run_after=at, end=at, updated_at=at)
    run.task("a").push("return_value", run_id)


def past(server: FakeAirflow, count: int, dag_id: str = "etl", *, together: int = 1) -> None:
    """So many runs that ended long ago, `together` of them at the same time."""
    for number in range(count):
        at = server.now - timedelta(hours=1 + number // together)
        past_run(server, f"r{number:02}", at, dag_id)


def gone(store: Store) -> set[str]:
    with store.reading() as session:
        marked = select(t.dag_run.c.run_id).where(t.dag_run.c.gone_at.is_not(None))
        return set(session.scalars(marked))


def passes(mirror: Mirror, server: FakeAirflow, count: int, *, seconds: float = 11) -> None:
    for _ in range(count):
        server.tick(seconds)
        mirror.refresh()


def mirrored(server: FakeAirflow, airflow: Airflow, store: Store, limits: Limits = SOON) -> Mirror:
    """Of all runs that the server has; requests count from then on."""
    mirror = mirror_of(airflow, store, limits=limits)
    passes(mirror, server, 5)
    server.requests.clear()
    return mirror


@both_versions
def test_a_run_that_is_deleted_long_after_it_ended_is_marked_and_kept(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 4)
    mirror = mirrored(server, airflow, store)
    del server.runs["etl", "r01"]
    passes(mirror, server, 3, seconds=300)
    assert gone(store) == {"r01"}
    assert [one.value for one in facts(store, run_id="r01").xcoms] == ["r01"]


@both_versions
@pytest.mark.parametrize("together", [1, 5])
@pytest.mark.parametrize("deleted", [(0, 11), (4, 5), range(12)], ids=str)
def test_each_is_found_wherever_it_stood_in_the_list(
    server: FakeAirflow,
    airflow: Airflow,
    store: Store,
    together: int,
    deleted: tuple[int, ...],
) -> None:
    """Also where more runs were due at one time than a page has."""
    past(server, 12, together=together)
    server.page_limit = 2
    mirror = mirror_of(airflow, store, limits=SOON)
    passes(mirror, server, 14)
    for number in deleted:
        del server.runs["etl", f"r{number:02}"]
    passes(mirror, server, 1, seconds=600)
    passes(mirror, server, 16)
    assert gone(store) == {f"r{number:02}" for number in deleted}


@both_versions
def test_runs_that_are_due_long_after_their_logical_date_are_found_as_well(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    """Airflow 2 lists runs by that date."""
    past(server, 12)
    server.page_limit = 5
    if isinstance(server, FakeAirflow2):
        server.interval = timedelta(minutes=50)
    mirror = mirrored(server, airflow, store)
    for number in (0, 4, 7):
        del server.runs["etl", f"r{number:02}"]
    passes(mirror, server, 1, seconds=600)
    passes(mirror, server, 6)
    assert gone(store) == {"r00", "r04", "r07"}
    assert len(server.asked("/etl/dagRuns/r..$")) == 3


def test_what_is_missing_since_our_user_may_not_see_it_is_not_deleted(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 2)
    past(server, 2, "private")
    mirror = mirrored(server, airflow, store)
    server.forbidden.add("private")
    passes(mirror, server, 3, seconds=300)
    assert server.asked("/private/dagRuns/r00$")
    assert gone(store) == set()


def test_of_a_dag_that_our_user_may_not_see_few_runs_are_asked_for(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 120, "private")
    past(server, 4)
    mirror = mirrored(server, airflow, store)
    server.forbidden.add("private")
    del server.runs["etl", "r02"]
    passes(mirror, server, 1, seconds=600)
    passes(mirror, server, 6)
    assert len(server.asked(r"/private/dagRuns/r\d+$")) < 60
    assert gone(store) == {"r02"}


def test_thousands_that_are_deleted_at_once_are_asked_for_some_at_a_time(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 120)
    mirror = mirrored(server, airflow, store)
    server.runs.clear()
    found = []
    passes(mirror, server, 1, seconds=600)
    for _ in range(4):
        found.append(len(gone(store)))
        passes(mirror, server, 1)
    assert found == [50, 100, 120, 120]
    assert len(server.asked("/etl/dagRuns/r")) == 120


def test_the_list_is_gone_through_a_page_in_a_pass_and_then_left_alone(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 6)
    server.page_limit = 4
    mirror = mirrored(server, airflow, store)
    asked = []
    for seconds in (300, 240, 60, 1, 11, 11, 11, 11, 11):
        passes(mirror, server, 1, seconds=seconds)
        asked.append(len(server.asked(LISTS)))
    # Two pages, of which the second begins with the last run of the first, and what is no page.
    assert asked == [0, 0, 1, 1, 2, 3, 4, 4, 4]
    passes(mirror, server, 1, seconds=600)
    assert len(server.asked(LISTS)) == 5
    assert not server.asked("/etl/dagRuns/r")


def test_runs_of_dags_that_are_not_mirrored_any_more_are_left_alone(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 2)
    past(server, 2, "other")
    mirrored(server, airflow, store)
    server.runs.clear()
    mirror = mirror_of(airflow, store, limits=Limits(chosen=ChosenDags(without=("other",))))
    passes(mirror, server, 3, seconds=300)
    assert not server.asked("/other/dagRuns/r")
    assert len(gone(store)) == 2


def test_a_run_that_is_there_again_is_not_gone(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    past(server, 2)
    mirror = mirrored(server, airflow, store)
    run = server.runs.pop(("etl", "r01"))
    passes(mirror, server, 4, seconds=300)
    assert gone(store) == {"r01"}
    server.runs["etl", "r01"] = run
    run.updated_at = server.now
    passes(mirror, server, 1)
    assert gone(store) == set()


def test_an_empty_mirror_asks_for_nothing(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    mirror = mirrored(server, airflow, store)
    passes(mirror, server, 3, seconds=300)
    assert not server.asked(LISTS)
