"""What xcomtrace says of the lab's runs, against what reached each pod.

Three truths that know nothing of the engine: the flows written by hand from the DAG files; the
text that stands in each recorded pod where a flow says it does; and every telling value that the
cluster saw in a pod, which some flow must account for.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.lab.configuration import DAGS
from tests.lab.lab import Lab, label_of
from tests.whole.cases import sections
from tests.whole.fixture import flows_told
from tests.whole.recorded import fields, instance, instance_of, texts_of_pods

FLOWS = sections("lab_flows.txt")
# A value of a run that cannot stand in a pod by chance.
TELLING = 12

Json = dict[str, Any]


@pytest.mark.parametrize("dag_id", FLOWS)
def test_it_lists_exactly_the_flows_of_a_literal_dag(
    traced: TestClient, lab_run: str, dag_id: str
) -> None:
    assert {_line(flow) for flow in flows_told(traced, lab_run, dag_id)} == FLOWS[dag_id]


@pytest.mark.parametrize("dag_id", FLOWS)
def test_each_span_holds_the_producers_value_in_the_pod_that_the_cluster_got(
    traced: TestClient, lab: Lab, lab_run: str, dag_id: str
) -> None:
    pods = texts_of_pods(lab, dag_id, lab_run)
    flows = [
        flow for flow in flows_told(traced, lab_run, dag_id) if flow["evidence"] == "confirmed"
    ]
    shared = Counter(map(_place, flows))
    for flow in flows:
        text = pods.get(instance(flow["consumer"]), {}).get(flow["consumer"]["field"])
        if text is None:
            continue  # Not a pod's, or a field that is not text as a whole.
        spellings = _spellings(_value(lab, flow["producer"]))
        for start, end in flow["consumer"]["spans"]:
            # Values that one expression puts together (a list of all mapped ones) share its span.
            together = shared[_place(flow)] > 1
            held = text[start:end]
            assert any(one in held if together else one == held for one in spellings)


@pytest.mark.parametrize("dag_id", sorted(file.stem for file in DAGS.glob("*.py")))
def test_a_flow_accounts_for_every_telling_value_that_reached_a_pod(
    traced: TestClient, lab: Lab, lab_run: str, dag_id: str
) -> None:
    flows = flows_told(traced, lab_run, dag_id)
    covered = {(instance(flow["consumer"]), flow["consumer"]["field"]) for flow in flows}
    for value, givers in _telling_values(lab, dag_id, lab_run).items():
        for pod in lab.pods(dag_id, lab_run):
            reader, time = instance_of(pod), datetime.fromisoformat(pod["time"])
            # Who gives the value too has it from elsewhere: `first` and `second` run side by side.
            is_later = reader not in givers and time > min(givers.values())
            for field, text in fields(pod):
                if value in text and is_later:
                    assert (reader, field) in covered, f"{value} reached {reader} {field}"


def _line(flow: Json) -> str:
    producer, consumer = flow["producer"], flow["consumer"]
    evidence = "" if flow["evidence"] == "confirmed" else f" {flow['evidence']}"
    path = json.dumps(producer["path"])
    return (
        f"{instance(producer)} {producer['key']} {path}"
        f" -> {instance(consumer)} {consumer['field']}{evidence}"
    )


def _place(flow: Json) -> str:
    consumer = flow["consumer"]
    return f"{instance(consumer)} {consumer['field']} {consumer['spans']}"


def _value(lab: Lab, producer: Json) -> Any:
    value = lab.xcom(
        producer["dag_id"],
        producer["run_id"],
        producer["task_id"],
        producer["key"],
        map_index=producer["map_index"],
    )
    for step in producer["path"]:
        value = value[step]
    return value


def _spellings(value: Any) -> set[str]:
    """How a template may put the value into a text."""
    return {str(value), json.dumps(value), json.dumps(value, sort_keys=True)}


def _telling_values(lab: Lab, dag_id: str, run_id: str) -> dict[str, dict[str, datetime]]:
    """Leaf text of the run's return values that is long enough, to who pushed it, and when."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for entry in lab.xcom_entries(dag_id, run_id):
        if entry["key"] in ("pod_name", "pod_namespace"):
            continue
        pushed = datetime.fromisoformat(entry["timestamp"])
        for leaf in _leaves(_value(lab, entry | {"path": []})):
            if len(leaf) >= TELLING and label_of(run_id) in leaf:
                giver = instance(entry)
                found[leaf][giver] = min(pushed, found[leaf].get(giver, pushed))
    return found


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        yield value
