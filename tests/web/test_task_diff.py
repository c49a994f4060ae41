"""A task instance's page as what differs from the last good run."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.model.ids import TaskInstanceKey
from app.model.values import Json
from app.store.session import Store
from app.web import links
from tests.build import START, keep, make_try, make_xcom
from tests.queries import recorded_queries
from tests.web.addresses import geo_task
from tests.web.compared_runs import day, facts_of
from tests.web.conftest import make_app
from tests.web.reading import words


@pytest.fixture
def three(empty_store: Store) -> Store:
    """A run that failed because `extract` gave null, and two good ones before it."""
    keep(empty_store, facts_of(0))
    keep(empty_store, facts_of(1))
    keep(empty_store, facts_of(2, uri=None, state="failed"))
    return empty_store


def get(client: TestClient, task_id: str, number: int = 2, **which: Any) -> str:
    run = day(number)
    instance = TaskInstanceKey(run.dag_id, run.run_id, task_id)
    address = links.task_instance(deployment="default", instance=instance, view="diff", **which)
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def parts(html: str) -> tuple[str, str]:
    """The words of what it got, and of what it gave."""
    got = html.partition('id="got"')[2].partition('id="gave"')
    return words(got[0]), words(got[2].partition('id="written"')[0])


@pytest.mark.usefixtures("three")
class TestBesideTheLastGoodRun:
    def test_an_output_that_changed_stands_beside_what_it_was(
        self, empty_client: TestClient
    ) -> None:
        got, gave = parts(get(empty_client, "extract"))
        assert "It got the same, as far as it is known of both runs." in got
        assert "1 changed" in gave
        assert "tiles_uri then s3://tiles/2026-11-21/z14.parquet now null" in gave
        assert "rows" not in gave

    def test_an_input_that_changed_stands_beside_what_it_was(
        self, empty_client: TestClient
    ) -> None:
        got, gave = parts(get(empty_client, "load"))
        assert "1 changed" in got
        assert "arguments[1] then s3://tiles/2026-11-21/z14.parquet now None" in got
        assert "It gave nothing in either run." in gave

    def test_what_differs_in_every_run_is_folded(self, empty_client: TestClient) -> None:
        html = get(empty_client, "extract", 1)
        folded = re.findall(r"<details class=\"others\">.*?</details>", html, re.DOTALL)
        assert "2 differ as always tiles_uri the run's own id, date, try or pod" in words(folded[0])
        assert "pod_name" in words(folded[0])
        assert "nothing changed" in parts(html)[1]

    def test_the_good_run_is_named_with_a_way_to_it_and_to_all_tasks(
        self, empty_client: TestClient
    ) -> None:
        html = get(empty_client, "load")
        assert f"Beside the last good run, success {day(1).run_id}" in words(html)
        good = TaskInstanceKey(day(1).dag_id, day(1).run_id, "load")
        whole = links.compare(
            deployment="default",
            dag_id=day(1).dag_id,
            left=day(1).run_id,
            right=day(2).run_id,
        )
        hrefs = [unescape(one) for one in re.findall(r'href="([^"]*)"', html)]
        assert links.task_instance(deployment="default", instance=good) in hrefs
        assert whole in hrefs

    def test_each_leaf_leads_to_its_value(self, empty_client: TestClient) -> None:
        html = get(empty_client, "load")
        hrefs = re.findall(r'href="([^"]*)"[^>]*aria-label="Follow arguments\[1\]"', html)
        assert [empty_client.get(unescape(one)).status_code for one in hrefs] == [200]

    def test_tries_keep_the_form(self, empty_client: TestClient) -> None:
        tabs = get(empty_client, "load").partition('aria-label="Tries"')[2].partition("</nav>")[0]
        assert "?try=1&amp;view=diff" in tabs


def test_a_failed_run_is_passed_over(empty_store: Store, empty_client: TestClient) -> None:
    keep(empty_store, facts_of(0))
    keep(empty_store, facts_of(1, uri=None, state="failed"))
    keep(empty_store, facts_of(2, uri=None, state="failed"))
    assert f"Beside the last good run, success {day(0).run_id}" in words(get(empty_client, "load"))


def test_where_none_went_well_the_run_before_stands_in(
    empty_store: Store, empty_client: TestClient
) -> None:
    keep(empty_store, facts_of(1, state="failed"))
    keep(empty_store, facts_of(2, state="failed"))
    assert f"Beside the run before, failed {day(1).run_id}" in words(get(empty_client, "load"))


def test_the_first_run_says_what_comes_next(empty_store: Store, empty_client: TestClient) -> None:
    keep(empty_store, facts_of(2))
    told = words(get(empty_client, "load"))
    assert "No run of this DAG before this one is kept" in told
    assert "Once a later run has ended, its page shows what differs from this one." in told


def test_a_task_that_is_new_has_nothing_beside_it(
    empty_store: Store, empty_client: TestClient
) -> None:
    keep(empty_store, facts_of(1))
    fresh = make_try("fresh", run=day(2), start=START + timedelta(days=2))
    keep(empty_store, facts_of(2, tries=(fresh,), xcoms=()))
    got, gave = parts(get(empty_client, "fresh"))
    assert "The last good run has no such task instance." in got
    assert "The last good run has no such task instance." in gave


def test_what_only_the_good_run_got_and_gave_is_shown(
    empty_store: Store, empty_client: TestClient
) -> None:
    keep(empty_store, facts_of(1))
    broken = make_try("extract", run=day(2), state="failed", rendered=None)
    keep(empty_store, facts_of(2, state="failed", tries=(broken,), xcoms=()))
    got, gave = parts(get(empty_client, "extract"))
    assert "not compared" in got
    assert "this run's rendered fields were not seen" in got
    assert 'In the last good run arguments 13 B Copy [ "--all" ]' in got
    assert "Only the last good run gave return_value, pod_name." in gave
    assert '"tiles_uri": "s3://tiles/2026-11-21/z14.parquet"' in gave


def test_a_leaf_that_came_and_one_that_went_are_told(
    empty_store: Store, empty_client: TestClient
) -> None:
    values: tuple[tuple[int, Json], ...] = (
        (1, {"old": 1, "same": 3}),
        (2, {"new": 2, "same": 3}),
    )
    for number, value in values:
        xcom = make_xcom("extract", value, run=day(number), seconds=8)
        keep(empty_store, facts_of(number, xcoms=(xcom,)))
    gave = parts(get(empty_client, "extract"))[1]
    assert "1 added, 1 vanished" in gave
    assert "old then 1 now not there" in gave
    assert "new then not there now 2" in gave


def test_values_kept_in_part_are_told_by_size_and_hash(
    empty_store: Store, empty_client: TestClient
) -> None:
    for number, digit in ((1, "a"), (2, "b")):
        xcom = make_xcom(
            "extract",
            '{"rows": [1, 2',
            run=day(number),
            size=5_000_000,
            truncated=True,
            sha256=digit * 64,
        )
        keep(empty_store, facts_of(number, xcoms=(xcom,)))
    gave = parts(get(empty_client, "extract"))[1]
    assert "return_value is not the same" in gave
    assert f"the last good run: 5.0 MB, SHA-256 {'a' * 12}…" in gave
    assert f"this run: 5.0 MB, SHA-256 {'b' * 12}…" in gave


def test_an_earlier_try_is_compared_as_it_was(client: TestClient) -> None:
    address = links.task_instance(
        deployment="prod-eu", instance=geo_task("extract_tiles"), try_number=1, view="diff"
    )
    gave = parts(client.get(address).text)[1]
    assert "1 changed, 22 vanished" in gave
    assert "Only the last good run gave pod_name." in gave


def test_the_diff_asks_a_fixed_number_of_questions_more(three: Store) -> None:
    def asked(view: str | None) -> int:
        address = links.task_instance(
            deployment="default",
            instance=TaskInstanceKey(day(2).dag_id, day(2).run_id, "load"),
            view=view,
        )
        with TestClient(make_app(three)) as client, recorded_queries(three) as queries:
            client.get(address)
        return len(queries)

    assert asked("diff") - asked(None) == 5
    assert asked("table") == asked("json") == asked(None)
