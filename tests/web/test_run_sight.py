"""The graph as somebody asked to see it, over HTTP: by links and a form alone."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.graph.sight import MOST, Sight
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.session import Store
from app.web import links
from app.web.app import create_app
from app.web.parts import web_parts
from app.web.run_sight import asked_sight, query_of
from tests.build import keep, make_facts, make_run, make_task, make_try
from tests.graph import grouped
from tests.store.fixture import copied

MARKETS = 4


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(migrated, tmp_path) as store:
        keep(store, grouped.facts(MARKETS), grouped.analysis(MARKETS))
        yield store


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(web_parts(store, version="0.1.0", patience=60))) as client:
        yield client


def ask(client: TestClient, **query: object) -> str:
    answer = client.get(links.run(deployment="default", run=grouped.RUN, **query))
    assert answer.status_code == 200
    return answer.text


def cards(html: str) -> list[str]:
    return [part.partition('"')[0] for part in html.split('data-card="')[1:]]


def link_after(html: str, mark: str) -> str:
    """The address of the link that has this text in its tag."""
    tags = [part.partition(">")[0] for part in html.split("<a ")[1:]]
    (tag,) = [one for one in tags if mark in one]
    return unescape(tag.partition('href="')[2].partition('"')[0])


def test_what_is_asked_for_stands_in_the_address_and_comes_back() -> None:
    given = {"fold": "b,a", "focus": "plan", "depth": 3, "state": "failed", "key": "uri"}
    sight = asked_sight(**given, data=True)  # type: ignore[arg-type] # values of the test
    query = query_of(sight)
    assert query == {
        "fold": "a,b",
        "focus": "plan",
        "depth": 3,
        "state": "failed",
        "operator": "",
        "key": "uri",
        "data": "1",
        "whole": "",
        "unfold": "",
    }
    assert not any(query_of(Sight()).values())


@pytest.mark.parametrize(
    ("fold", "closed"), [("", None), ("none", frozenset()), ("a,b", frozenset({"a", "b"}))]
)
def test_folded_groups_are_as_they_come_none_or_those_that_are_named(
    fold: str, closed: frozenset[str] | None
) -> None:
    sight = asked_sight(fold=fold)
    assert sight.closed == closed
    assert query_of(sight)["fold"] == fold


def test_all_groups_are_folded_and_one_unfolded_by_links(client: TestClient) -> None:
    folded = ask(client, tab="graph", fold="all")
    assert sorted(cards(folded)) == [
        *map(grouped.market, range(MARKETS)),
        "plan",
        "publish",
        "report",
    ]
    unfolded = client.get(link_after(folded, 'title="Unfold market_001"')).text
    assert "market_001.score" in cards(unfolded)
    assert "market_002" in cards(unfolded)
    back = client.get(link_after(unfolded, 'title="Fold market_001"')).text
    assert sorted(cards(back)) == sorted(cards(folded))


def test_all_stays_all_in_links_and_in_the_form(client: TestClient) -> None:
    folded = ask(client, tab="graph", fold="all")
    assert '<input type="hidden" name="fold" value="all">' in folded
    chosen = link_after(folded, 'data-port="in:market_003.fetch:arguments[0]"')
    assert "fold=all" in chosen
    assert "is-tracing" in client.get(chosen).text


def test_the_head_of_a_folded_group_unfolds_it(client: TestClient) -> None:
    folded = ask(client, tab="graph", fold="market_001")
    head = folded.partition('data-card="market_001"')[2]
    unfolded = client.get(link_after(head.partition("</a>")[0], "card-head")).text
    assert "market_001.score" in cards(unfolded)


def test_a_port_is_chosen_without_losing_what_is_folded(client: TestClient) -> None:
    folded = ask(client, tab="graph", fold="market_001,market_003")
    chosen = client.get(link_after(folded, 'data-port="in:market_003.fetch:arguments[0]"')).text
    assert "is-tracing" in chosen
    assert "market_001" in cards(chosen)


def test_folding_keeps_the_chosen_port(client: TestClient) -> None:
    port = "in:market_003.fetch:arguments[0]"
    chosen = ask(client, tab="graph", port=port)
    assert "is-tracing" in client.get(link_after(chosen, 'title="Fold market_001"')).text


def test_one_looks_around_a_task_and_farther(client: TestClient) -> None:
    html = ask(client, tab="graph")
    near = client.get(link_after(html, "Only what is around market_001.clean")).text
    assert "market_001.join" in cards(near)
    assert "market_002.join" not in cards(near)
    assert "5 of 23 tasks: what is up to 2 steps from market_001.clean" in near
    far = client.get(link_after(near, 'title="5 steps"')).text
    assert len(cards(far)) > len(cards(near))


def test_where_the_page_chose_what_to_look_around_it_says_why(
    client: TestClient, store: Store
) -> None:
    run = RunKey("fan", "r1")
    hub = make_task("hub", *(f"t{number}" for number in range(MOST)))
    facts = make_facts(
        make_run(run), tasks=(hub,), tries=(make_try("t9", run=run, state="failed"),)
    )
    keep(store, replace(facts, xcoms=()), Analysis())
    html = client.get(links.run(deployment="default", run=run)).text
    assert "from t9, the first that failed" in html
    asked = client.get(links.run(deployment="default", run=run, focus="t9")).text
    assert "from t9<" in asked


def test_the_form_filters_and_keeps_what_is_folded(client: TestClient) -> None:
    html = ask(client, tab="graph", fold="market_001")
    assert '<input type="hidden" name="fold" value="market_001">' in html
    failed = ask(client, tab="graph", fold="market_001", state="failed")
    assert cards(failed) == ["market_002.score"]
    assert "1 of 23 tasks fit" in failed
    assert '<option value="failed" selected>failed (1)</option>' in failed


def test_where_nothing_fits_it_says_so_and_how_to_go_on(client: TestClient) -> None:
    html = ask(client, tab="graph", key="nowhere")
    assert cards(html) == []
    assert "No task fits" in html


def test_an_impossible_number_of_steps_is_refused(client: TestClient) -> None:
    at = links.run(deployment="default", run=grouped.RUN, focus="plan", depth=0)
    assert client.get(at.replace("depth=0", "depth=-1")).status_code == 422
