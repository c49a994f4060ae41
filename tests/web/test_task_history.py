import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from app.model.ids import TaskInstanceKey
from app.store.deployments import ensure_deployment
from app.store.runs import mark_run_gone
from app.store.session import Store
from app.web import links
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.history_sample import DEPLOYMENT, RUN, at, fill_history, instance
from tests.web.reading import unmarked, words

Page = Callable[..., str]


@pytest.fixture
def store(empty_store: Store) -> Store:
    fill_history(empty_store)
    return empty_store


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(make_app(store)) as client:
        yield client


@pytest.fixture
def page(client: TestClient) -> Page:
    def ask(task_id: str, seconds: float | None = None, map_index: int = -1) -> str:
        moment = None if seconds is None else at(seconds)
        one = instance(task_id, map_index)
        answer = client.get(links.history(deployment=DEPLOYMENT, instance=one, at=moment))
        assert answer.status_code == 200
        return answer.text

    return ask


def listed(html: str) -> list[str]:
    return re.findall(r'<span class="step-title">([^<]*)</span>', html)


def test_tries_and_versions_stand_in_one_list(page: Page) -> None:
    assert listed(page("plan")) == ["Try 1", "Try 2"]
    assert listed(page("scenes")) == ["Try 1", "return_value changed by hand"]
    assert listed(page("drop")) == ["Try 1", "return_value deleted"]
    assert listed(page("wait")) == ["Try 1", "Try 1 rendered its fields again"]


def test_the_latest_version_is_shown_beside_the_one_before(page: Page) -> None:
    text = words(page("plan"))
    assert "Try 2 21 Nov 02:01:40 UTC · compared with version 1, Try 1" in text
    assert "What it got 1 changed, 1 added" in text
    assert "~ changed env_vars.MODE full repair + added env_vars.R 2" in text
    assert "What it gave 2 changed, 1 added, 2 gone" in text
    assert "+ added return_value.crs EPSG:3857" in text
    assert "\N{MINUS SIGN} gone return_value.took_s 12.5" in text
    assert "2 leaves as before return_value.zoom 14 return_value.tiles[0]" in text


def test_a_change_is_marked_within_its_text(page: Page) -> None:
    assert 'grid_uri</code></a></td>\n    <td class="value">' in page("plan")
    assert '<span class="added">-r2</span>/z14/grid.json' in page("plan")


def test_every_version_has_its_own_address(page: Page) -> None:
    html = page("plan", 9)
    assert 'aria-current="page" data-version="1"' in html
    text = words(html)
    assert "What it got 3 fields kept only here" in text
    assert "return_value pushed 21 Nov 02:00:09 UTC , " in text
    assert "the first version that was seen" in text
    assert 'aria-current="page" data-version="2"' in page("plan", 5000)
    assert 'aria-current="page" data-version="1"' in page("plan", -5000)


def test_versions_are_stepped_through(page: Page) -> None:
    first, last = page("plan", 9), page("plan")
    following = links.history(deployment=DEPLOYMENT, instance=instance("plan"), at=at(100))
    previous = links.history(deployment=DEPLOYMENT, instance=instance("plan"), at=at(1))
    assert f'rel="next" href="{following}"' in first
    assert 'rel="prev"' not in first
    assert f'rel="prev" href="{previous}"' in last
    assert 'rel="next"' not in last
    assert 'type="range" name="version" min="1" max="2" value="2"' in last


def test_the_slider_leads_to_the_versions_address(client: TestClient) -> None:
    here = links.history(deployment=DEPLOYMENT, instance=instance("plan"))
    for number, seconds in (("1", 1), ("2", 100), ("99", 100)):
        answer = client.get(here, params={"version": number}, follow_redirects=False)
        assert answer.status_code == 303
        there = links.history(deployment=DEPLOYMENT, instance=instance("plan"), at=at(seconds))
        assert answer.headers["location"] == there


def test_the_usual_case_has_nothing_to_step_through(page: Page) -> None:
    html = page("tiles", map_index=1)
    assert "nothing has taken its place since" in words(html)
    assert "stepper" not in html
    assert "kept only here" not in words(html)


def test_who_read_a_version_is_told_with_what_is_stored_now(page: Page) -> None:
    text = unmarked(page("plan", 9))
    assert (
        "tiles \N{MULTIPLICATION SIGN}3 arguments[0] grid_uri read then "
        "s3://geo-plan/2026-11-21/z14/grid.json the version of 21 Nov 02:00:09 UTC "
        "stored now s3://geo-plan/2026-11-21-r2/z14/grid.json since "
        "21 Nov 02:01:49 UTC : try 2 pushed it · the problem" in text
    )
    assert "Who read this version" not in words(page("plan"))


def test_a_change_by_hand_says_how_it_is_known(page: Page) -> None:
    assert "No try was at work then" in words(page("scenes"))
    assert "somebody deleted it" in words(page("drop"))


def test_a_run_that_airflow_deleted_is_kept_only_here(page: Page, store: Store) -> None:
    with store.writing() as session:
        pk = ensure_deployment(session, name=DEPLOYMENT, url="http://airflow.eu.example:8080")
        mark_run_gone(session, deployment_pk=pk, run=RUN, at=at(1000))
    assert words(page("plan")).count("kept only here") == 4


@pytest.mark.parametrize(
    "unknown",
    [instance("plan", 7), instance("nobody"), TaskInstanceKey("history", "never", "plan", -1)],
)
def test_what_is_not_kept_is_not_found(client: TestClient, unknown: TaskInstanceKey) -> None:
    assert client.get(links.history(deployment=DEPLOYMENT, instance=unknown)).status_code == 404


def test_a_mapped_task_named_without_an_index_shows_its_first_instance(page: Page) -> None:
    assert "tiles [0]" in words(page("tiles"))


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", "1e400", ""])
def test_a_time_that_is_none_is_refused_kindly(client: TestClient, moment: str) -> None:
    here = links.history(deployment=DEPLOYMENT, instance=instance("plan"))
    assert client.get(here, params={"at": moment}).status_code == 422


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    address = links.history(deployment=DEPLOYMENT, instance=instance("plan"))
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get(address)
    assert len(queries) == 17


def test_each_leaf_leads_to_the_page_of_its_value(page: Page, client: TestClient) -> None:
    hrefs = re.findall(r'<a class="follow" href="([^"]+)"', page("plan"))
    assert hrefs
    assert {client.get(unescape(href)).status_code for href in hrefs} == {200}
