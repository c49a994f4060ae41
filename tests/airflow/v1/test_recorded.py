"""What Airflow 2.11.2 really answered, as the door hands it on."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.airflow.client import Airflow
from app.ingest.xcoms import xcom_key
from app.lineage.trace.failing import logged_failure
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from tests.airflow.fake_v1 import FakeAirflow2
from tests.airflow.faults import text
from tests.masked import log_from, rendered_from, try_from

RECORDED = Path(__file__).parents[1] / "recorded" / "2.11.2"
RUN = RunKey("flow_basic", "lab-r1")
AT = TaskInstanceKey("flow_basic", "lab-r1", "a")


@pytest.fixture
def server() -> Iterator[FakeAirflow2]:
    with FakeAirflow2() as server:
        yield server


@pytest.fixture
def airflow(server: FakeAirflow2) -> Iterator[Airflow]:
    airflow = Airflow(server.url)
    yield airflow
    airflow.close()


def rendered(server: FakeAirflow2, airflow: Airflow, name: str) -> Any:
    row = json.loads((RECORDED / f"{name}.json").read_text())
    page = {"task_instances": [row], "total_entries": 1}
    server.fails("taskInstances/list", text(json.dumps(page).encode()))
    (item,) = airflow.task_instances(RUN)
    assert try_from(item, rendered=None).operator == "KubernetesPodOperator"
    return rendered_from(item, before=None, log=None)


def answer(server: FakeAirflow2, path: str, name: str) -> None:
    server.fails(path, text((RECORDED / name).read_bytes()))


def test_variables_are_a_list_of_dicts(server: FakeAirflow2, airflow: Airflow) -> None:
    fields = rendered(server, airflow, "instance_with_variables")
    assert [one["name"] for one in fields["env_vars"]] == ["KEY1", "PODIP", "PLAIN"]
    assert fields["env_vars"][0]["value"] == "alpha-lab-r1"
    assert fields["env_vars"][1]["value_from"]["field_ref"]["field_path"] == "status.podIP"


def test_volumes_and_resources_are_what_they_are(server: FakeAirflow2, airflow: Airflow) -> None:
    fields = rendered(server, airflow, "instance_with_volumes")
    assert fields["container_resources"]["requests"] == {"memory": "42Mi"}
    assert fields["volumes"][0]["persistent_volume_claim"]["claim_name"] == "c-v7"


def test_a_field_that_was_cut_stays_the_text_that_is_left(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    fields = rendered(server, airflow, "instance_with_a_cut_field")
    assert fields["env_vars"].startswith("Truncated. You can change this behaviour in [core]")


def test_a_lazy_list_stays_the_text_that_the_pod_got(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    fields = rendered(server, airflow, "instance_with_a_lazy_list")
    assert fields["arguments"][0] == "LazySelectSequence([2 items])"


def test_runs(server: FakeAirflow2, airflow: Airflow) -> None:
    answer(server, "dagRuns", "dag_runs.json")
    page = json.loads((RECORDED / "dag_runs.json").read_text())
    server.fails("dagRuns", text(json.dumps({**page, "dag_runs": []}).encode()))
    (run,) = airflow.open_runs()
    assert (run.dag_id, run.state, run.run_type) == ("flow_other_dag", "running", "manual")
    assert run.run_after == run.logical_date is not None


def test_tries(server: FakeAirflow2, airflow: Airflow) -> None:
    answer(server, "tries", "tries.json")
    assert [(one.try_number, one.state) for one in airflow.tries(AT)] == [
        (1, "failed"),
        (2, "success"),
    ]


def test_the_index_of_xcoms(server: FakeAirflow2, airflow: Airflow) -> None:
    page = json.loads((RECORDED / "xcom_index.json").read_text()) | {"total_entries": 2}
    server.fails("xcomEntries", text(json.dumps(page).encode()))
    keys = [xcom_key(item) for item in airflow.xcom_index(RUN)]
    assert [key and (key.instance, key.key) for key in keys] == [
        (AT, "pod_name"),
        (AT, "pod_namespace"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("xcom_tuple", "(1,2)"), ("xcom_big", {"v": 12345678901234567890})],
)
def test_values(server: FakeAirflow2, airflow: Airflow, name: str, value: object) -> None:
    answer(server, "xcomEntries", f"{name}.json")
    assert airflow.xcom_value(AT, "k").value == value


def test_a_value_that_is_not_json(server: FakeAirflow2, airflow: Airflow) -> None:
    answer(server, "xcomEntries", "xcom_nan.json")
    assert math.isnan(airflow.xcom_value(AT, "k").value["v"])


def test_a_value_printed_by_python_is_the_native_one(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    answer(server, "xcomEntries", "xcom.json")
    native = airflow.xcom_value(AT, "return_value").value
    server.version = "2.9.3"
    airflow.version()
    answer(server, "xcomEntries", "xcom_printed.json")
    assert airflow.xcom_value(AT, "return_value").value == native


def test_a_task(server: FakeAirflow2, airflow: Airflow) -> None:
    task = json.loads((RECORDED / "task.json").read_text())
    server.fails("tasks", text(json.dumps({"tasks": [task], "total_entries": 1}).encode()))
    (found,) = airflow.tasks("flow_basic")
    assert (found.task_id, found.operator_name) == ("b_args", "KubernetesPodOperator")
    assert "env_vars" in (found.template_fields or ())


def test_a_dag(server: FakeAirflow2, airflow: Airflow) -> None:
    dag = json.loads((RECORDED / "dag.json").read_text())
    server.fails("dags", text(json.dumps({"dags": [dag], "total_entries": 1}).encode()))
    (found,) = airflow.dags()
    assert (found.dag_id, found.timetable_summary, found.is_stale) == ("flow_basic", None, False)


def test_the_log_of_a_failing_template_tells_the_template_and_the_error(
    server: FakeAirflow2, airflow: Airflow
) -> None:
    answer(server, "logs/1", "log.txt")
    key = TryKey(AT, 1)
    log = log_from(key, airflow.log(key))
    failure = logged_failure(log)
    assert failure is not None
    assert failure.fields[-1] == "arguments"
    assert "xcom_pull(task_ids='aa', key='return_value')['key1']" in failure.template
    assert failure.said == "UndefinedError: 'None' has no attribute 'key1'"
    assert all(event.timestamp is not None for event in log.events)
