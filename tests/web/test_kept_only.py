from collections.abc import Callable
from datetime import datetime

import pytest
from starlette.testclient import TestClient

from app.store.deployments import ensure_deployment
from app.store.pages.task_instance import RUNS_COUNTED
from app.store.runs import mark_run_gone
from app.store.session import Store
from app.web import links
from app.web.kept_only import rendered_note, run_note, xcom_note
from tests.build import after, make_try, make_xcom
from tests.web.addresses import geo_task
from tests.web.reading import words
from tests.web.sample import NOW, geo_run

DELETED = "Airflow has deleted this run (seen 2026-11-21 08:20:00 UTC)"


@pytest.fixture
def deleted(store: Store, client: TestClient) -> Callable[[str], str]:
    """Pages after Airflow has deleted the run of today."""
    with store.writing() as session:
        pk = ensure_deployment(session, name="prod-eu", url="http://airflow.eu.example:8080")
        mark_run_gone(session, deployment_pk=pk, run=geo_run(), at=NOW)
    return lambda address: client.get(address).text


def test_a_deleted_run_is_marked_wherever_it_is_shown(deleted: Callable[[str], str]) -> None:
    run = deleted(links.run(deployment="prod-eu", run=geo_run()))
    assert f'title="{DELETED}' in run
    assert "failed kept only here started" in words(run)
    listed = deleted(links.dag(deployment="prod-eu", dag_id=geo_run().dag_id))
    assert words(listed).count("kept only here") == 1
    task = deleted(links.task_instance(deployment="prod-eu", instance=geo_task("plan_area")))
    assert f'title="{DELETED}' in task


def test_what_airflow_has_deleted_is_not_linked_there(deleted: Callable[[str], str]) -> None:
    task = links.task_instance(deployment="prod-eu", instance=geo_task("plan_area"))
    for address in (links.run(deployment="prod-eu", run=geo_run()), task):
        assert "airflow.eu.example" not in deleted(address)


def test_what_airflow_still_has_is_not_marked(client: TestClient) -> None:
    for address in (
        links.run(deployment="prod-eu", run=geo_run()),
        links.dag(deployment="prod-eu", dag_id=geo_run().dag_id),
        links.task_instance(deployment="prod-eu", instance=geo_task("plan_area")),
    ):
        assert "kept only here" not in words(client.get(address).text)


@pytest.mark.parametrize("gone_at", [None, after(5)])
def test_everything_of_a_deleted_run_is_kept_only_here(gone_at: datetime | None) -> None:
    one = make_try(rendered={"a": "1"})
    notes = {
        run_note(gone_at),
        xcom_note(make_xcom(), run_gone_at=gone_at),
        rendered_note(one, later=None, newer_runs=0, run_gone_at=gone_at),
    }
    assert notes == {run_note(gone_at)}
    assert (run_note(gone_at) == "") is (gone_at is None)


def test_a_version_that_airflow_deleted_is_kept_only_here() -> None:
    assert xcom_note(make_xcom()) == ""
    assert "deleted or replaced" in xcom_note(make_xcom(is_gone=True))


def test_fields_are_kept_only_here_once_a_later_try_has_begun() -> None:
    one = make_try(rendered={"a": "1"})
    waiting, begun = make_try(try_number=2, start=None), make_try(try_number=2)
    assert rendered_note(one, later=waiting, newer_runs=0) == ""
    assert "writes over them" in rendered_note(one, later=begun, newer_runs=0)
    unseen = make_try(rendered=None)
    assert rendered_note(unseen, later=begun, newer_runs=RUNS_COUNTED) == ""


def test_fields_are_kept_only_here_when_so_many_runs_came_after() -> None:
    one = make_try(rendered={"a": "1"})
    assert rendered_note(one, later=None, newer_runs=RUNS_COUNTED - 1) == ""
    assert "latest 30 runs" in rendered_note(one, later=None, newer_runs=RUNS_COUNTED)
