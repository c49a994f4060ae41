from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.model.findings import Producer
from app.model.ids import RunKey, TaskInstanceKey
from app.model.leaves import LeafAddress, Place
from app.web import links
from tests.web.sample import orders_run


def test_a_run_id_with_slash_plus_and_colon_finds_its_run(client: TestClient) -> None:
    run = orders_run()
    assert {"/", "+", ":"} <= set(run.run_id)
    addresses = (
        links.run(deployment="prod-us", run=run),
        links.task_instance(
            deployment="prod-us",
            instance=TaskInstanceKey(run.dag_id, run.run_id, "export_orders"),
        ),
        links.api_flows(deployment="prod-us", run=run),
    )
    for address in addresses:
        assert client.get(address).status_code == 200, address


@given(st.text(), st.text())
def test_any_id_stays_within_its_part_of_the_address(dag_id: str, run_id: str) -> None:
    address = links.run(deployment="default", run=RunKey(dag_id, run_id))
    assert address.count("/") == 6
    assert "?" not in address
    assert "#" not in address


def test_query_values_that_are_empty_are_left_out() -> None:
    assert links.problems(status="open", dag_id="", kind=None) == "/problems?status=open"


def test_a_task_instance_is_addressed_with_its_map_index_and_try() -> None:
    mapped = TaskInstanceKey("d", "r", "t", 3)
    assert links.task_instance(deployment="x", instance=mapped, try_number=2) == (
        "/deployments/x/dags/d/tasks/t/runs/r?map_index=3&try=2"
    )
    assert links.task_instance(deployment="x", instance=TaskInstanceKey("d", "r", "t")) == (
        "/deployments/x/dags/d/tasks/t/runs/r"
    )


@pytest.mark.parametrize("base", ["javascript:alert(1)", "ftp://airflow", ""])
def test_an_address_that_no_browser_should_open_is_no_link(base: str) -> None:
    assert links.airflow(base) is None
    assert links.airflow_run(base=base, run=RunKey("d", "r")) is None


def test_a_link_into_airflow_carries_no_password() -> None:
    assert links.airflow_dag(base="https://me:secret@airflow.test/af/", dag_id="d") == (
        "https://airflow.test/af/dags/d"
    )


def test_a_value_is_addressed_by_where_it_stands() -> None:
    at = LeafAddress(
        "prod",
        Place.XCOM,
        TaskInstanceKey("d", "a/b+1", "t", 3),
        2,
        "return_value",
        ("rows", 0),
        datetime(2026, 11, 21, 2, 6, 31, 5, tzinfo=UTC),
    )
    assert parse_qs(urlsplit(links.value(at)).query) == {
        "deployment": ["prod"],
        "dag_id": ["d"],
        "run_id": ["a/b+1"],
        "task_id": ["t"],
        "map_index": ["3"],
        "try": ["2"],
        "in": ["xcom"],
        "name": ["return_value"],
        "path": ['["rows",0]'],
        "time": ["2026-11-21T02:06:31.000005+00:00"],
    }
    assert links.api_value(at).partition("?")[2] == links.value(at).partition("?")[2]


def test_a_value_that_a_flow_read_is_addressed_without_a_time() -> None:
    producer = Producer(TaskInstanceKey("d", "r", "t"), 0, "k")
    assert links.given_value(deployment="x", producer=producer) == (
        "/value?deployment=x&dag_id=d&run_id=r&task_id=t&in=xcom&name=k"
    )
