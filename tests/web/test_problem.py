from starlette.testclient import TestClient

from app.model.findings import Consumer, Problem, ProblemKind, Pull, Severity
from app.model.ids import TaskInstanceKey
from app.store.deployments import ensure_deployment
from app.store.replacing import replace_dag_problems
from app.store.session import Store
from app.web import links
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words
from tests.web.sample import NOW, export_orders_again


def number_of(client: TestClient, dag_id: str, kind: str) -> int:
    """Of the newest problem of that kind."""
    problems = client.get(f"/api/v1/problems?dag_id={dag_id}").json()["problems"]
    return int(next(one["id"] for one in problems if one["kind"] == kind))


def page(client: TestClient, dag_id: str, kind: str) -> str:
    return client.get(f"/problems/{number_of(client, dag_id, kind)}").text


def test_the_mistake_and_its_correction_stand_together(client: TestClient) -> None:
    html = page(client, "geo_tiles_daily", "unknown_task")
    text = words(html)
    assert "env_vars.PATH_IN pulls return_value['tiles_uri'] of extarct_tiles" in text
    assert "of <code><span" in html
    assert "Did you mean extract_tiles?" in text
    assert "Corrected template in line 32" in text
    assert "Where geo/tiles.py:32 DAG version 31" in text
    assert "└─ no task has this id; did you mean extract_tiles?" in text
    assert "Airflow said UndefinedError: 'None' has no attribute 'tiles_uri'" in text
    corrected = "{{ ti.xcom_pull(task_ids=&#39;extract_tiles&#39;)[&#39;tiles_uri&#39;] }}"
    assert f'data-copy="{corrected}"' in html


def test_the_proof_is_a_list_of_checks(client: TestClient) -> None:
    text = words(page(client, "geo_tiles_daily", "unknown_task"))
    assert "task exists failed no task has this id" in text
    assert "is upstream not reached not reached" in text


def test_the_facts_say_where_and_since_when(client: TestClient) -> None:
    text = words(page(client, "geo_tiles_daily", "unknown_task"))
    assert "severity error, task failed consumer failed build_overviews" in text
    assert "first seen 20 Nov 02:07 UTC last seen 6 h ago" in text
    assert "Runs 2 of the last 24" in text


def test_a_silent_problem_says_that_the_task_is_green(client: TestClient) -> None:
    text = words(page(client, "churn_training", "missing_group_prefix"))
    assert "severity error, task is green" in text


def test_one_cause_stands_above_all_that_follows_from_it(client: TestClient) -> None:
    html = page(client, "orders_export", "empty_return_json")
    text = words(html)
    chain = text.partition("One cause, and what follows from it")[2]
    assert "in this run failed export_orders Empty return.json" in chain
    assert "no state yet check_orders env_vars.SRC Producer failed" in chain
    assert "running load_orders env_vars.SRC Producer failed" in chain
    victim = number_of(client, "orders_export", "producer_failed")
    assert f'<a href="/problems/{victim}"><code>env_vars.SRC</code></a>' in html


def test_what_never_started_because_of_it_is_in_the_chain(client: TestClient) -> None:
    text = words(page(client, "geo_tiles_daily", "unknown_task"))
    assert "failed build_overviews env_vars.PATH_IN Unknown task" in text
    assert "upstream failed publish_stac never started" in text


def test_the_chain_is_that_of_the_problems_own_run(client: TestClient, store: Store) -> None:
    export_orders_again(store)
    text = words(page(client, "orders_export", "empty_return_json"))
    assert text.count("load_orders env_vars.SRC") == 1
    assert "2 of the last 2" in text


def test_the_corrected_template_can_be_tried(client: TestClient) -> None:
    number = number_of(client, "geo_tiles_daily", "unknown_task")
    address = f"/deployments/prod-eu/dags/geo_tiles_daily/try?problem={number}"
    assert f'href="{address}"' in client.get(f"/problems/{number}").text
    assert "extract_tiles" in client.get(address).text


def test_it_shows_what_the_field_would_have_got(client: TestClient) -> None:
    html = page(client, "geo_tiles_daily", "unknown_task")
    text = words(html)
    assert "It would have got s3://geo-prod/tiles/2026-11-21/z14/tiles.parquet?v=a31" in text
    assert "/tasks/extract_tiles/runs/" in html.partition('class="would"')[2].partition("</pre>")[0]


def test_what_a_setting_would_change_is_not_told(client: TestClient) -> None:
    assert "It would have got" not in words(page(client, "orders_export", "empty_return_json"))


def test_where_nobody_can_say_it_exactly_the_kind_says_how_it_is_mended(
    client: TestClient,
) -> None:
    text = words(page(client, "orders_export", "empty_return_json"))
    assert "How problems of this kind are mended more, with an example Write to exactly" in text
    assert "How problems of this kind" not in words(page(client, "geo_tiles_daily", "unknown_task"))


def find_before_a_run(store: Store, cause: str) -> None:
    template = "{{ ti.xcom_pull(task_ids='extarct_tiles')['tiles_uri'] }}"
    instance = TaskInstanceKey("geo_tiles_daily", "", "build_overviews")
    problem = Problem(
        ProblemKind.UNKNOWN_TASK,
        Severity.ERROR,
        "build_overviews reads a task that does not exist",
        consumer=Consumer(instance, 0, "env_vars.PATH_IN"),
        pull=Pull("geo_tiles_daily", ("extarct_tiles",), "return_value", (), template, 32),
        wrong="extarct_tiles",
        cause=cause,
    )
    with store.writing() as session:
        replace_dag_problems(
            session,
            deployment_pk=ensure_deployment(session, name="prod-eu", url="http://eu.example"),
            dag_id="geo_tiles_daily",
            version_number=31,
            problems=[problem],
            at=NOW,
        )


def test_a_problem_found_before_a_run_says_so_and_shows_its_line(
    client: TestClient, store: Store
) -> None:
    find_before_a_run(store, cause="before")
    found = client.get("/api/v1/problems?dag_id=geo_tiles_daily").json()["problems"]
    number = next(one["id"] for one in found if one["consumer"]["run_id"] == "")
    text = words(client.get(f"/problems/{number}").text)
    assert "found in DAG version 31 , before it runs" in text
    assert "Where geo/tiles.py:32 DAG version 31" in text
    assert "Template as written" in text
    assert "Closes by itself when a new version of the DAG no longer has it." in text


def test_what_runs_had_before_it_was_found_in_the_dag_was_first_seen_in_a_run(
    client: TestClient, store: Store
) -> None:
    known = client.get("/api/v1/problems?dag_id=geo_tiles_daily&kind=unknown_task").json()
    (cause,) = {one["cause"] for one in known["problems"] if one["kind"] == "unknown_task"}
    find_before_a_run(store, cause)
    assert "first seen 20 Nov 02:07 UTC" in words(page(client, "geo_tiles_daily", "unknown_task"))


def test_one_pages_from_one_open_problem_to_the_next(client: TestClient) -> None:
    html = page(client, "geo_tiles_daily", "unknown_task")
    assert "3 of 4 open" in html
    assert 'aria-label="Previous problem"' in html
    assert 'aria-label="Next problem"' in html


def test_a_victim_has_a_page_of_its_own(client: TestClient) -> None:
    text = words(page(client, "orders_export", "producer_failed"))
    assert "reads export_orders, which failed" in text


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client:
        number = number_of(client, "geo_tiles_daily", "unknown_task")
        with recorded_queries(store) as queries:
            client.get(f"/problems/{number}")
    assert len(queries) == 26


def test_a_problem_can_be_decided_on_its_page(client: TestClient) -> None:
    newest = number_of(client, "geo_tiles_daily", "unknown_task")
    assert f'action="{links.acknowledge(newest)}"' in client.get(links.problem(1)).text
    form = {"length": "good", "reason": "in repair", "back": links.problem(1)}
    text = words(client.post(links.mute(1), data=form).text)
    assert "muted for good: in repair" in text
    assert "Open again" in text
