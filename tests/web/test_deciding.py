"""Decisions, sent as a browser sends the forms of the inbox."""

from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.store.pages.problem_groups import ProblemGroup, read_groups
from app.store.session import Store
from app.web import links
from app.web.deciding import deciding
from tests.web.reading import words
from tests.web.sample import NOW

# The mistyped task id of geo_tiles_daily, in its newest run but one: all runs are one thing.
NUMBER = 1


def post(client: TestClient, address: str, **form: str) -> Response:
    return client.post(address, data={"back": "", **form}, follow_redirects=False)


def the_group(store: Store) -> ProblemGroup:
    with store.reading() as session:
        groups = read_groups(session, now=NOW, most=99)
    return next(one for one in groups if one.latest.run.dag_id == "geo_tiles_daily")


def test_an_acknowledged_problem_leaves_the_open_ones(client: TestClient) -> None:
    answer = post(client, links.acknowledge(NUMBER), back="/problems?status=open")
    assert (answer.status_code, answer.headers["location"]) == (303, "/problems?status=open")
    text = words(client.get("/problems").text)
    assert "extarct_tiles" not in text
    assert "3 open · 2 victims folded in · 1 acknowledged · 0 gone" in text
    text = words(client.get("/problems?status=acknowledged").text)
    assert "acknowledged 0 s ago" in text
    assert "Open again" in text


def test_the_bar_and_the_overview_count_what_waits(client: TestClient) -> None:
    post(client, links.acknowledge(NUMBER))
    html = client.get("/").text
    assert '<span class="count bad">3</span>' in html
    assert "build_overviews reads" not in html
    dags = words(client.get("/dags?order=name").text)
    assert "geo_tiles_daily" in dags


def test_what_is_opened_again_waits_again(client: TestClient, store: Store) -> None:
    post(client, links.acknowledge(NUMBER))
    post(client, links.reopen(NUMBER))
    assert the_group(store).status == "open"


@pytest.mark.parametrize(
    ("form", "days"),
    [
        ({"length": "day"}, 1),
        ({"length": "week"}, 7),
        ({"length": "good"}, None),
        # The whole of that day: until the midnight after it.
        ({"length": "date", "until": "2026-11-24"}, 3 + (24 - 8 - 20 / 60) / 24),
    ],
)
def test_a_mute_ends_when_it_was_asked_to(
    client: TestClient, store: Store, form: dict[str, str], days: float | None
) -> None:
    assert post(client, links.mute(NUMBER), reason=" in \n repair ", **form).status_code == 303
    group = the_group(store)
    assert (group.status, group.decision and group.decision.reason) == ("muted", "in repair")
    until = group.decision and group.decision.until
    assert until == (None if days is None else NOW + timedelta(days=days))


@pytest.mark.parametrize("until", ["", "2026-11-20", "soon", "9999-12-31"])
def test_a_mute_without_a_time_to_come_is_refused(
    client: TestClient, store: Store, until: str
) -> None:
    assert post(client, links.mute(NUMBER), length="date", until=until).status_code == 422
    assert the_group(store).status == "open"


def test_a_reason_is_shown_as_text(client: TestClient) -> None:
    post(client, links.mute(NUMBER), length="good", reason="<b>x</b>" * 100)
    html = client.get("/problems?status=muted").text
    assert "muted for good" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>x</b>" not in html


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/problems", "/problems"),
        ("/problems?status=gone&q=a%20b", "/problems?status=gone&q=a%20b"),
        ("/problems/7", "/problems/7"),
        ("//evil.test/problems", "/problems/1"),
        ("https://evil.test", "/problems/1"),
        ("/problems.evil", "/problems/1"),
        ("", "/problems/1"),
    ],
)
def test_a_form_leads_back_to_a_page_of_ours(client: TestClient, back: str, leads: str) -> None:
    answer = post(client, links.acknowledge(NUMBER), back=back)
    assert answer.headers["location"] == leads


@pytest.mark.parametrize("address", [links.acknowledge(1), links.mute(1), links.reopen(1)])
def test_another_site_decides_nothing(client: TestClient, store: Store, address: str) -> None:
    sent = client.post(address, data={"length": "good"}, headers={"Origin": "http://evil.test"})
    assert sent.status_code == 403
    assert the_group(store).status == "open"


def test_a_problem_that_is_not_there_is_not_decided(client: TestClient) -> None:
    assert post(client, links.acknowledge(99999)).status_code == 404


def test_who_decided_is_told_as_far_as_it_is_known(client: TestClient, store: Store) -> None:
    client.post("/api/v1/problems/1/acknowledge", json={"by": "ada"})
    told = deciding(the_group(store), back="/problems", now=NOW + timedelta(hours=2))
    assert told.decided == "acknowledged 2 h ago by ada"
    assert (told.can_acknowledge, told.can_reopen) == (False, True)
