"""What a DAG's next run will meet: on its page, and as JSON."""

from html import unescape

import pytest
from starlette.testclient import TestClient

from app.lineage.before.definition import DagDefinition
from app.lineage.before.problems import dag_problems
from app.store.deployments import ensure_deployment
from app.store.replacing import replace_dag_problems
from app.store.session import Store
from app.web import links
from tests.web.reading import words
from tests.web.sample import NOW

DAG = "model_cards"
PAGE = links.dag(deployment="prod-us", dag_id=DAG)
SOURCE = """
from airflow.sdk import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
with DAG("model_cards"):
    KubernetesPodOperator(task_id="collect", do_xcom_push=True)
    KubernetesPodOperator(
        task_id="render",
        arguments=["{{ ti.xcom_pull('colect')['a'] }}", "{{ ti.xcom_pull('colect')['b'] }}"],
        env_vars={"QUIET": "{{ ti.xcom_pull('quiet') }}"},
    )
    KubernetesPodOperator(task_id="quiet")
"""


def keep(store: Store, source: str, version_number: int) -> None:
    with store.writing() as session:
        replace_dag_problems(
            session,
            deployment_pk=ensure_deployment(session, name="prod-us", url="http://us.example"),
            dag_id=DAG,
            version_number=version_number,
            problems=dag_problems(DagDefinition(DAG, source)),
            at=NOW,
        )


@pytest.fixture
def broken(client: TestClient, store: Store) -> TestClient:
    keep(store, SOURCE, 4)
    return client


def test_each_thing_to_mend_stands_on_the_dags_page_with_its_correction(
    broken: TestClient,
) -> None:
    html = broken.get(PAGE).text
    text = words(html)
    assert (
        "error render reads a task that does not exist arguments[0] line 8, and in 1 other field"
        " did you mean collect?"
    ) in text
    assert "data-copy=\"{{ ti.xcom_pull('collect')['a'] }}\"" in unescape(html)
    assert "render reads quiet, whose return.json nobody fetches env_vars.QUIET" in text
    assert "set do_xcom_push=True on quiet" in text


def test_each_leads_to_its_problem_and_to_a_place_to_try_it(broken: TestClient) -> None:
    html = broken.get(PAGE).text
    found = broken.get(links.api_dag_problems(deployment="prod-us", dag_id=DAG)).json()["problems"]
    number = found[0]["id"]
    assert f'href="{links.problem(number)}"' in html
    assert f"/try?problem={number}" in html
    tried = broken.get(links.tryout(deployment="prod-us", dag_id=DAG, problem=number))
    assert "There is no run yet to try a template on." in words(tried.text)


def test_what_is_told_ahead_is_not_told_as_a_runs_problem_too(broken: TestClient) -> None:
    assert "Open problems" not in words(broken.get(PAGE).text)


def test_the_json_names_no_run(broken: TestClient) -> None:
    found = broken.get(links.api_dag_problems(deployment="prod-us", dag_id=DAG)).json()["problems"]
    assert [one["kind"] for one in found] == ["unknown_task", "unknown_task", "push_disabled"]
    assert {one["run_id"] for one in found} == {""}
    assert found[0]["suggestion"]["replacement"] == "{{ ti.xcom_pull('collect')['a'] }}"


def test_a_new_version_that_is_right_ends_it(broken: TestClient, store: Store) -> None:
    keep(store, SOURCE.replace("colect", "collect").replace("'quiet'", "'collect'"), 5)
    assert "Before the next run" not in words(broken.get(PAGE).text)
    address = links.api_dag_problems(deployment="prod-us", dag_id=DAG)
    assert broken.get(address).json() == {"problems": []}


def test_a_dag_that_is_not_known_is_not_found(client: TestClient) -> None:
    address = links.api_dag_problems(deployment="prod-us", dag_id="nothing")
    assert client.get(address).status_code == 404


def test_a_dag_without_mistakes_has_no_such_section(client: TestClient) -> None:
    assert "Before the next run" not in words(client.get(PAGE).text)
