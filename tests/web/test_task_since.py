from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from app.model.ids import TaskInstanceKey
from app.store.session import Store
from app.web import links
from tests.web.addresses import geo_task
from tests.web.conftest import make_app
from tests.web.history_sample import DEPLOYMENT, at, fill_history, instance
from tests.web.reading import unmarked, words

Page = Callable[[TaskInstanceKey], str]


@pytest.fixture
def page(empty_store: Store) -> Iterator[Page]:
    fill_history(empty_store)
    with TestClient(make_app(empty_store)) as client:
        yield lambda one: client.get(links.task_instance(deployment=DEPLOYMENT, instance=one)).text


def test_a_reader_shows_what_it_read_beside_what_is_stored(page: Page) -> None:
    text = unmarked(page(instance("tiles", 0)))
    assert "Changed since it was read" in text
    assert (
        "arguments[0] plan grid_uri read then s3://geo-plan/2026-11-21/z14/grid.json the version "
        "of 21 Nov 02:00:09 UTC stored now s3://geo-plan/2026-11-21-r2/z14/grid.json since 21 Nov "
        "02:01:49 UTC : try 2 pushed it · the problem" in text
    )


def test_who_changed_it_is_told_as_far_as_it_is_known(page: Page) -> None:
    text = unmarked(page(instance("tiles", 0)))
    assert "s3://scenes/42 since 21 Nov 02:03:20 UTC : changed by hand, or through Airflow" in text
    assert (
        "s3://masks/1 the version of 21 Nov 02:00:09 UTC stored now none in Airflow deleted" in text
    )
    assert "EPSG:3857 the version of 21 Nov 02:00:09 UTC stored now the same since" in text


def test_a_problem_that_tells_it_too_is_linked_and_others_are_not(page: Page) -> None:
    assert words(page(instance("tiles", 0))).count("· the problem") == 1
    assert "· the problem" not in words(page(instance("tiles", 1)))


def test_a_producer_shows_who_has_what_it_gave_before(page: Page) -> None:
    text = words(page(instance("plan")))
    assert "Read before it changed" in text
    assert "tiles \N{MULTIPLICATION SIGN}3 arguments[0] grid_uri" in text
    assert "tiles \N{MULTIPLICATION SIGN}3 arguments[1] zoom read then 14 the version of" in text


def test_both_versions_are_one_click_away(page: Page) -> None:
    html = page(instance("tiles", 0))
    for seconds in (9, 109):
        there = links.history(deployment=DEPLOYMENT, instance=instance("plan"), at=at(seconds))
        assert f'href="{there}"' in html


def test_history_is_offered_where_there_is_any(page: Page) -> None:
    for task_id in ("plan", "scenes", "drop", "wait"):
        assert links.history(deployment=DEPLOYMENT, instance=instance(task_id)) in page(
            instance(task_id)
        )
    own = links.history(deployment=DEPLOYMENT, instance=instance("tiles", 0))
    assert own not in page(instance("tiles", 0))


def test_what_nobody_changed_has_no_such_panel(client: TestClient) -> None:
    address = links.task_instance(deployment="prod-eu", instance=geo_task("extract_tiles"))
    text = words(client.get(address).text)
    assert "Changed since it was read" not in text
    assert "Read before it changed" not in text
