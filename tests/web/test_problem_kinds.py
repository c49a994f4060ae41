import re

import pytest
from starlette.testclient import TestClient

from app.model.findings import ProblemKind
from app.model.ids import TaskInstanceKey
from app.web import links
from tests.web.reading import words
from tests.web.sample import geo_run


def test_every_kind_has_its_place_on_the_page(client: TestClient) -> None:
    html = client.get(links.problem_kinds()).text
    places = set(re.findall(r'<article [^>]*id="(\w+)"', html))
    assert places == set(ProblemKind)
    assert {links.problem_kinds(kind) for kind in ProblemKind} <= set(
        re.findall(r'href="([^"]+)"', html)
    )


def test_a_kind_is_explained_with_its_mistake_and_correction(client: TestClient) -> None:
    html = client.get(links.problem_kinds()).text
    text = words(html)
    assert "The pull names a task that the DAG does not have." in text
    assert "How to mend it Write the id that the task has in Airflow" in text
    assert "How we know No task of the DAG has this id" in text
    assert 'task_ids=&#39;exta<span class="removed">r</span>ct&#39;' in html
    assert "Airflow says UndefinedError: 'None' has no attribute 'key1'" in text


def test_a_link_to_a_kind_opens_the_page_at_it() -> None:
    assert links.problem_kinds("pod_failed") == "/problems/kinds#pod_failed"


@pytest.mark.parametrize(
    "address",
    [
        links.problems(dag_id="geo_tiles_daily"),
        links.run(deployment="prod-eu", run=geo_run(), tab="problems"),
        links.run(deployment="prod-eu", run=geo_run(), tab="table"),
        links.run(deployment="prod-eu", run=geo_run(), tab="graph"),
        links.task_instance(
            deployment="prod-eu",
            instance=TaskInstanceKey("geo_tiles_daily", geo_run().run_id, "build_overviews"),
        ),
    ],
)
def test_wherever_a_problem_is_shown_its_kind_is_one_step_away(
    client: TestClient, address: str
) -> None:
    assert f'href="{links.problem_kinds("unknown_task")}"' in client.get(address).text


def test_the_page_of_a_problem_names_its_kind_and_links_to_it(client: TestClient) -> None:
    problems = client.get("/api/v1/problems?dag_id=geo_tiles_daily").json()["problems"]
    html = client.get(links.problem(problems[0]["id"])).text
    assert f'<a href="{links.problem_kinds("unknown_task")}">Unknown task</a>' in html
