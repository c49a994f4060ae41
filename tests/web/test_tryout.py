import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.model.ids import TaskInstanceKey
from app.store.session import Store
from app.web import links
from tests.queries import recorded_queries
from tests.web.addresses import GEO, geo_task
from tests.web.conftest import make_app
from tests.web.reading import words
from tests.web.sample import churn_run, orders_run

PLACE: dict[str, Any] = {"deployment": "prod-eu", "dag_id": GEO.dag_id}
MISTYPED = "{{ ti.xcom_pull(task_ids='extarct_tiles')['tiles_uri'] }}"


def page(client: TestClient, **query: Any) -> str:
    answer = client.get(links.tryout(**{**PLACE, **query}))
    assert answer.status_code == 200
    return answer.text


def posted(client: TestClient, **form: str) -> str:
    given = {"run_id": GEO.run_id, "task_id": "build_overviews", **form}
    answer = client.post(links.tryout(**PLACE), data=given)
    assert answer.status_code == 200
    return answer.text


def template_in(html: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
    assert found
    return unescape(found[1])


def test_without_a_choice_the_newest_run_and_every_task_are_offered(client: TestClient) -> None:
    html = page(client)
    assert f'<option value="{GEO.run_id}" selected>' in html
    assert "Choose a task" in words(html)
    for task_id in ("plan_area", "list_scenes", "extract_tiles", "build_overviews"):
        assert f"<option>{task_id}</option>" in html


def test_a_dag_without_runs_says_so(client: TestClient) -> None:
    answer = client.get(links.tryout(deployment="prod-us", dag_id="model_cards"))
    assert "There is no run yet to try a template on." in words(answer.text)


def test_a_problem_brings_its_place_and_its_corrected_template(client: TestClient) -> None:
    html = page(client, problem=1)
    assert template_in(html) == MISTYPED.replace("extarct", "extract")
    assert "env_vars.PATH_IN would be s3://geo-prod/tiles/2026-11-21/z14/tiles.parquet" in words(
        html
    )
    assert 'value="env_vars.PATH_IN"' in html


def test_a_problem_of_another_dag_brings_nothing(client: TestClient) -> None:
    html = client.get(links.tryout(deployment="prod-us", dag_id="orders_export", problem=1)).text
    assert "Choose a task" in words(html)


def test_a_field_brings_the_template_that_the_source_has_for_it(client: TestClient) -> None:
    html = page(client, task_id="build_overviews", field="env_vars.ZOOM")
    assert template_in(html) == "{{ ti.xcom_pull(task_ids='plan_area')['zoom'] }}"
    assert "env_vars.ZOOM would be 14" in words(html)
    assert "Templates of build_overviews env_vars.PATH_IN line 32" in words(html)


def test_a_stretch_leads_to_the_producer_of_its_value(client: TestClient) -> None:
    html = posted(client, template="--zoom={{ ti.xcom_pull('plan_area')['zoom'] }}")
    href = links.task_instance(deployment="prod-eu", instance=geo_task("plan_area"))
    assert f'--zoom=<a class="span" href="{href}" title="plan_area zoom">14</a>' in html
    assert "What its pulls read 1 XCom" in words(html)


def test_a_template_that_fails_says_what_airflow_would_say_and_what_was_meant(
    client: TestClient,
) -> None:
    html = posted(client, template=MISTYPED)
    text = words(html)
    assert "The task would fail in this template. UndefinedError: 'None' has no attribute" in text
    assert "build_overviews reads a task that does not exist unknown_task" in text
    assert "did you mean extract_tiles?" in text
    assert 'name="template" value="{{ ti.xcom_pull(task_ids=&#39;extract_tiles&#39;)' in html


def test_the_text_is_copied_unless_airflow_alone_knows_a_part(client: TestClient) -> None:
    whole = posted(client, template="z{{ ti.xcom_pull('plan_area')['zoom'] }}")
    assert 'data-copy="z14" aria-label="Copy the text"' in whole
    assert 'aria-label="Copy the text"' not in posted(client, template="{{ conn.lake.host }}")


def test_what_only_airflow_knows_is_named(client: TestClient) -> None:
    text = words(posted(client, template="{{ var.value.b }}{% if params.x %}!{% endif %}"))
    assert "It may come out in 2 ways: a condition hangs on what only Airflow knows." in text
    assert "Only Airflow knows params var" in text


def test_a_template_that_is_too_long_is_refused_in_words(client: TestClient) -> None:
    html = posted(client, template="x" * 100_001)
    assert "A template of more than 100,000 characters" in words(html)


def test_another_task_and_another_run_can_be_chosen(client: TestClient) -> None:
    html = posted(client, task_id="nobody", template="x")
    assert "There is no task nobody in this run." in words(html)
    answer = client.get(links.tryout(**PLACE, run_id="nothing"))
    assert answer.status_code == 404


def test_a_mapped_task_is_tried_as_one_of_its_instances(client: TestClient) -> None:
    at: dict[str, Any] = {
        "deployment": "prod-us",
        "dag_id": "orders_export",
        "run_id": orders_run().run_id,
    }
    html = client.get(links.tryout(**at, task_id="notify", template="{{ ti.map_index }}")).text
    assert "It would give 0" in words(html)
    html = client.get(
        links.tryout(**at, task_id="notify", map_index=2, template="{{ ti.map_index }}")
    ).text
    assert "It would give 2" in words(html)
    assert '<option value="2" selected>[2]</option>' in html


def test_all_xcoms_that_there_are_now_can_be_asked_for(client: TestClient) -> None:
    html = posted(client, template="x", now="1")
    assert 'name="now" value="1" checked' in html


def test_what_the_field_got_stands_beside_it(client: TestClient) -> None:
    html = page(client, task_id="extract_tiles", field="arguments[3]")
    assert "What arguments[3] got in this run --zoom=14" in words(html)


def test_another_site_cannot_have_something_tried(client: TestClient) -> None:
    answer = client.post(
        links.tryout(**PLACE), data={"template": "x"}, headers={"Origin": "http://evil.test"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("index", ["", "x", "-5", "9" * 30, "٣"])
def test_any_map_index_is_taken(client: TestClient, index: str) -> None:
    assert "It would give x" in words(posted(client, template="x", map_index=index))


def test_the_pages_of_tasks_and_runs_lead_here(client: TestClient) -> None:
    instance = geo_task("build_overviews")
    task = client.get(links.task_instance(deployment="prod-eu", instance=instance)).text
    here = links.tryout(**PLACE, run_id=GEO.run_id, task_id="build_overviews")
    assert here in unescape(task)
    run = client.get(links.run(deployment="prod-eu", run=GEO)).text
    assert links.tryout(**PLACE, run_id=GEO.run_id) in unescape(run)


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    address = links.tryout(**PLACE, task_id="build_overviews", template="x")
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get(address)
    assert len(queries) == 17


# The JSON twin.


def api(client: TestClient, **body: Any) -> Any:
    address = links.api_try(deployment="prod-eu", run=GEO)
    answer = client.post(address, json={"task_id": "build_overviews", **body})
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_the_json_tells_the_text_and_where_its_parts_came_from(client: TestClient) -> None:
    found = api(client, template="--zoom={{ ti.xcom_pull('plan_area')['zoom'] }}{{ var.value.x }}")
    assert found["ways"] == [
        {
            "text": "--zoom=14",
            "failure": None,
            "spans": [{"start": 7, "end": 9, "pull": 0, "path": ["zoom"]}],
            "unknown_at": [9],
        }
    ]
    assert found["unknown"] == ["var"]
    pull = found["pulls"][0]
    assert (pull["task_id"], pull["key"], pull["found"]) == ("plan_area", "return_value", True)
    assert pull["problem"] is None


def test_the_json_tells_what_is_wrong(client: TestClient) -> None:
    found = api(client, template=MISTYPED, field="env_vars.PATH_IN")
    assert found["ways"][0]["text"] is None
    assert found["ways"][0]["failure"] == "UndefinedError: 'None' has no attribute 'tiles_uri'"
    (problem,) = found["problems"]
    assert problem["kind"] == "unknown_task"
    assert problem["consumer"]["field"] == "env_vars.PATH_IN"
    assert problem["suggestion"]["replacement"] == MISTYPED.replace("extarct", "extract")
    assert found["pulls"][0]["found"] is False
    assert found["pulls"][0]["problem"]["kind"] == "unknown_task"


def test_the_json_refuses_what_cannot_be_tried(client: TestClient) -> None:
    assert api(client, template="x" * 100_001) == 422
    assert api(client, template="{{ 1 }}" * 2_001) == 413
    assert api(client, template="x", task_id="nobody") == 404
    assert api(client) == 422


def test_a_pull_of_another_dags_run_is_looked_up(client: TestClient) -> None:
    run = churn_run()
    address = links.api_try(deployment="prod-eu", run=run)
    template = (
        "{{ ti.xcom_pull('plan_area', dag_id='geo_tiles_daily', run_id='"
        + GEO.run_id
        + "').zoom }}"
    )
    answer = client.post(address, json={"task_id": "train_model", "template": template})
    assert answer.json()["ways"][0]["text"] == "14"


def test_the_names_of_an_address_are_quoted() -> None:
    instance = TaskInstanceKey("d/e", "r", "t", 3)
    address = links.tryout(
        deployment="x", dag_id=instance.dag_id, run_id="a+b", task_id="t", map_index=3
    )
    assert address == "/deployments/x/dags/d%2Fe/try?run_id=a%2Bb&task_id=t&map_index=3"
