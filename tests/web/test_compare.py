"""The page and the JSON of two runs compared."""

import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.model.findings import Analysis
from app.store.session import Store
from app.web import links
from tests.build import (
    RUN,
    keep,
    make_consumer,
    make_problem,
    make_try,
    make_xcom,
)
from tests.web.compared_runs import analysis_of, day, facts_of
from tests.web.reading import words
from tests.web.sample import geo_run, orders_run


@pytest.fixture
def two(empty_store: Store) -> Store:
    """A run that failed because `extract` gave null, and two good ones before it."""
    keep(empty_store, facts_of(0), analysis_of(0))
    keep(empty_store, facts_of(1), analysis_of(1))
    keep(empty_store, facts_of(2, uri=None, state="failed"), analysis_of(2))
    return empty_store


def get(client: TestClient, **query: Any) -> str:
    answer = client.get(links.compare(deployment="default", dag_id=RUN.dag_id, **query))
    assert answer.status_code == 200, answer.text
    return answer.text


def twin(client: TestClient, **query: Any) -> Any:
    address = links.api_compare(
        deployment="default",
        dag_id=RUN.dag_id,
        left=query.get("left"),
        right=query.get("right"),
    )
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()["comparison"]


@pytest.mark.usefixtures("two")
class TestTheFailedRunAndTheLastGoodOne:
    def test_the_first_difference_stands_on_top_in_a_sentence(
        self, empty_client: TestClient
    ) -> None:
        assert (
            "First difference: extract gave tiles_uri = null ; in the good run it was "
            "s3://tiles/2026-11-21/z14.parquet ."
        ) in words(get(empty_client))

    def test_what_followed_is_told_down_to_the_failure(self, empty_client: TestClient) -> None:
        told = words(get(empty_client))
        assert (
            "load got arguments[1] = None ; in the good run it was s3://tiles/2026-11-21/" in told
        )
        assert "load failed; in the good run it ended as success." in told

    def test_the_path_lists_its_tasks_in_order(self, empty_client: TestClient) -> None:
        table = get(empty_client).partition('class="compare-path"')[2].partition("</table>")[0]
        assert re.findall(r"<b>(\w+)</b>", table) == ["extract", "load"]
        assert "first difference" in table

    def test_changed_characters_are_marked(self, empty_client: TestClient) -> None:
        html = get(empty_client)
        assert '<span class="removed">s3://tiles/2026-11-21/z14.parquet</span>' in html
        assert '<span class="added">null</span>' in html

    def test_what_every_run_brings_is_folded_with_a_count(self, empty_client: TestClient) -> None:
        html = get(empty_client)
        assert "1 value differs as always" in words(html)
        assert "<summary>1 differs as always</summary>" in html
        opened = get(empty_client, only="always")
        assert '<details class="others" open>' in opened

    def test_filters_narrow_what_is_listed(self, empty_client: TestClient) -> None:
        def tasks(**query: Any) -> list[str]:
            return re.findall(r'id="task-(\w+)"', get(empty_client, **query))

        assert tasks() == ["extract", "load", "aside"]
        assert tasks(only="path") == ["extract", "load"]
        assert tasks(only="got") == ["load", "aside"]
        assert tasks(only="gave") == ["extract"]
        assert tasks(task="aside") == ["aside"]
        assert tasks(task="nothing") == []

    def test_both_runs_can_be_chosen_and_swapped(self, empty_client: TestClient) -> None:
        html = get(empty_client)
        chosen = re.findall(r'<option value="([^"]*)" selected>', html)
        assert chosen == [day(1).run_id, day(2).run_id]
        swapped = get(empty_client, left=day(2).run_id, right=day(1).run_id)
        assert "extract gave tiles_uri = null ; in the good run" in words(swapped)
        assert (
            links.compare(
                deployment="default", dag_id=RUN.dag_id, left=day(2).run_id, right=day(1).run_id
            ).replace("&", "&amp;")
            in html
        )

    def test_each_run_of_the_strip_leads_to_itself_beside_the_good_one_before(
        self, empty_client: TestClient
    ) -> None:
        strip = get(empty_client).partition('class="compare-strip')[2].partition("</span>")[0]
        found = [unescape(one) for one in re.findall(r'href="([^"]*)"', strip)]
        where = {"deployment": "default", "dag_id": RUN.dag_id}
        assert found == [links.compare(**where, right=day(n).run_id) for n in range(3)]
        assert re.findall(r">([LR])</text>", strip) == ["L", "R"]

    def test_the_json_says_the_same(self, empty_client: TestClient) -> None:
        found = twin(empty_client)
        assert (found["left"]["run_id"], found["right"]["run_id"], found["before"]) == (
            day(1).run_id,
            day(2).run_id,
            day(0).run_id,
        )
        told = "First difference: extract gave tiles_uri = null; in the good run it was"
        assert found["path"]["sentence"].startswith(told)
        assert found["path"]["subject"] == "right"
        assert found["path"]["target"] == "load"
        first = found["path"]["first"]
        assert (first["what"], first["task_id"], first["address"], first["right"]) == (
            "gave",
            "extract",
            "return_value.tiles_uri",
            None,
        )
        assert [one["what"] for one in found["path"]["followed"]] == ["got", "state"]
        extract = found["task_instances"][1]
        assert [(one["name"], one["change"], one["always"]) for one in extract["changes"]] == [
            ("return_value", "changed", None),
            ("pod_name", "changed", "own"),
        ]
        assert not found["is_same"]
        assert found["compared"] == 3


def test_a_run_compared_with_itself_says_so(two: Store, empty_client: TestClient) -> None:
    assert two
    told = words(get(empty_client, left=day(1).run_id, right=day(1).run_id))
    assert "Nothing differs but what differs in every run." in told
    assert "Both sides are the same run." in told
    found = twin(empty_client, left=day(1).run_id, right=day(1).run_id)
    assert found["is_same"]
    assert found["task_instances"] == []


def test_two_good_runs_that_differ_in_their_dates_alone_are_the_same(
    two: Store, empty_client: TestClient
) -> None:
    assert two
    found = twin(empty_client, left=day(0).run_id, right=day(1).run_id)
    assert found["is_same"]
    assert [one["task_id"] for one in found["task_instances"]] == ["extract", "load"]


def test_another_version_is_said_and_its_lines_are_shown(
    empty_store: Store, empty_client: TestClient
) -> None:
    for number, text in enumerate(("a = 1\nb = 2\n", "a = 1\nb = 3\n")):
        facts = facts_of(number, source=text, version_number=number + 1)
        keep(empty_store, facts, analysis_of(number))
    html = get(empty_client)
    assert "DAG version 1 ran left, 2 right" in words(html)
    assert "- b = 2" in words(html)
    assert "+ b = 3" in words(html)


def test_a_run_under_way_and_tasks_of_one_run_only_are_noted(
    empty_store: Store, empty_client: TestClient
) -> None:
    keep(empty_store, facts_of(0), analysis_of(0))
    run = day(1)
    tries = (make_try("fresh", run=run, state=None),)
    running = facts_of(1, state="running", tries=tries, xcoms=())
    keep(empty_store, running)
    told = words(get(empty_client, right=run.run_id))
    assert f"{run.run_id} is not over yet" in told
    assert f"The flows of {run.run_id} are being worked out." in told
    assert "Only the left run has aside, extract, load." in told
    assert "Only the right run has fresh." in told


def test_problems_are_new_gone_or_the_same(empty_store: Store, empty_client: TestClient) -> None:
    def problems(number: int, *causes: str) -> tuple[Any, ...]:
        return tuple(
            make_problem(
                cause=cause, title=f"load has {cause}", consumer=make_consumer(run=day(number))
            )
            for cause in causes
        )

    keep(empty_store, facts_of(0), analysis_of(0, problems=problems(0, "one", "two")))
    keep(empty_store, facts_of(1), analysis_of(1, problems=problems(1, "two", "three")))
    told = words(get(empty_client))
    for line in ("new error load has three", "gone error load has one", "same error load has two"):
        assert line in told
    found = twin(empty_client)["problems"]
    assert {what: [one["cause"] for one in ones] for what, ones in found.items()} == {
        "new": ["three"],
        "gone": ["one"],
        "same": ["two"],
    }


def test_a_problem_is_told_with_what_the_good_run_got(
    empty_store: Store, empty_client: TestClient
) -> None:
    keep(empty_store, facts_of(0), analysis_of(0))
    problem = make_problem(
        title="load reads a task that does not exist",
        consumer=make_consumer("load", "arguments[1]", run=day(1)),
    )
    failed = facts_of(1, state="failed")
    keep(empty_store, failed, Analysis(problems=(problem,)))
    assert (
        "load reads a task that does not exist; in the good run arguments[1] got alpha from "
        "extract ." in words(get(empty_client))
    )


def test_without_two_runs_it_says_what_is_missing(
    empty_store: Store, empty_client: TestClient
) -> None:
    keep(empty_store, facts_of(0), analysis_of(0))
    html = get(empty_client)
    assert "There are no two runs to compare" in words(html)
    assert "Once two have ended, the newest stands here" in words(html)
    assert "<select" not in html
    assert twin(empty_client) is None


@pytest.mark.usefixtures("two")
def test_every_leaf_that_differs_leads_to_its_value(empty_client: TestClient) -> None:
    html = get(empty_client)
    follow = re.findall(r'href="(/value[^"]*)"[^>]*aria-label="Follow ([^"]*)"', html)
    assert {name for _, name in follow} == {"tiles_uri", "pod_name", "arguments[0]", "arguments[1]"}
    for href, name in follow:
        assert empty_client.get(unescape(href)).status_code == 200, name


def test_values_kept_in_part_are_told_by_size_and_hash(
    empty_store: Store, empty_client: TestClient
) -> None:
    for number, digit in ((1, "a"), (2, "b")):
        cut = make_xcom(
            "extract", "[1, 2", run=day(number), size=9_000, truncated=True, sha256=digit * 64
        )
        keep(empty_store, facts_of(number, xcoms=(cut,)))
    told = words(get(empty_client))
    assert f"(the left run: 9.0 kB, SHA-256 {'a' * 12}…; the right run: 9.0 kB, SHA-256 b" in told


def test_a_doubt_about_xcoms_is_not_told_where_fields_alone_are_shown(
    empty_store: Store, empty_client: TestClient
) -> None:
    for number in (1, 2):
        cut = make_xcom("extract", "[1, 2", run=day(number), size=9_000 * number, truncated=True)
        keep(empty_store, facts_of(number, xcoms=(cut,)))
    assert "return_value is not the same" in words(get(empty_client, only="gave"))
    assert "return_value is not the same" not in words(get(empty_client, only="got"))


def test_runs_of_another_dag_are_not_comparable(client: TestClient) -> None:
    address = links.compare(deployment="prod-eu", dag_id=geo_run().dag_id, left=orders_run().run_id)
    answer = client.get(address)
    assert answer.status_code == 404
    assert f"DAG geo_tiles_daily has no run {orders_run().run_id}" in words(answer.text)


def test_hostile_values_are_escaped(empty_store: Store, empty_client: TestClient) -> None:
    evil = "<script>alert(1)</script>\ud800 `x`"
    keep(empty_store, facts_of(0, uri="{}"), analysis_of(0))
    keep(empty_store, facts_of(1, xcoms=(make_xcom("extract", {evil: evil}, run=day(1)),)))
    assert "<script>alert" not in get(empty_client)


def test_pages_lead_to_it(client: TestClient) -> None:
    run = geo_run()
    right = links.compare(deployment="prod-eu", dag_id=run.dag_id, right=run.run_id)
    for address in (
        links.run(deployment="prod-eu", run=run),
        links.dag(deployment="prod-eu", dag_id=run.dag_id),
        links.problem(1),
    ):
        found = client.get(address).text
        assert re.search(r'href="[^"]*/compare\?right=', found), address
    assert right.startswith("/deployments/prod-eu/dags/geo_tiles_daily/compare?right=")
