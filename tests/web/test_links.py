import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.model.ids import RunKey, TaskInstanceKey
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
